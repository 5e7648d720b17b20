import { invalid } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import {
  type Field,
  flagAt,
  isAbsent,
  listAt,
  nameAt,
  objectAt,
  refuseOthers,
  textAt,
  wordAt,
} from './responses-fields.js';

const TOOL_FIELDS = ['type', 'name', 'description', 'parameters', 'strict', 'defer_loading', 'cache_control'];
const MODES = ['auto', 'none', 'required'] as const;

/**
 * Tools, their choice and their parallel use as fields of the canonical call. Without a tool the latter two mean nothing
 * here, but vendors of chat.completions refuse them then, so they are left out.
 */
export function toolFields(body: JsonObject): JsonObject {
  const tools = isAbsent(body['tools']) ? [] : listAt(body['tools'], 'tools').map(toolOf);
  const choice = isAbsent(body['tool_choice']) ? null : choiceOf(body['tool_choice']);
  const parallel = isAbsent(body['parallel_tool_calls'])
    ? null
    : flagAt(body['parallel_tool_calls'], 'parallel_tool_calls');
  if (tools.length === 0 && choice !== null && choice !== 'auto' && choice !== 'none')
    throw invalid('tool_choice', 'asks for a tool, but there are no tools');
  if (tools.length === 0) return {};
  return {
    tools,
    ...(choice !== null && { tool_choice: choice }),
    ...(parallel !== null && { parallel_tool_calls: parallel }),
  };
}

/**
 * A `strict` that is left out stays out: OpenAI rewrites the schema of such a tool to be strict, which no vendor of
 * chat.completions does, and demanding strictness of a schema that was not written for it fails.
 */
function toolOf(value: JsonValue, index: number): JsonObject {
  const path = `tools.${index}`;
  const tool = objectAt(value, path);
  const type = nameAt(tool['type'], `${path}.type`);
  if (type !== 'function') throw invalid(`${path}.type`, `'${type}' is not supported: only functions are`);
  refuseOthers(tool, TOOL_FIELDS, path);
  const { description, parameters, strict, defer_loading: deferred, cache_control: mark } = tool;
  if (!isAbsent(deferred) && flagAt(deferred, `${path}.defer_loading`))
    throw invalid(`${path}.defer_loading`, 'is not supported: there is no tool search');
  return {
    type: 'function',
    function: {
      name: nameAt(tool['name'], `${path}.name`),
      ...(!isAbsent(description) && { description: textAt(description, `${path}.description`) }),
      ...(!isAbsent(parameters) && { parameters: objectAt(parameters, `${path}.parameters`) }),
      ...(!isAbsent(strict) && { strict: flagAt(strict, `${path}.strict`) }),
    },
    ...(!isAbsent(mark) && { cache_control: objectAt(mark, `${path}.cache_control`) }),
  };
}

function choiceOf(value: Field): JsonValue {
  if (typeof value === 'string') return wordAt(value, 'tool_choice', MODES);
  const choice = objectAt(value, 'tool_choice');
  const type = nameAt(choice['type'], 'tool_choice.type');
  if (type === 'function') return functionNamed(choice, 'tool_choice');
  if (type === 'allowed_tools') return allowedTools(choice);
  throw invalid('tool_choice.type', `'${type}' is not supported: only functions are`);
}

function allowedTools(choice: JsonObject): JsonObject {
  refuseOthers(choice, ['type', 'mode', 'tools'], 'tool_choice');
  const mode = wordAt(choice['mode'], 'tool_choice.mode', ['auto', 'required']);
  const tools = listAt(choice['tools'], 'tool_choice.tools').map((each, index) => {
    const path = `tool_choice.tools.${index}`;
    const tool = objectAt(each, path);
    if (tool['type'] !== 'function') throw invalid(`${path}.type`, 'must be function: other tools are not supported');
    return functionNamed(tool, path);
  });
  return { type: 'allowed_tools', allowed_tools: { mode, tools } };
}

function functionNamed(value: JsonObject, path: string): JsonObject {
  refuseOthers(value, ['type', 'name'], path);
  return { type: 'function', function: { name: nameAt(value['name'], `${path}.name`) } };
}
