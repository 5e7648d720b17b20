import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { objectOf, objectsOf } from '../../../../providers/json.js';

/** A whole answer as the chunks of a stream: what each choice says, how each ends, and what was used. */
export function chunksOf(completion: JsonObject): JsonObject[] {
  const { choices, usage, ...envelope } = completion;
  const chunk = (of: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
    ...envelope,
    object: 'chat.completion.chunk',
    choices: of,
    ...more,
  });
  const whole = objectsOf(choices);
  return [
    ...whole.map((choice, index) => chunk([opening(choice, index)])),
    ...whole.map((choice, index) => chunk([closing(choice, index)])),
    ...(usage === undefined || usage === null ? [] : [chunk([], { usage })]),
  ];
}

function opening({ index, message, logprobs = null }: JsonObject, position: number): JsonObject {
  const said = Object.entries(objectOf(message)).filter(([, value]) => value !== undefined && value !== null);
  const delta: Record<string, JsonValue> = { role: 'assistant', ...(Object.fromEntries(said) as JsonObject & object) };
  const calls = objectsOf(delta['tool_calls']);
  if (calls.length > 0) delta['tool_calls'] = calls.map((call, at) => ({ index: at, ...call }));
  return { index: index ?? position, delta, logprobs, finish_reason: null };
}

function closing(choice: JsonObject, position: number): JsonObject {
  const { index, finish_reason: reason = null, stop_sequence: stop } = choice;
  const ending = { finish_reason: reason, ...(typeof stop === 'string' && { stop_sequence: stop }) };
  return { index: index ?? position, delta: {}, logprobs: null, ...ending };
}
