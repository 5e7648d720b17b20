import { unsupported } from '../errors/unsupported.js';
import { isGiven, listOf, mustBeList, mustBeObject, mustBeString, refuseOthers } from '../fields.js';
import { isObject, objectsOf, parseJson } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { blocksOf, cacheMark, textBlocksOf } from './content.js';

/** The system prompt as blocks, and the turns. */
interface Conversation {
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: JsonObject[];
}

/** The messages of the canonical call. What the system says is gathered in front, wherever it stood. */
export function conversationOf(messages: JsonValue | undefined): Conversation {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [index, each] of mustBeList(messages, 'messages').entries()) {
    const at = `messages[${index}]`;
    const message = mustBeObject(each, at);
    const { role } = message;
    if (role === 'system' || role === 'developer') for (const block of systemBlocks(message, at)) system.push(block);
    else if (role === 'user') join(turns, { role, blocks: userBlocks(message, at) });
    else if (role === 'assistant') join(turns, { role, blocks: assistantBlocks(message, at) });
    else if (role === 'tool') join(turns, { role: 'user', blocks: [toolResult(message, at)] });
    else throw unsupported(`${at}.role`);
  }
  if (turns.length === 0) throw unsupported('messages', 'must hold something that the user says');
  return { system, messages: turns.map(({ role, blocks }) => ({ role, content: resultsFirst(blocks) })) };
}

/** Neighbours of one role become one turn; what says nothing becomes none. */
function join(turns: Turn[], next: Turn): void {
  const last = turns.at(-1);
  if (next.blocks.length === 0) return;
  if (last?.role === next.role) for (const block of next.blocks) last.blocks.push(block);
  else turns.push(next);
}

/** The API wants the results of tools before anything else of their turn. */
function resultsFirst(blocks: readonly JsonObject[]): JsonObject[] {
  const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result';
  return [...blocks.filter(isResult), ...blocks.filter((each) => !isResult(each))];
}

function systemBlocks(message: JsonObject, at: string): JsonObject[] {
  refuseOthers(message, ['role', 'content'], at);
  return textBlocksOf(message['content'], `${at}.content`);
}

function userBlocks(message: JsonObject, at: string): JsonObject[] {
  refuseOthers(message, ['role', 'content'], at);
  return blocksOf(message['content'], `${at}.content`);
}

/** Fields of an answer that clients send back as they came; `reasoning_content` repeats thinking_blocks. */
const ASSISTANT_FIELDS = ['role', 'content', 'refusal', 'tool_calls', 'thinking_blocks', 'reasoning_content'];

function assistantBlocks(message: JsonObject, at: string): JsonObject[] {
  const { annotations } = message;
  const isBare = Array.isArray(annotations) && annotations.length === 0;
  refuseOthers(message, isBare ? [...ASSISTANT_FIELDS, 'annotations'] : ASSISTANT_FIELDS, at);
  const calls = listOf(message['tool_calls'], `${at}.tool_calls`);
  const refusal = isGiven(message['refusal']) ? mustBeString(message['refusal'], `${at}.refusal`) : '';
  return [
    ...objectsOf(message['thinking_blocks']).flatMap(thinkingBlock),
    ...textBlocksOf(message['content'], `${at}.content`),
    ...textBlocksOf(refusal, `${at}.refusal`),
    ...calls.map((call, index) => toolUse(call, `${at}.tool_calls[${index}]`)),
  ];
}

/** Blocks without a signature, or with one that names its vendor, are another vendor's and stay here. */
function thinkingBlock(block: JsonObject): JsonObject[] {
  const { type, thinking, signature, data } = block;
  if (type === 'redacted_thinking' && typeof data === 'string') return [{ type, data }];
  if (type !== 'thinking' || typeof signature !== 'string' || /^(google:|$)/.test(signature)) return [];
  return [{ type, thinking: typeof thinking === 'string' ? thinking : '', signature }];
}

function toolUse(value: JsonValue, at: string): JsonObject {
  const call = mustBeObject(value, at);
  if (isGiven(call['type']) && call['type'] !== 'function') throw unsupported(`${at}.type`);
  refuseOthers(call, ['id', 'type', 'function', 'index', 'cache_control'], at);
  const called = mustBeObject(call['function'], `${at}.function`);
  refuseOthers(called, ['name', 'arguments'], `${at}.function`);
  return {
    type: 'tool_use',
    id: toolId(call['id'], `${at}.id`),
    name: mustBeString(called['name'], `${at}.function.name`),
    input: argumentsOf(called['arguments'], `${at}.function.arguments`),
    ...cacheMark(call, at),
  };
}

function argumentsOf(text: JsonValue | undefined, at: string): JsonObject {
  // A tool without parameters is often called with an empty text.
  if (!isGiven(text) || text === '') return {};
  const input = typeof text === 'string' ? parseJson(text) : undefined;
  if (isObject(input)) return input;
  throw unsupported(at, 'must be the text of a JSON object');
}

function toolResult(message: JsonObject, at: string): JsonObject {
  // `name` repeats what tool_call_id says already.
  refuseOthers(message, ['role', 'content', 'tool_call_id', 'name', 'is_error'], at);
  const isError = message['is_error'];
  if (isGiven(isError) && typeof isError !== 'boolean') throw unsupported(`${at}.is_error`, 'must be true or false');
  const content = blocksOf(message['content'], `${at}.content`);
  return {
    type: 'tool_result',
    tool_use_id: toolId(message['tool_call_id'], `${at}.tool_call_id`),
    ...(content.length > 0 && { content }),
    ...(isError === true && { is_error: true }),
  };
}

/** The API takes letters, digits, _ and -; what other vendors put into an id besides becomes its code. */
function toolId(value: JsonValue | undefined, at: string): string {
  return mustBeString(value, at).replace(/[^a-zA-Z0-9_-]/gu, (char) => `_${char.codePointAt(0)!.toString(16)}`);
}
