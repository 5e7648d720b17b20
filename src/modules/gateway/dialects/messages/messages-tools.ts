import type { JsonObject } from '../../../../providers/index.js';
import { cacheControl } from './messages-content.js';
import { type Field, given } from './messages-field.js';

const TOOL = [
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
  'allowed_callers',
  'defer_loading',
  'eager_input_streaming',
  'input_examples',
];

/**
 * Canonical functions of the client's own tools; undefined when the list is empty. Tools that Anthropic runs or defines
 * are refused by their type.
 */
export function functionsOf(tools: Field): JsonObject[] | undefined {
  return tools.items().length === 0 ? undefined : tools.items().map(functionOf);
}

function functionOf(tool: Field): JsonObject {
  // The type is looked at first: it is what is wrong with a tool of Anthropic's, not the fields that come with it.
  const type = tool.at('type');
  if (type.isGiven && type.text() !== 'custom') throw type.unsupported('; only custom tools are');
  refuseExtras(tool.object(TOOL));
  const described = given({
    name: tool.at('name').name(),
    description: tool.at('description').maybe((each) => each.text()),
    parameters: tool.at('input_schema').data(),
    strict: tool.at('strict').maybe((each) => each.flag()),
  });
  return given({ type: 'function', function: described, cache_control: cacheControl(tool) });
}

/** Fields that are understood only where they ask for what happens anyway. */
function refuseExtras(tool: Field): void {
  for (const name of ['defer_loading', 'eager_input_streaming'])
    if (tool.at(name).maybe((each) => each.flag())) throw tool.at(name).error('is not supported');
  const examples = tool.at('input_examples');
  if (examples.maybe((each) => each.items().length)) throw examples.error('is not supported');
  for (const caller of tool.at('allowed_callers').maybe((each) => each.items()) ?? []) caller.oneOf(['direct']);
}

/** Canonical `tool_choice` and `parallel_tool_calls`. */
export function toolChoice(choice: Field): JsonObject {
  const kind = choice
    .object(['type', 'name', 'disable_parallel_tool_use'])
    .at('type')
    .oneOf(['auto', 'any', 'tool', 'none']);
  const name = choice.at('name');
  if (kind !== 'tool' && name.isGiven) throw name.error(`goes with the type 'tool' only`);
  const isSerial = choice.at('disable_parallel_tool_use').maybe((each) => each.flag()) === true;
  return {
    tool_choice: kind === 'tool' ? { type: 'function', function: { name: name.name() } } : CHOICES[kind],
    ...(isSerial && { parallel_tool_calls: false }),
  };
}

const CHOICES = { auto: 'auto', any: 'required', none: 'none' } as const;
