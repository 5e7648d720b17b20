import { objectsOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/** Unicode code points that the simulator counts as one token. */
export const CHARS_PER_TOKEN = 4;
/** What each message costs beside its text: its role and frame. */
const TOKENS_PER_MESSAGE = 4;
/** What a content part that is no text (an image, a file, audio) costs. */
const TOKENS_PER_MEDIA_PART = 85;

/** Tokens of a text: code points / 4, rounded up. */
export const countTokens = (text: string): number => Math.ceil([...text].length / CHARS_PER_TOKEN);

/**
 * Prompt tokens of a request: for each message 4, plus its text, plus its tool calls as JSON, plus 85 for each part
 * that is no text; and once the tools as JSON. Each text is counted by countTokens.
 */
export function countPromptTokens(body: JsonObject): number {
  const asJson = (value: JsonValue | undefined): number => (value ? countTokens(JSON.stringify(value)) : 0);
  return objectsOf(body['messages']).reduce((sum, message) => {
    const media = objectsOf(message['content']).filter((part) => part['type'] !== 'text').length;
    const text = countTokens(messageText(message)) + asJson(message['tool_calls']);
    return sum + TOKENS_PER_MESSAGE + text + media * TOKENS_PER_MEDIA_PART;
  }, asJson(body['tools']));
}

/** The text of a message, whether it is a string or parts. */
export function messageText(message: JsonObject): string {
  const parts = objectsOf(message['content']).map((part) => stringOf(part['text']));
  return stringOf(message['content']) ?? parts.filter((text) => text !== null).join('\n');
}
