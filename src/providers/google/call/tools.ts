import { unsupported } from '../../errors/unsupported.js';
import { isGiven, listOf, refuseOthers } from '../../fields.js';
import { isObject, objectOf, objectsOf, stringOf } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';

/** Fields of the canonical call that toolFieldsOf reads. */
export const TOOL_FIELDS: readonly string[] = ['tools', 'tool_choice', 'parallel_tool_calls'];

/** `tools` and `tool_choice` as tools and toolConfig. @throws VendorError unsupported */
export function toolFieldsOf(body: JsonObject): JsonObject {
  if (body['parallel_tool_calls'] === false)
    throw unsupported('parallel_tool_calls', 'cannot be switched off for this model');
  const tools = listOf(body['tools'], 'tools');
  const functionDeclarations = tools.map(declarationOf);
  const isStrict = objectsOf(body['tools']).some((tool) => objectOf(tool['function'])['strict'] === true);
  const choice = body['tool_choice'];
  // Without functions Gemini refuses even a configuration that asks for none.
  if (tools.length === 0 && (!isGiven(choice) || choice === 'auto' || choice === 'none')) return {};
  const functionCallingConfig = choiceOf(choice, isStrict);
  return {
    ...(tools.length > 0 && { tools: [{ functionDeclarations }] }),
    ...(functionCallingConfig && { toolConfig: { functionCallingConfig } }),
  };
}

function declarationOf(tool: JsonValue, at: number): JsonObject {
  const path = `tools[${at}]`;
  if (!isObject(tool) || tool['type'] !== 'function' || !isObject(tool['function']))
    throw unsupported(`${path}.type`, 'can only be a function');
  // Gemini caches by itself, so cache_control has nothing to say.
  refuseOthers(tool, ['type', 'function', 'cache_control'], path);
  refuseOthers(tool['function'], ['name', 'description', 'parameters', 'strict'], `${path}.function`);
  const { name, description, parameters } = tool['function'];
  return {
    name,
    ...(isGiven(description) && { description }),
    ...(isGiven(parameters) && { parametersJsonSchema: parameters }),
  };
}

/** Strict tools are mode VALIDATED, which holds calls to their schema and leaves text possible; ANY always does. */
function choiceOf(choice: JsonValue | undefined, isStrict: boolean): JsonObject | null {
  if (!isGiven(choice)) return isStrict ? { mode: 'VALIDATED' } : null;
  if (choice === 'auto') return { mode: isStrict ? 'VALIDATED' : 'AUTO' };
  if (choice === 'none') return { mode: 'NONE' };
  if (choice === 'required') return { mode: 'ANY' };
  if (!isObject(choice)) throw unsupported('tool_choice');
  if (choice['type'] === 'function') {
    refuseOthers(choice, ['type', 'function'], 'tool_choice');
    return { mode: 'ANY', allowedFunctionNames: [functionName(choice)] };
  }
  if (choice['type'] === 'allowed_tools') {
    refuseOthers(choice, ['type', 'allowed_tools'], 'tool_choice');
    return allowedOf(objectOf(choice['allowed_tools']));
  }
  throw unsupported('tool_choice.type');
}

function allowedOf(allowed: JsonObject): JsonObject {
  refuseOthers(allowed, ['mode', 'tools'], 'tool_choice.allowed_tools');
  const { mode } = allowed;
  if (mode !== 'auto' && mode !== 'required') throw unsupported('tool_choice.allowed_tools.mode');
  const tools = listOf(allowed['tools'], 'tool_choice.allowed_tools.tools');
  // Names are only heeded in these two modes.
  return { mode: mode === 'required' ? 'ANY' : 'VALIDATED', allowedFunctionNames: tools.map(functionName) };
}

function functionName(tool: JsonValue): string {
  const { type, function: named } = objectOf(tool);
  const name = stringOf(objectOf(named)['name']);
  if (type !== 'function' || name === null) throw unsupported('tool_choice', 'can only name functions');
  return name;
}
