import { invalid } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';

/** A field as JSON.parse gives it; null counts as absent, as in OpenAI's own API. */
export type Field = JsonValue | undefined;

export const isAbsent = (value: Field): value is null | undefined => value === undefined || value === null;

export const isObject = (value: Field): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an array; null when it is none. (Array.isArray alone turns a readonly array into any[].) */
export const arrayOf = (value: Field): readonly JsonValue[] | null =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : null;

/** @throws DomainError unless the field holds a string */
export function textAt(value: Field, path: string): string {
  if (typeof value === 'string') return value;
  throw wrong(value, path, 'a string');
}

/** @throws DomainError unless the field holds a string with something in it */
export function nameAt(value: Field, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(value, path, 'a string that is not empty');
}

/** @throws DomainError unless the field holds a number */
export function numberAt(value: Field, path: string): number {
  if (typeof value === 'number') return value;
  throw wrong(value, path, 'a number');
}

/** @throws DomainError unless the field holds true or false */
export function flagAt(value: Field, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(value, path, 'true or false');
}

/** @throws DomainError unless the field holds an object */
export function objectAt(value: Field, path: string): JsonObject {
  if (isObject(value)) return value;
  throw wrong(value, path, 'an object');
}

/** @throws DomainError unless the field holds an array */
export function listAt(value: Field, path: string): readonly JsonValue[] {
  const list = arrayOf(value);
  if (list) return list;
  throw wrong(value, path, 'an array');
}

/** @throws DomainError unless the field holds one of the words */
export function wordAt<Word extends string>(value: Field, path: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw wrong(value, path, `one of ${words.join(', ')}`);
}

/** @throws DomainError naming the first field of the object that is set and not among these */
export function refuseOthers(object: JsonObject, known: readonly string[], path: string): void {
  for (const [name, value] of Object.entries(object))
    if (!isAbsent(value) && !known.includes(name)) throw invalid(`${path}.${name}`, 'is not supported');
}

const wrong = (value: Field, path: string, wanted: string): Error =>
  invalid(path, isAbsent(value) ? 'is required' : `must be ${wanted}`);
