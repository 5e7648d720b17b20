import { unsupported } from '../../errors/unsupported.js';
import { arrayOf } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';

/** Null counts as absent. */
export const isSet = (value: JsonValue | undefined): value is Exclude<JsonValue, null> =>
  value !== undefined && value !== null;

/** The elements of a list; none when it is absent. @throws VendorError unsupported */
export function listOf(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (isSet(value) && !Array.isArray(value)) throw unsupported(path, 'is not a list');
  return arrayOf(value);
}

/** @throws VendorError unsupported, naming the first field that is set and not among `known` */
export function refuseOthers(object: JsonObject, known: readonly string[], path = ''): void {
  const other = Object.keys(object).find((name) => isSet(object[name]) && !known.includes(name));
  if (other !== undefined) throw unsupported(path === '' ? other : `${path}.${other}`);
}
