import { unsupported } from '../../errors/unsupported.js';
import { isGiven, listOf, refuseOthers } from '../../fields.js';
import { isObject, objectOf, parseJson, stringOf, writeJson } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';
import { NO_SIGNATURE, signedBlocks, type SignedBlock } from '../signatures.js';
import { GEMINI_3 } from './generation.js';
import { imageOf, partsOf } from './content.js';

/** What models said about their answers; no vendor takes it back. */
const SAID_ABOUT = ['reasoning_content', 'reasoning', 'annotations'];
const ASSISTANT = ['role', 'content', 'refusal', 'tool_calls', 'thinking_blocks', 'images', ...SAID_ABOUT];

/**
 * `messages` as contents and systemInstruction. All system messages go to the front, where alone Gemini takes them;
 * results of one round of tools become one content, as it demands. @throws VendorError unsupported
 */
export function conversationOf(messages: JsonValue | undefined, generation: number): JsonObject {
  const conversation = new Conversation(generation >= GEMINI_3);
  listOf(messages, 'messages').forEach((message, at) => conversation.add(message, `messages[${at}]`));
  return conversation.fields();
}

class Conversation {
  private readonly system: JsonObject[] = [];
  private readonly contents: JsonObject[] = [];
  /** Names of the functions called so far, by the id of the call. */
  private readonly called = new Map<string, string>();
  /** Parts of the content that holds the results of the round, while it is the last one. */
  private results: JsonObject[] | null = null;

  constructor(private readonly isGemini3: boolean) {}

  add(message: JsonValue, path: string): void {
    if (!isObject(message)) throw unsupported(path, 'is not an object');
    const { role, content } = message;
    if (role === 'tool') return this.addResult(message, path);
    this.results = null;
    if (role === 'assistant') return this.addAnswer(message, path);
    if (role !== 'user' && role !== 'system' && role !== 'developer') throw unsupported(`${path}.role`);
    refuseOthers(message, ['role', 'content', 'cache_control'], path);
    const parts = partsOf(content, `${path}.content`);
    if (role === 'user') this.contents.push({ role: 'user', parts });
    else this.system.push(...parts);
  }

  /** Gemini answers contents only: a lone system message is put as the question. */
  fields(): JsonObject {
    if (this.system.length === 0) return { contents: this.contents };
    if (this.contents.length === 0) return { contents: [{ role: 'user', parts: this.system }] };
    return { systemInstruction: { parts: this.system }, contents: this.contents };
  }

  private addAnswer(message: JsonObject, path: string): void {
    refuseOthers(message, [...ASSISTANT, 'cache_control'], path);
    const blocks = signedBlocks(message['thinking_blocks']);
    const signatureOf = (place: string): string | undefined =>
      blocks.findLast((each) => each.place === place)?.signature;
    const said = [...partsOf(message['content'], `${path}.content`), ...partsOf(message['refusal'], `${path}.refusal`)];
    const images = listOf(message['images'], `${path}.images`).map((each, at) =>
      imageOf(objectOf(each)['image_url'], `${path}.images[${at}].image_url`),
    );
    const parts = [
      ...thoughtsOf(blocks),
      ...signedText(said, signatureOf('text')),
      ...images,
      ...listOf(message['tool_calls'], `${path}.tool_calls`).map((call, at) =>
        this.callOf(call, { path: `${path}.tool_calls[${at}]`, at, signature: signatureOf(`call${at}`) }),
      ),
    ];
    if (parts.length > 0) this.contents.push({ role: 'model', parts });
  }

  private callOf(call: JsonValue, place: { path: string; at: number; signature: string | undefined }): JsonObject {
    const { path, at } = place;
    if (!isObject(call) || (isGiven(call['type']) && call['type'] !== 'function'))
      throw unsupported(`${path}.type`, 'can only be a function');
    // Gemini caches by itself.
    refuseOthers(call, ['type', 'id', 'index', 'function', 'cache_control'], path);
    const called = objectOf(call['function']);
    refuseOthers(called, ['name', 'arguments'], `${path}.function`);
    const name = stringOf(called['name']);
    if (name === null) throw unsupported(`${path}.function.name`, 'is missing');
    const args = argumentsOf(called['arguments'], `${path}.function.arguments`);
    const id = stringOf(call['id']);
    if (id !== null) this.called.set(id, name);
    // Of calls made at once only the first is signed.
    const signature = place.signature ?? (this.isGemini3 && at === 0 ? NO_SIGNATURE : null);
    return {
      functionCall: { ...(this.isGemini3 && id !== null && { id }), name, args },
      ...(signature !== null && { thoughtSignature: signature }),
    };
  }

  private addResult(message: JsonObject, path: string): void {
    refuseOthers(message, ['role', 'content', 'tool_call_id', 'name', 'is_error', 'cache_control'], path);
    const id = stringOf(message['tool_call_id']);
    const name = (id === null ? undefined : this.called.get(id)) ?? stringOf(message['name']);
    if (name === null) throw unsupported(`${path}.tool_call_id`, 'names no earlier tool call');
    const parts = partsOf(message['content'], `${path}.content`);
    const media = parts.filter((part) => part['text'] === undefined);
    if (media.length > 0 && !this.isGemini3) throw unsupported(`${path}.content`, 'can only be text for this model');
    const text = parts.map((part) => stringOf(part['text']) ?? '').join('');
    const functionResponse = {
      ...(this.isGemini3 && id !== null && { id }),
      name,
      response: message['is_error'] === true ? { error: text } : responseOf(text),
      ...(media.length > 0 && { parts: media }),
    };
    if (this.results === null) this.contents.push({ role: 'user', parts: (this.results = []) });
    this.results.push({ functionResponse });
  }
}

/** Thoughts go back only with a signature of their own; without one Gemini reads nothing in them. */
const thoughtsOf = (blocks: readonly SignedBlock[]): JsonObject[] =>
  blocks
    .filter((block) => block.place === 'thought')
    .map(({ thinking, signature }) => ({ text: thinking, thought: true, thoughtSignature: signature }));

function signedText(parts: readonly JsonObject[], signature: string | undefined): JsonObject[] {
  if (signature === undefined) return parts.filter((part) => part['text'] !== '');
  const last = parts.at(-1) ?? { text: '' };
  return [...parts.slice(0, -1), { ...last, thoughtSignature: signature }];
}

function argumentsOf(text: JsonValue | undefined, path: string): JsonObject {
  if (!isGiven(text) || text === '') return {};
  const args = typeof text === 'string' ? parseJson(text) : undefined;
  if (isObject(args) && writeJson(args) !== null) return args;
  throw unsupported(path, 'is not a JSON object');
}

/** The result of a function must be an object. */
function responseOf(text: string): JsonObject {
  const value = parseJson(text);
  return isObject(value) && writeJson(value) !== null ? value : { result: text };
}
