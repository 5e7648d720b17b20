import { unsupported } from '../errors/unsupported.js';
import { isGiven, listOf, refuseOthers } from '../fields.js';
import { isObject, objectOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { cachePointOf } from './content.js';

interface Circumstances {
  /** The conversation holds tool calls or results: Converse then insists on the tools, whether wanted or not. */
  readonly usesTools: boolean;
  /** The model can be made to call a tool. */
  readonly forcesTools: boolean;
}

/** Converse's toolConfig; undefined when no tool is offered. */
export function toolConfigOf(body: JsonObject, { usesTools, forcesTools }: Circumstances): JsonObject | undefined {
  const tools = listOf(body['tools'], 'tools').flatMap(toolOf);
  const choice = body['tool_choice'];
  if (tools.length === 0) {
    if (usesTools) throw unsupported('tools', 'must be given for this model when the messages hold tool calls');
    if (isGiven(choice) && choice !== 'auto' && choice !== 'none') throw unsupported('tool_choice');
    return undefined;
  }
  if (choice !== 'none') return { tools, ...choiceOf(choice, forcesTools) };
  if (usesTools) throw unsupported('tool_choice', "cannot be 'none' for this model when the messages hold tool calls");
  return undefined;
}

function toolOf(tool: JsonValue): readonly JsonObject[] {
  if (!isObject(tool) || tool['type'] !== 'function') throw unsupported('tools.type');
  refuseOthers(tool, ['type', 'function', 'cache_control'], 'tools');
  const called = objectOf(tool['function']);
  refuseOthers(called, ['name', 'description', 'parameters', 'strict'], 'tools.function');
  const description = stringOf(called['description']);
  const toolSpec = {
    name: called['name'],
    // Converse refuses an empty description.
    ...(description !== null && description !== '' && { description }),
    inputSchema: { json: schemaOf(called['parameters']) },
    ...(called['strict'] === true && { strict: true }),
  };
  return [{ toolSpec }, ...cachePointOf(tool['cache_control'], 'tools.cache_control')];
}

/** Converse demands the type object at the top, where OpenAI lets a function without parameters leave it out. */
function schemaOf(parameters: JsonValue | undefined): JsonObject {
  if (!isGiven(parameters)) return { type: 'object', properties: {} };
  if (!isObject(parameters)) throw unsupported('tools.function.parameters');
  return isGiven(parameters['type']) ? parameters : { ...parameters, type: 'object' };
}

/** Auto is what Converse does by itself, and some models refuse to be told. */
function choiceOf(choice: JsonValue | undefined, forcesTools: boolean): JsonObject {
  if (!isGiven(choice) || choice === 'auto') return {};
  if (!forcesTools) throw unsupported('tool_choice');
  if (choice === 'required') return { toolChoice: { any: {} } };
  const name =
    isObject(choice) && choice['type'] === 'function' ? stringOf(objectOf(choice['function'])['name']) : null;
  if (name === null) throw unsupported('tool_choice');
  return { toolChoice: { tool: { name } } };
}
