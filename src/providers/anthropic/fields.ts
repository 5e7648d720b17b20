import { unsupported } from '../errors/unsupported.js';
import { isObject } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/** Whether a field says something: null counts as absent. */
export const isGiven = (value: JsonValue | undefined): value is Exclude<JsonValue, null> =>
  value !== undefined && value !== null;

/** Refuses by name the first field of an object that has no translation. `at` is the path of the object, or ''. */
export function refuseOthers(object: JsonObject, known: readonly string[], at: string): void {
  const other = Object.keys(object).find((name) => !known.includes(name) && isGiven(object[name]));
  if (other !== undefined) throw unsupported(at === '' ? other : `${at}.${other}`);
}

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

/** `cache_control` of a part or a tool, as a piece of the block that it marks. */
export function cacheMark(object: JsonObject, at: string): JsonObject {
  const mark = object['cache_control'];
  if (!isGiven(mark)) return {};
  const field = `${at}.cache_control`;
  const control = mustBeObject(mark, field);
  refuseOthers(control, ['type', 'ttl'], field);
  if (control['type'] !== 'ephemeral') throw unsupported(`${field}.type`);
  const ttl = control['ttl'];
  if (!isGiven(ttl)) return { cache_control: { type: 'ephemeral' } };
  if (ttl !== '5m' && ttl !== '1h') throw unsupported(`${field}.ttl`);
  return { cache_control: { type: 'ephemeral', ttl } };
}
