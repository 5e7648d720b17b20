import { unsupported } from '../../errors/unsupported.js';
import { isObject } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';

/** Whether a field asks for anything: null counts as absent. */
export const isGiven = (value: JsonValue | undefined): value is Exclude<JsonValue, null> =>
  value !== undefined && value !== null;

/** Throws VendorError of kind unsupported for a given field that is not among `known`; `path` goes before its name. */
export function refuseOthers(object: JsonObject, known: readonly string[], path = ''): void {
  for (const [name, value] of Object.entries(object))
    if (isGiven(value) && !known.includes(name)) throw unsupported(path + name);
}

/** The block that caches the prompt up to it, to be put after what carries `control`; none without one. */
export function cachePointOf(control: JsonValue | undefined, field: string): readonly JsonObject[] {
  if (!isGiven(control)) return [];
  if (!isObject(control) || control['type'] !== 'ephemeral') throw unsupported(field);
  refuseOthers(control, ['type', 'ttl'], `${field}.`);
  const ttl = control['ttl'];
  if (!isGiven(ttl)) return [{ cachePoint: { type: 'default' } }];
  if (ttl !== '5m' && ttl !== '1h') throw unsupported(`${field}.ttl`);
  return [{ cachePoint: { type: 'default', ttl } }];
}
