import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { echoOf } from './responses-echo.js';
import { arrayOf, type Field, isObject } from './responses-fields.js';
import {
  callItem,
  itemId,
  type ItemStatus,
  messageItem,
  reasoningItem,
  refusalPart,
  type ResponseFacts,
  textPart,
} from './responses-items.js';
import { type Said, saidIn } from './responses-said.js';
import { ThinkingBlocks } from './responses-thinking.js';
import { usageOf } from './responses-usage.js';

/** Where a response stands; in the order of its life. */
export type Outcome =
  | { readonly status: 'in_progress' | 'completed' }
  | { readonly status: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | { readonly status: 'failed'; readonly error: { readonly code: string; readonly message: string } };

/** A canonical chat.completion as a Response; of several choices the first. Never throws. */
export function toResponse(completion: JsonObject, facts: ResponseFacts): JsonObject {
  const first = arrayOf(completion['choices'])?.[0];
  const choice = isObject(first) ? first : {};
  const outcome = outcomeOf(choice['finish_reason']);
  return responseObject(facts, outcome, {
    output: outputOf(choice['message'], facts, outcome),
    usage: usageOf(completion['usage']),
    serviceTier: completion['service_tier'],
  });
}

/** What the canonical finish_reason means for the response; an unknown one counts as a good end. */
export function outcomeOf(finishReason: Field): Outcome {
  if (finishReason === 'length') return { status: 'incomplete', reason: 'max_output_tokens' };
  if (finishReason === 'content_filter') return { status: 'incomplete', reason: 'content_filter' };
  return { status: 'completed' };
}

/** The response as it stands. Without usage that can be believed the field is missing, as in OpenAI's own types. */
export function responseObject(
  facts: ResponseFacts,
  outcome: Outcome,
  answer: { output: readonly JsonObject[]; usage: JsonObject | null; serviceTier: Field },
): JsonObject {
  const tier = typeof answer.serviceTier === 'string' ? answer.serviceTier : facts.request['service_tier'];
  return {
    id: facts.id,
    object: 'response',
    created_at: facts.createdAtUnixSeconds,
    status: outcome.status,
    model: facts.model,
    output: answer.output,
    error: outcome.status === 'failed' ? outcome.error : null,
    incomplete_details: outcome.status === 'incomplete' ? { reason: outcome.reason } : null,
    ...echoOf(facts.request),
    service_tier: tier ?? null,
    ...(answer.usage && { usage: answer.usage }),
  };
}

/** Status of the last item of an answer; all before it are completed. */
export const lastStatus = (outcome: Outcome): ItemStatus =>
  outcome.status === 'completed' ? 'completed' : 'incomplete';

function outputOf(message: JsonValue | undefined, facts: ResponseFacts, outcome: Outcome): JsonObject[] {
  const said = saidIn(message);
  const builders = [...reasoningOf(said, facts), ...messageOf(said, facts), ...callsOf(said, facts)];
  return builders.map((build, index) => build(index === builders.length - 1 ? lastStatus(outcome) : 'completed'));
}

type Builder = (status: ItemStatus) => JsonObject;

function reasoningOf({ reasoning, thinkingBlocks }: Said, facts: ResponseFacts): Builder[] {
  const thoughts = new ThinkingBlocks();
  thoughts.add(thinkingBlocks);
  if (reasoning === '' && thoughts.isEmpty) return [];
  return [() => reasoningItem(facts, itemId(facts, 'reasoning', 0), { text: reasoning, blocks: thoughts.whole })];
}

function messageOf({ text, refusal }: Said, facts: ResponseFacts): Builder[] {
  const content = [...(text === '' ? [] : [textPart(text)]), ...(refusal === '' ? [] : [refusalPart(refusal)])];
  if (content.length === 0) return [];
  return [(status) => messageItem(itemId(facts, 'message', 0), status, content)];
}

function callsOf({ calls }: Said, facts: ResponseFacts): Builder[] {
  return calls.map((call, nth) => (status) => {
    const id = call.id || itemId(facts, 'call', nth);
    return callItem(itemId(facts, 'function_call', nth), status, { ...call, id });
  });
}
