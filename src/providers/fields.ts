import { unsupported } from './errors/unsupported.js';
import { isObject } from './json.js';
import type { JsonObject, JsonValue } from './spec/json.js';

/** Whether a field says something: null counts as absent. */
export const isGiven = (value: JsonValue | undefined): value is Exclude<JsonValue, null> =>
  value !== undefined && value !== null;

/** Refuses by name the first field of an object that has no translation. `at` is the path of the object, or ''. */
export function refuseOthers(object: JsonObject, known: readonly string[], at = ''): void {
  const other = Object.keys(object).find((name) => !known.includes(name) && isGiven(object[name]));
  if (other !== undefined) throw unsupported(at === '' ? other : `${at}.${other}`);
}

/** Fields of the canonical call that the gateway decides; the bound of the output is the call's own. */
export const DECIDED_FIELDS = ['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens'] as const;

/** Who a call is for: kept on its record, so that an API without a place for it serves the call all the same. */
export const RECORDED_FIELDS = ['user', 'safety_identifier'] as const;

/** Features of one vendor's API that a call opts in to: by themselves they ask nothing of the others. */
export const OPT_INS = ['anthropic_beta'] as const;

/** Fields of the canonical call that some API lacks, with the value that asks for nothing, as JSON. */
const NEUTRAL: ReadonlyMap<string, string> = new Map([
  ['n', '1'],
  ['frequency_penalty', '0'],
  ['presence_penalty', '0'],
  ['logprobs', 'false'],
  ['top_logprobs', '0'],
  ['logit_bias', '{}'],
  ['metadata', '{}'],
  ['parallel_tool_calls', 'true'],
  ['store', 'false'],
  ['modalities', '["text"]'],
]);

/** Names of the fields of a call that ask for what every vendor does anyway. */
export const neutralFieldsOf = (body: JsonObject): string[] =>
  [...NEUTRAL].filter(([name, value]) => JSON.stringify(body[name]) === value).map(([name]) => name);

/** The value as an object, or a refusal that names it. */
export function mustBeObject(value: JsonValue | undefined, at: string): JsonObject {
  if (isObject(value)) return value;
  throw unsupported(at, 'must be an object');
}

/** The value as a string, or a refusal that names it. */
export function mustBeString(value: JsonValue | undefined, at: string): string {
  if (typeof value === 'string') return value;
  throw unsupported(at, 'must be a string');
}

/** The value as a list, or a refusal that names it. */
export function mustBeList(value: JsonValue | undefined, at: string): readonly JsonValue[] {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw unsupported(at, 'must be a list');
}

/** The elements of a list, none when it is absent, or a refusal that names it. */
export const listOf = (value: JsonValue | undefined, at: string): readonly JsonValue[] =>
  isGiven(value) ? mustBeList(value, at) : [];

/** What `cache_control` asks for: caching up to here, for five minutes unless it says longer; null without one. */
export function cacheControlOf(value: JsonValue | undefined, at: string): { readonly ttl?: '5m' | '1h' } | null {
  if (!isGiven(value)) return null;
  const control = mustBeObject(value, at);
  refuseOthers(control, ['type', 'ttl'], at);
  const { type, ttl } = control;
  if (type !== 'ephemeral') throw unsupported(`${at}.type`);
  if (!isGiven(ttl)) return {};
  if (ttl !== '5m' && ttl !== '1h') throw unsupported(`${at}.ttl`);
  return { ttl };
}
