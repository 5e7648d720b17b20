import { randomUUID } from 'node:crypto';
import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { arrayOf, isObject, objectOf, objectsOf, parseJson, stringOf, writeJson } from '../json.js';
import type { ChatResult } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { errorFromBody, errorInside } from './error-body.js';
import { parseUsage, canonicalUsage } from './usage.js';

const FINISH_REASONS: ReadonlyMap<string, string> = new Map([
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['guardrail_intervened', 'content_filter'],
  ['content_filtered', 'content_filter'],
  ['refusal', 'content_filter'],
]);

type Headers = Readonly<Record<string, string>>;

/** The object that a whole answer is, or the error in its place. */
export function answerIn(status: number, headers: Headers, body: Uint8Array): JsonObject | VendorError {
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) return errorFromBody(status, headers, text);
  if (text.trim() === '') return malformed('The provider answered with nothing.', status);
  const answer = parseJson(text);
  return isObject(answer) ? answer : malformed('The provider answered with something that is not JSON.', status);
}

/** A whole answer of Converse as a canonical completion, or the error in its place. */
export function parseResponse(status: number, headers: Headers, body: Uint8Array): ChatResult | VendorError {
  const answer = answerIn(status, headers, body);
  if (answer instanceof VendorError) return answer;
  const content = objectOf(objectOf(answer['output'])['message'])['content'];
  if (!Array.isArray(content) || !arrayOf(content).every(isObject))
    return errorInside(answer, headers) ?? malformed('The provider answered without a message.', status);
  const message = messageOf(objectsOf(content));
  if (message === null) return malformed('The provider answered with a message that cannot be read.', status);
  return resultOf(answer, message);
}

/** What ended an answer, as a canonical choice tells it. Output that AWS calls malformed is given as it is. */
export function endingOf(answer: JsonObject): { readonly finish_reason: string; readonly stop_sequence?: string } {
  const reason = stringOf(answer['stopReason']) ?? '';
  const stopped = stringOf(objectOf(answer['additionalModelResponseFields'])['stop_sequence']);
  return {
    finish_reason: FINISH_REASONS.get(reason) ?? 'stop',
    ...(reason === 'stop_sequence' && stopped !== null && { stop_sequence: stopped }),
  };
}

/** Fields that every canonical object has; Converse gives neither an id nor a time. `created` is in Unix seconds. */
export const envelopeOf = (object: string): JsonObject => ({
  id: `chatcmpl-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1_000),
});

function resultOf(answer: JsonObject, message: JsonObject): ChatResult {
  const ending = endingOf(answer);
  const usage = parseUsage(answer['usage']);
  const completion = {
    ...envelopeOf('chat.completion'),
    choices: [{ index: 0, message, ...ending }],
    ...(usage && { usage: canonicalUsage(usage) }),
  };
  return { completion, usage, finishReason: ending.finish_reason };
}

/** Null when a block lacks what it needs. */
function messageOf(blocks: readonly JsonObject[]): JsonObject | null {
  const text = blocks.map(textOf).join('');
  const reasoning = blocks.map((block) => objectOf(block['reasoningContent']));
  const thoughts = reasoning.map((each) => stringOf(objectOf(each['reasoningText'])['text']) ?? '').join('');
  const thinking = reasoning.flatMap(thinkingBlock);
  const tools = blocks.map((block) => block['toolUse']).filter((each) => each !== undefined && each !== null);
  const calls = tools.map((tool) => toolCall(objectOf(tool)));
  if (!calls.every((each) => each !== null)) return null;
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
    ...(thinking.length > 0 && { thinking_blocks: thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function textOf(block: JsonObject): string {
  const cited = objectsOf(objectOf(block['citationsContent'])['content']).map((each) => stringOf(each['text']) ?? '');
  return (stringOf(block['text']) ?? '') + cited.join('');
}

/** Only what is signed can be sent back; the rest is in reasoning_content. */
function thinkingBlock(reasoning: JsonObject): readonly JsonObject[] {
  const { text, signature } = objectOf(reasoning['reasoningText']);
  if (typeof signature === 'string' && signature !== '')
    return [{ type: 'thinking', thinking: stringOf(text) ?? '', signature }];
  const data = stringOf(reasoning['redactedContent']);
  return data === null ? [] : [{ type: 'redacted_thinking', data }];
}

function toolCall(tool: JsonObject): JsonObject | null {
  const { toolUseId: id, name, input } = tool;
  const written = writeJson(input ?? {});
  if (typeof id !== 'string' || typeof name !== 'string' || written === null) return null;
  return { id, type: 'function', function: { name, arguments: written } };
}
