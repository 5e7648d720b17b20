import { createHash } from 'node:crypto';
import { unsupported } from '../errors/unsupported.js';
import { isGiven, refuseOthers } from '../fields.js';
import { arrayOf, isObject, objectOf, parseJson, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { cachePointOf, ContentParts, type PartType } from './content.js';

/** A conversation as Converse takes it. */
interface Conversation {
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
  /** It holds a tool call or a tool's result. */
  readonly usesTools: boolean;
}

const FIELDS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content'],
  // Reasoning as text is for clients only. Refusals and annotations come back from clients that repeat an answer.
  assistant: ['role', 'content', 'refusal', 'tool_calls', 'thinking_blocks', 'reasoning_content'],
  // The name repeats that of the call.
  tool: ['role', 'content', 'tool_call_id', 'name', 'is_error'],
});

const LISTS = ['tool_calls', 'thinking_blocks'];
const USER_PARTS: readonly PartType[] = ['text', 'image_url', 'file', 'input_audio'];
const RESULT_PARTS: readonly PartType[] = ['text', 'image_url', 'file'];

/**
 * The messages of a call. System messages are gathered at the front, where Converse has its only place for them, and
 * neighbours of one role become one message. `signs`: the model signs its thinking and wants it back.
 */
export function conversationOf(messages: JsonValue | undefined, signs: boolean): Conversation {
  const writer = new Writer(signs);
  if (!Array.isArray(messages)) throw unsupported('messages', 'must be a list of messages');
  for (const message of arrayOf(messages)) writer.add(objectOf(message));
  return writer;
}

class Writer implements Conversation {
  readonly system: JsonObject[] = [];
  readonly messages: { readonly role: string; readonly content: JsonObject[] }[] = [];
  usesTools = false;
  private readonly parts = new ContentParts();

  constructor(private readonly signs: boolean) {}

  add(message: JsonObject): void {
    const role = stringOf(message['role']) ?? '';
    const fields = Object.hasOwn(FIELDS, role) ? FIELDS[role] : undefined;
    if (fields === undefined) throw unsupported('messages.role');
    refuseOthers(message, isEmptyList(message['annotations']) ? [...fields, 'annotations'] : fields, 'messages');
    for (const name of LISTS)
      if (isGiven(message[name]) && !Array.isArray(message[name]))
        throw unsupported(`messages.${name}`, 'must be a list');
    if (role === 'user') this.turn('user', this.parts.blocks(message['content'], USER_PARTS));
    else if (role === 'assistant') this.turn('assistant', this.assistant(message));
    else if (role === 'tool') this.turn('user', this.toolResult(message));
    else this.system.push(...this.parts.blocks(message['content'], ['text']));
  }

  private turn(role: string, blocks: readonly JsonObject[]): void {
    if (blocks.length === 0) return;
    const last = this.messages.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else this.messages.push({ role, content: [...blocks] });
  }

  private assistant(message: JsonObject): readonly JsonObject[] {
    return [
      ...(this.signs ? arrayOf(message['thinking_blocks']).flatMap(thinkingBlock) : []),
      ...this.parts.blocks(message['content'], ['text', 'refusal']),
      ...this.parts.blocks(message['refusal'], []),
      ...arrayOf(message['tool_calls']).flatMap((call) => this.toolUse(call)),
    ];
  }

  private toolUse(call: JsonValue): readonly JsonObject[] {
    if (!isObject(call) || call['type'] !== 'function') throw unsupported('messages.tool_calls.type');
    // Clients that gather a stream keep the index of each call.
    refuseOthers(call, ['id', 'type', 'function', 'index', 'cache_control'], 'messages.tool_calls');
    const called = objectOf(call['function']);
    refuseOthers(called, ['name', 'arguments'], 'messages.tool_calls.function');
    const given = stringOf(called['arguments']) ?? '';
    const input = given.trim() === '' ? {} : parseJson(given);
    if (!isObject(input)) throw unsupported('messages.tool_calls.function.arguments', 'must be a JSON object');
    this.usesTools = true;
    const block = { toolUse: { toolUseId: toolUseId(call['id']), name: called['name'], input } };
    return [block, ...cachePointOf(call['cache_control'], 'messages.tool_calls.cache_control')];
  }

  private toolResult(message: JsonObject): readonly JsonObject[] {
    this.usesTools = true;
    const blocks = this.parts.blocks(message['content'], RESULT_PARTS);
    const content = blocks.filter((block) => block['cachePoint'] === undefined);
    const failed = message['is_error'] === true && { status: 'error' };
    // A result holds no cache point of its own; the prompt is cached up to its end.
    const cachePoints = blocks.filter((block) => block['cachePoint'] !== undefined).slice(-1);
    return [{ toolResult: { toolUseId: toolUseId(message['tool_call_id']), content, ...failed } }, ...cachePoints];
  }
}

const isEmptyList = (value: JsonValue | undefined): boolean => Array.isArray(value) && value.length === 0;

/** What was not signed cannot be sent back. */
function thinkingBlock(block: JsonValue): readonly JsonObject[] {
  const { type, thinking, signature, data } = objectOf(block);
  if (type === 'redacted_thinking' && isGiven(data)) return [{ reasoningContent: { redactedContent: data } }];
  if (type !== 'thinking') throw unsupported('messages.thinking_blocks');
  if (typeof signature !== 'string' || /^(google:|$)/.test(signature)) return [];
  return [{ reasoningContent: { reasoningText: { text: thinking, signature } } }];
}

/** Ids that Converse does not take, as another vendor may have given them, are replaced by a digest, in both places. */
function toolUseId(id: JsonValue | undefined): string {
  const given = stringOf(id);
  if (given === null) throw unsupported('messages.tool_call_id', 'must be given for this model');
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(given)) return given;
  return `call_${createHash('sha256').update(given).digest('hex').slice(0, 32)}`;
}
