import { betasOf } from '../claude/betas.js';
import { type Traits, traitsOf } from '../claude/models.js';
import { thinkingOf } from '../claude/thinking.js';
import { unsupported } from '../errors/unsupported.js';
import { isGiven } from '../fields.js';
import type { ChatCall } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/** What of a request depends on the model. */
export interface ModelFields {
  /** Converse's inferenceConfig, less the bound and the stop texts. */
  readonly sampling: JsonObject;
  /** Converse's additionalModelRequestFields: what top_k, thinking and reasoning_effort are called by this model. */
  readonly additional: JsonObject | undefined;
  /** Can be made to call a tool. */
  readonly forcesTools: boolean;
  /** Takes a JSON schema for its answer, as far as is known. */
  readonly formats: boolean;
}

/** Whether the model is Claude, whose fields of its own are those of Anthropic's API. An ARN may hide it. */
export const isClaude = (model: string): boolean => /(^|[^a-z])anthropic\./.test(model);
const isNova = (model: string): boolean => /(^|[^a-z])amazon\.nova-/.test(model);
const isNova2 = (model: string): boolean => /(^|[^a-z])amazon\.nova-2-/.test(model);
const isGptOss = (model: string): boolean => /(^|[^a-z])openai\.gpt-oss-/.test(model);

/** Throws VendorError of kind unsupported for what the model does not have. */
export function modelFieldsOf(call: ChatCall, model: string): ModelFields {
  return isClaude(model) ? claudeFields(call, traitsOf(model)) : otherFields(call.body, model);
}

function claudeFields({ body, maxOutputTokens: maxTokens }: ChatCall, traits: Traits): ModelFields {
  const { thinking, effort } = thinkingOf({ body, traits, maxTokens });
  refuseSampling(body, traits, thinking?.['type'] === 'enabled' || thinking?.['type'] === 'adaptive');
  const betas = betasOf(body);
  const additional = {
    ...(betas.length > 0 && { anthropic_beta: betas }),
    ...(isGiven(body['top_k']) && { top_k: body['top_k'] }),
    ...(thinking && { thinking }),
    ...(effort !== undefined && { output_config: { effort } }),
  };
  return {
    // Newer models refuse the very fields, with whatever value.
    sampling: samplingOf(Object.fromEntries(Object.entries(body).filter(([name, value]) => !isDefault(name, value)))),
    additional: Object.keys(additional).length > 0 ? additional : undefined,
    forcesTools: traits.forcesTools && thinking?.['type'] !== 'enabled',
    formats: traits.formats,
  };
}

function refuseSampling(body: JsonObject, traits: Traits, thinks: boolean): void {
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (!isGiven(body[name]) || isDefault(name, body[name])) continue;
    if (!traits.samples) throw unsupported(name);
    if (thinks && name !== 'top_p') throw unsupported(name, 'cannot be set while this model thinks');
  }
}

function otherFields(body: JsonObject, model: string): ModelFields {
  const { top_k: topK, thinking, reasoning_effort: effort } = body;
  if (isGiven(thinking)) throw unsupported('thinking');
  if (isGiven(topK) && !isNova(model)) throw unsupported('top_k');
  const additional = {
    ...(isGiven(topK) && { inferenceConfig: { topK } }),
    ...(isGiven(effort) && effortFields(effort, model)),
  };
  return {
    sampling: samplingOf(body),
    additional: Object.keys(additional).length > 0 ? additional : undefined,
    forcesTools: true,
    formats: true,
  };
}

function effortFields(effort: JsonValue, model: string): JsonObject {
  const isOf = (...efforts: readonly string[]): boolean => typeof effort === 'string' && efforts.includes(effort);
  if (isGptOss(model) && isOf('low', 'medium', 'high')) return { reasoning_effort: effort };
  // Nova's highest effort forbids a bound of the output, without which no call is sent.
  if (isNova2(model) && isOf('low', 'medium'))
    return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } };
  if (isNova2(model) && isOf('none')) return { reasoningConfig: { type: 'disabled' } };
  throw unsupported('reasoning_effort');
}

function samplingOf({ temperature, top_p: topP }: JsonObject): JsonObject {
  return {
    ...(isGiven(temperature) && { temperature: fraction('temperature', temperature) }),
    ...(isGiven(topP) && { topP: fraction('top_p', topP) }),
  };
}

const isDefault = (name: string, value: JsonValue | undefined): boolean =>
  value === 1 && (name === 'temperature' || name === 'top_p');

function fraction(name: string, value: JsonValue): JsonValue {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw unsupported(name, 'must be a number from 0 to 1 for this model');
}
