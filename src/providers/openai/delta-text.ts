import { isObject, objectOf, objectsOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/** Nesting of content parts that is followed. */
const MAX_DEPTH = 4;

/** Everything that a chunk generated, as text: content, reasoning, refusals, tool names and arguments, transcripts. */
export function deltaText(choices: readonly JsonObject[]): string {
  let text = '';
  for (const choice of choices) {
    const delta = choice['delta'];
    if (isObject(delta)) text += contentText(delta) + toolText(delta);
  }
  return text;
}

function contentText(delta: JsonObject): string {
  // Some vendors send the same reasoning under both names.
  const reasoning = partText(delta['reasoning_content']) || partText(delta['reasoning']);
  const transcript = stringOf(objectOf(delta['audio'])['transcript']) ?? '';
  return reasoning + partText(delta['content']) + partText(delta['refusal']) + transcript;
}

function toolText(delta: JsonObject): string {
  let text = '';
  for (const call of objectsOf(delta['tool_calls']))
    text += functionText(call['function']) + functionText(call['custom']);
  return text + functionText(delta['function_call']);
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
