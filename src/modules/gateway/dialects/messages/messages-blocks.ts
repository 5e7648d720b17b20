import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { isObject, objectsOf, parseJson, stringOf } from '../../../../providers/json.js';

/** A block of text in an answer. Vercel's AI SDK does not take `citations: null`, which Anthropic's SDK has for none. */
export const textBlock = (text: string): JsonObject => ({ type: 'text', text });

/** A block of thought in an answer; the signature is empty where the vendor does not sign. */
export const thinkingBlock = (thinking: string, signature: string): JsonObject => ({
  type: 'thinking',
  thinking,
  signature,
});

/** A block of thought that only its vendor can read. */
export const redactedBlock = (data: string): JsonObject => ({ type: 'redacted_thinking', data });

/** A call of one of the client's tools. */
export const toolBlock = ({ id, name, input }: { id: string; name: string; input: JsonObject }): JsonObject => ({
  type: 'tool_use',
  id,
  name,
  input,
  caller: { type: 'direct' },
});

/** Id of a call that the vendor gave none: the client refers to it, and in a conversation no two may be the same. */
export const ownToolId = (messageId: string, index: number): string =>
  `toolu_${messageId.replace(/^msg_/, '')}_${index}`;

/**
 * The arguments of a call as the object that a client expects. Text that is none is kept under the key that Anthropic's
 * documentation of fine-grained tool streaming gives it, so that the client's own check fails and the model sees why.
 */
export function toolInput(text: string): JsonObject {
  const parsed = text.trim() === '' ? null : parseJson(text);
  if (parsed === null) return {};
  return isObject(parsed) ? parsed : { INVALID_JSON: text };
}

/** Text of a content that is a string or parts. */
export function contentText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  const texts = objectsOf(content).filter((part) => part['type'] === 'text');
  return texts.map((part) => stringOf(part['text']) ?? '').join('');
}

/** What a message or a delta says that the model thought; some vendors send the same under both names. */
export const reasoningText = (from: JsonObject): string =>
  stringOf(from['reasoning_content']) || stringOf(from['reasoning']) || '';

/** Blocks of thought that hold nothing to read leave that to the reasoning beside them. */
export const isReadable = (blocks: readonly JsonObject[]): boolean =>
  blocks.some((block) => block['type'] === 'thinking' && Boolean(stringOf(block['thinking'])));

/** How an answer ended. */
export interface Ending {
  readonly finishReason: string | null;
  readonly stopSequence: string | null;
  readonly usesTools: boolean;
  /** The model declined in words of its own, for which Anthropic has no separate place. */
  readonly isRefusal: boolean;
}

/**
 * The fields of a message that tell why it ended. A call of a tool counts as such whatever the vendor says, since
 * several say 'stop', and a client runs its tools only on 'tool_use'.
 */
export function stopFields(ending: Ending): JsonObject {
  const reason = stopReason(ending);
  const sequence = reason === 'stop_sequence' ? ending.stopSequence : null;
  return { stop_reason: reason, stop_sequence: sequence, stop_details: null };
}

function stopReason({ finishReason, stopSequence, usesTools, isRefusal }: Ending): string {
  if (finishReason === 'length') return 'max_tokens';
  if (finishReason === 'content_filter' || isRefusal) return 'refusal';
  if (stopSequence) return 'stop_sequence';
  return usesTools ? 'tool_use' : 'end_turn';
}
