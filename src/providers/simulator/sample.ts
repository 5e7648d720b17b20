import { arrayOf, isObject, objectOf, objectsOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

const MAX_DEPTH = 8;
/** With MAX_DEPTH this bounds what a hostile schema can make of itself. */
const MAX_ITEMS = 3;

/** Values made for one schema: references can make a short schema stand for an endless value. */
const MAX_VALUES = 10_000;

interface Walk {
  readonly root: JsonValue | undefined;
  left: number;
}

/** A small value that satisfies a JSON schema of the kind used for tools and structured output; null where it cannot. */
export const sampleOf = (schema: JsonValue | undefined): JsonValue =>
  sampleAt(schema, { root: schema, left: MAX_VALUES }, 0);

function sampleAt(schema: JsonValue | undefined, walk: Walk, depth: number): JsonValue {
  if (!isObject(schema) || depth > MAX_DEPTH || walk.left-- <= 0) return null;
  const given = schema['const'] ?? arrayOf(schema['enum'])[0];
  if (given !== undefined) return given;
  const other =
    referred(schema, walk.root) ?? ALTERNATIVES.map((name) => firstOf(schema[name])).find((each) => each !== null);
  if (other) return sampleAt(other, walk, depth + 1);
  const type = typeOf(schema);
  if (type === 'object') return sampleObject(schema, walk, depth);
  if (type === 'array') return sampleArray(schema, walk, depth);
  return sampleScalar(type, schema['minimum']);
}

const ALTERNATIVES = ['anyOf', 'oneOf', 'allOf'] as const;

function sampleScalar(type: string | null, minimum: JsonValue | undefined): JsonValue {
  if (type === 'string') return 'simulated';
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return typeof minimum === 'number' ? minimum : 1;
  return null;
}

function sampleArray(schema: JsonObject, walk: Walk, depth: number): JsonValue {
  const { minItems } = schema;
  const length = typeof minItems === 'number' ? Math.min(Math.max(Math.ceil(minItems), 0), MAX_ITEMS) : 0;
  return Array.from({ length }, () => sampleAt(schema['items'], walk, depth + 1));
}

function sampleObject(schema: JsonObject, walk: Walk, depth: number): JsonObject {
  const properties = Object.entries(objectOf(schema['properties']));
  return Object.fromEntries(properties.map(([name, each]) => [name, sampleAt(each, walk, depth + 1)]));
}

function typeOf(schema: JsonObject): string | null {
  const type = schema['type'];
  if (Array.isArray(type)) return stringOf(arrayOf(type).find((each) => each !== 'null'));
  return stringOf(type) ?? (isObject(schema['properties']) ? 'object' : null);
}

/** The target of a local `$ref` such as #/$defs/Address. */
function referred(schema: JsonObject, root: JsonValue | undefined): JsonObject | null {
  const reference = stringOf(schema['$ref']);
  if (reference === null || !reference.startsWith('#/')) return null;
  const found = reference
    .slice(2)
    .split('/')
    .reduce<JsonValue | undefined>((at, name) => objectOf(at)[name], root);
  return isObject(found) ? found : null;
}

const firstOf = (value: JsonValue | undefined): JsonObject | null =>
  objectsOf(value).find((each) => each['type'] !== 'null') ?? null;
