import { malformed } from '../errors/malformed.js';
import type { VendorError } from '../errors/vendor-error.js';
import { isObject, objectOf, objectsOf, parseJson, stringOf, writeJson } from '../json.js';
import type { ChatResult } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { errorFromBody, errorInside } from './error-body.js';
import { canonicalUsage, parseCounts, usageOf } from './usage.js';

/** A whole answer. A 2xx that holds no message is an error too: {type:'error'}, HTML, nothing, or no content. */
export function parseResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): ChatResult | VendorError {
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) return errorFromBody(status, headers, text);
  if (text.trim() === '') return malformed('The provider answered with nothing.', status);
  const message = parseJson(text);
  if (!isObject(message)) return malformed('The provider answered with something that is not JSON.', status);
  const error = errorInside(message, headers);
  if (error) return error;
  const blocks = objectsOf(message['content']);
  if (!Array.isArray(message['content']) || blocks.length !== message['content'].length)
    return malformed('The provider answered without a message.', status);
  const calls = toolCalls(blocks);
  if (calls === null) return malformed('The provider called a tool with arguments that cannot be read.', status);
  return resultOf(message, answerOf(blocks, calls));
}

function resultOf(message: JsonObject, answer: JsonObject): ChatResult {
  const counts = parseCounts(message['usage']);
  const finishReason = finishReasonOf(message['stop_reason']);
  const choice = {
    index: 0,
    message: { ...answer, refusal: refusalOf(message) },
    logprobs: null,
    finish_reason: finishReason,
    ...stopSequenceOf(message),
  };
  const completion = {
    ...envelopeOf(message),
    object: 'chat.completion',
    choices: [choice],
    ...(counts && { usage: canonicalUsage(counts) }),
  };
  return { completion, usage: counts && usageOf(counts), finishReason };
}

/** What a completion and its chunks say of themselves. The API tells no time, so it is the time of reading. */
export const envelopeOf = (message: JsonObject): JsonObject => ({
  id: stringOf(message['id']) ?? '',
  created: Math.floor(Date.now() / 1_000),
  model: stringOf(message['model']) ?? '',
});

const FINISH: Readonly<Record<string, string>> = Object.freeze({
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
});

/** Null when the vendor gave no reason; one that is not known ended the answer somehow. */
export const finishReasonOf = (reason: JsonValue | undefined): string | null =>
  typeof reason === 'string' ? (Object.hasOwn(FINISH, reason) ? FINISH[reason]! : 'stop') : null;

/** Why the model refused, in Anthropic's words, where a message or the end of a stream says so. */
export const refusalOf = (ended: JsonObject): string | null =>
  ended['stop_reason'] === 'refusal' ? stringOf(objectOf(ended['stop_details'])['explanation']) : null;

/** The client's own text that ended the answer, as a piece of the choice. */
export function stopSequenceOf(ended: JsonObject): JsonObject {
  const text = stringOf(ended['stop_sequence']);
  return text === null ? {} : { stop_sequence: text };
}

function answerOf(blocks: readonly JsonObject[], calls: readonly JsonObject[]): JsonObject {
  const texts = blocks.filter((each) => each['type'] === 'text').map((each) => stringOf(each['text']) ?? '');
  const thoughts = blocks.flatMap(thoughtOf);
  const reasoning = thoughts.map((each) => stringOf(each['thinking']) ?? '').join('');
  return {
    role: 'assistant',
    content: texts.length === 0 ? null : texts.join(''),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(thoughts.length > 0 && { thinking_blocks: thoughts }),
  };
}

function thoughtOf({ type, thinking, signature, data }: JsonObject): JsonObject[] {
  if (type === 'redacted_thinking') return [{ type, data: stringOf(data) ?? '' }];
  if (type !== 'thinking') return [];
  return [{ type, thinking: stringOf(thinking) ?? '', signature: stringOf(signature) ?? '' }];
}

function toolCalls(blocks: readonly JsonObject[]): JsonObject[] | null {
  const calls: JsonObject[] = [];
  for (const { type, id, name, input } of blocks) {
    if (type !== 'tool_use') continue;
    const text = writeJson(input ?? {});
    if (text === null) return null;
    calls.push({
      id: stringOf(id) ?? '',
      type: 'function',
      function: { name: stringOf(name) ?? '', arguments: text },
    });
  }
  return calls;
}
