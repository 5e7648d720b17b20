import type { Usage } from '../../../../core/usage.js';
import type { JsonObject } from '../../../../providers/index.js';
import { objectsOf, stringOf } from '../../../../providers/json.js';
import type { Route } from '../../../catalog/index.js';
import type { Flight } from '../../pipeline/attempt.js';
import type { CallRequest } from '../../pipeline/call.js';

/** An answer that can serve the same call again. */
export interface CachedAnswer {
  /** A canonical chat.completion, less its id and the name of its model. */
  readonly completion: JsonObject;
  /** As the vendor reported it. */
  readonly usage: Usage;
  readonly finishReason: string | null;
}

/** Fields of a call that say who asks, or how the answer travels, and change nothing of it. */
const BESIDE: ReadonlySet<string> = new Set([
  ...['user', 'metadata', 'stream', 'stream_options', 'store'],
  ...['safety_identifier', 'prompt_cache_key', 'prompt_cache_retention'],
]);

/**
 * What two calls must have in common for one answer to serve both. The order of their fields is no matter; within
 * messages and tools it is part of the prompt.
 */
export function cacheText({ caller, body }: Pick<CallRequest, 'caller' | 'body'>, { alias, targets }: Route): string {
  const { modelId, provider } = targets[0]!;
  const fields = Object.entries(body).filter(([name]) => !BESIDE.has(name));
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([caller.organizationId, caller.projectId, alias.name, provider.id, modelId, fields]);
}

/** How an answer ends that lacks nothing. */
const COMPLETE: ReadonlySet<string | null> = new Set(['stop', 'tool_calls', 'function_call']);

/** The answer, if it may serve again: complete, counted by its vendor, and given by the model that was asked first. */
export function cacheable(flight: Flight, completion: JsonObject | null, route: Route): CachedAnswer | null {
  const { error, usage, target, finishReason } = flight;
  if (error || !usage || !completion || target?.modelId !== route.targets[0]!.modelId) return null;
  if (target.provider.id !== route.targets[0]!.provider.id) return null;
  const choices = objectsOf(completion['choices']);
  const isComplete = choices.length > 0 && choices.every((each) => COMPLETE.has(stringOf(each['finish_reason'])));
  if (!isComplete) return null;
  const { id: _id, model: _model, ...rest } = completion;
  return { completion: rest, usage, finishReason };
}
