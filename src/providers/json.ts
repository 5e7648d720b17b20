import type { JsonObject, JsonValue } from './spec/json.js';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; one without fields when it is none. */
export const objectOf = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : NOTHING);

export const stringOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

/** The value as an array; an empty one when it is none. (Array.isArray alone turns a readonly array into any[].) */
export const arrayOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];

/** The elements that are objects; none when the value is no array. */
export const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] => arrayOf(value).filter(isObject);

/** Undefined when the text is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** Null when the value is nested deeper than JavaScript can write, which is less deep than it can read. */
export function writeJson(value: JsonValue): string | null {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}

const NOTHING: JsonObject = Object.freeze({});
