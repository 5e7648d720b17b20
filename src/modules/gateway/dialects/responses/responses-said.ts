import type { JsonObject } from '../../../../providers/index.js';
import { arrayOf, type Field, isObject } from './responses-fields.js';

/** What a canonical message, or a delta of one, says; every text is '' when there is none. */
export interface Said {
  readonly reasoning: string;
  readonly text: string;
  readonly refusal: string;
  readonly thinkingBlocks: Field;
  readonly calls: readonly SaidCall[];
}

/** A function call, or a piece of one. */
export interface SaidCall {
  readonly index: number | null;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Never throws: what is not as it should be says nothing. */
export function saidIn(value: Field): Said {
  const message = isObject(value) ? value : {};
  return {
    // Some vendors have it under the other name, a few under both.
    reasoning: stringOf(message['reasoning_content']) || stringOf(message['reasoning']),
    text: textOf(message['content']),
    refusal: stringOf(message['refusal']),
    thinkingBlocks: message['thinking_blocks'],
    calls: (arrayOf(message['tool_calls']) ?? []).flatMap(callOf),
  };
}

function callOf(value: Field): SaidCall[] {
  if (!isObject(value) || !isObject(value['function'])) return [];
  const { index } = value;
  const called: JsonObject = value['function'];
  return [
    {
      index: typeof index === 'number' ? index : null,
      id: stringOf(value['id']),
      name: stringOf(called['name']),
      arguments: argumentsOf(called['arguments']),
    },
  ];
}

/** Arguments are JSON in a string; some servers forget the string. */
const argumentsOf = (value: Field): string => (isObject(value) ? JSON.stringify(value) : stringOf(value));

/** A string, or parts of type text. */
function textOf(content: Field): string {
  const parts = arrayOf(content);
  if (!parts) return stringOf(content);
  return parts.map((part) => (isObject(part) && part['type'] === 'text' ? stringOf(part['text']) : '')).join('');
}

const stringOf = (value: Field): string => (typeof value === 'string' ? value : '');
