import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { arrayOf, type Field, isAbsent, isObject } from './responses-fields.js';

/** Settings that a response repeats only if the request had them. */
const REPEATED = ['prompt_cache_key', 'prompt_cache_retention', 'safety_identifier', 'user'] as const;

/**
 * The settings of the request that a response repeats. A temperature or top_p that was not set is null: which one holds
 * then is known to the vendor only.
 */
export function echoOf(request: JsonObject): JsonObject {
  const reasoning = objectOf(request['reasoning']);
  return {
    background: false,
    instructions: request['instructions'] ?? null,
    max_output_tokens: request['max_output_tokens'] ?? null,
    max_tool_calls: null,
    metadata: request['metadata'] ?? {},
    parallel_tool_calls: request['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    reasoning: {
      effort: reasoning['effort'] ?? null,
      summary: reasoning['summary'] ?? reasoning['generate_summary'] ?? null,
    },
    store: false,
    temperature: request['temperature'] ?? null,
    text: { ...objectOf(request['text']), format: formatOf(objectOf(request['text'])['format']) },
    tool_choice: request['tool_choice'] ?? 'auto',
    tools: (arrayOf(request['tools']) ?? []).map(toolOf),
    top_logprobs: 0,
    top_p: request['top_p'] ?? null,
    truncation: 'disabled',
    ...Object.fromEntries(REPEATED.flatMap((name) => (isAbsent(request[name]) ? [] : [[name, request[name]]]))),
  };
}

const formatOf = (format: Field): JsonObject => (isObject(format) ? format : { type: 'text' });

const toolOf = (tool: JsonValue): JsonObject => {
  const given = objectOf(tool);
  const { description, parameters, strict } = given;
  return { ...given, description: description ?? null, parameters: parameters ?? null, strict: strict ?? false };
};

const objectOf = (value: Field): JsonObject => (isObject(value) ? value : {});
