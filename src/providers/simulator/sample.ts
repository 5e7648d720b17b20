import { isObject, objectOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

const MAX_DEPTH = 8;

/** A small value that satisfies a JSON schema of the kind used for tools and structured output; null where it cannot. */
export function sampleOf(schema: JsonValue | undefined, root: JsonValue | undefined = schema, depth = 0): JsonValue {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return (schema['enum'][0] as JsonValue | undefined) ?? null;
  const other =
    referred(schema, root) ?? firstOf(schema['anyOf']) ?? firstOf(schema['oneOf']) ?? firstOf(schema['allOf']);
  if (other !== null) return sampleOf(other, root, depth + 1);
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, root, depth);
    case 'array':
      return Array.from({ length: Math.min(Number(schema['minItems'] ?? 0), 10) }, () =>
        sampleOf(schema['items'], root, depth + 1),
      );
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'string':
      return 'simulated';
    default:
      return null;
  }
}

function sampleObject(schema: JsonObject, root: JsonValue | undefined, depth: number): JsonObject {
  const properties = Object.entries(objectOf(schema['properties']));
  return Object.fromEntries(properties.map(([name, each]) => [name, sampleOf(each, root, depth + 1)]));
}

function typeOf(schema: JsonObject): string | null {
  const type = schema['type'];
  if (Array.isArray(type)) return stringOf(type.find((each) => each !== 'null'));
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
  Array.isArray(value) ? (value.find((each) => isObject(each) && each['type'] !== 'null') ?? null) : null;
