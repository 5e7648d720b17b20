import { isObject, objectOf, objectsOf, stringOf } from './json.js';
import type { JsonObject, JsonValue } from './spec/json.js';

/** Nesting of content parts that is followed. */
const MAX_DEPTH = 4;

/**
 * All that the choices of an answer, or of a chunk of one, hold of a model's own: content, reasoning, refusals, tool names
 * and arguments, transcripts. By it output is estimated where a vendor counts none, streamed or not.
 */
export function generatedText(choices: readonly JsonObject[]): string {
  let text = '';
  for (const choice of choices) {
    const said = choice['delta'] ?? choice['message'];
    if (isObject(said)) text += contentText(said) + toolText(said);
  }
  return text;
}

function contentText(said: JsonObject): string {
  // Some vendors send the same reasoning under both names.
  const reasoning = partText(said['reasoning_content']) || partText(said['reasoning']);
  const transcript = stringOf(objectOf(said['audio'])['transcript']) ?? '';
  return reasoning + partText(said['content']) + partText(said['refusal']) + transcript;
}

function toolText(said: JsonObject): string {
  let text = '';
  for (const call of objectsOf(said['tool_calls']))
    text += functionText(call['function']) + functionText(call['custom']);
  return text + functionText(said['function_call']);
}

function functionText(value: JsonValue | undefined): string {
  const called = objectOf(value);
  const argument = stringOf(called['arguments']) ?? stringOf(called['input']) ?? '';
  return (stringOf(called['name']) ?? '') + argument;
}

/** Text of a string, or of content parts such as {type:'text', text} and {type:'thinking', thinking:[...]}. */
function partText(value: JsonValue | undefined, depth = 0): string {
  if (typeof value === 'string') return value;
  if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) return '';
  if (isObject(value)) return partText(value['text'] ?? value['thinking'], depth + 1);
  return value.map((each) => partText(each, depth + 1)).join('');
}
