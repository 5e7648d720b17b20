import type { Traits } from '../claude/models.js';
import { unsupported } from '../errors/unsupported.js';
import { isGiven, listOf, mustBeObject, mustBeString, refuseOthers } from '../fields.js';
import { objectOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { cacheMark } from './content.js';

interface Asked {
  readonly body: JsonObject;
  readonly traits: Traits;
  /** Whether the request sets a budget for thinking, which no tool may be forced beside. */
  readonly hasBudget: boolean;
}

/** `tools` and `tool_choice` of the request, from tools, tool_choice and parallel_tool_calls. */
export function toolsOf(asked: Asked): JsonObject {
  const { body } = asked;
  const tools = listOf(body['tools'], 'tools').map((each, index) => toolOf(each, `tools[${index}]`));
  const choice = choiceOf(body['tool_choice']);
  const isForced = choice?.['type'] === 'any' || choice?.['type'] === 'tool';
  if (isForced) refuseForce(asked, tools.length);
  const isSerial = isOneAtATime(body['parallel_tool_calls']);
  if (tools.length === 0) return {};
  if (!isSerial || choice?.['type'] === 'none') return { tools, ...(choice && { tool_choice: choice }) };
  return { tools, tool_choice: { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true } };
}

function refuseForce({ traits, hasBudget }: Asked, tools: number): void {
  if (!traits.forcesTools) throw unsupported('tool_choice', 'cannot force a tool on this model');
  if (hasBudget) throw unsupported('tool_choice', 'cannot force a tool while this model thinks');
  if (tools === 0) throw unsupported('tool_choice', 'needs tools to choose from');
}

function toolOf(value: JsonValue, at: string): JsonObject {
  const tool = mustBeObject(value, at);
  if (tool['type'] !== 'function') throw unsupported(`${at}.type`);
  refuseOthers(tool, ['type', 'function', 'cache_control'], at);
  const path = `${at}.function`;
  const described = mustBeObject(tool['function'], path);
  refuseOthers(described, ['name', 'description', 'parameters', 'strict'], path);
  const { description, parameters, strict } = described;
  if (isGiven(strict) && typeof strict !== 'boolean') throw unsupported(`${path}.strict`, 'must be true or false');
  const schema = isGiven(parameters) ? mustBeObject(parameters, `${path}.parameters`) : { properties: {} };
  return {
    name: mustBeString(described['name'], `${path}.name`),
    ...(isGiven(description) && { description: mustBeString(description, `${path}.description`) }),
    // The API demands the type, which a schema for OpenAI may leave out.
    input_schema: { type: 'object', ...schema },
    ...(isGiven(strict) && { strict }),
    ...cacheMark(tool, at),
  };
}

function choiceOf(choice: JsonValue | undefined): JsonObject | null {
  if (!isGiven(choice)) return null;
  if (choice === 'auto' || choice === 'none') return { type: choice };
  if (choice === 'required') return { type: 'any' };
  const named = objectOf(choice);
  if (named['type'] !== 'function') throw unsupported('tool_choice');
  refuseOthers(named, ['type', 'function'], 'tool_choice');
  return { type: 'tool', name: mustBeString(objectOf(named['function'])['name'], 'tool_choice.function.name') };
}

function isOneAtATime(parallel: JsonValue | undefined): boolean {
  if (!isGiven(parallel)) return false;
  if (typeof parallel !== 'boolean') throw unsupported('parallel_tool_calls', 'must be true or false');
  return !parallel;
}
