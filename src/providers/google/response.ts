import { randomUUID } from 'node:crypto';
import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { arrayOf, isObject, objectOf, parseJson, stringOf } from '../json.js';
import type { ChatResult } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { Candidate, type Piece } from './candidate.js';
import { errorFromBody, errorInside } from './error-body.js';
import { canonicalUsage, parseUsage } from './usage.js';

type Headers = Readonly<Record<string, string>>;

/** The object that a whole answer is, or the error in its place. */
export function answerIn(status: number, headers: Headers, body: Uint8Array): JsonObject | VendorError {
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) return errorFromBody(status, headers, text);
  if (text.trim() === '') return malformed('The provider answered with nothing.', status);
  const answer = parseJson(text);
  const error = errorInside(answer, headers);
  if (error) return error;
  return isObject(answer) ? answer : malformed('The provider answered with something that is not JSON.', status);
}

/** A whole answer. A 2xx without a candidate is an error too, unless Google blocked the prompt, which it bills. */
export function parseResponse(status: number, headers: Headers, body: Uint8Array): ChatResult | VendorError {
  const answer = answerIn(status, headers, body);
  if (answer instanceof VendorError) return answer;
  const envelope = envelopeOf(answer);
  const choices = candidatesIn(answer)?.map((candidate, at) => choiceOf(candidate, { at, seed: envelope.seed }));
  const [first] = choices ?? [];
  if (!first || !choices?.every((each) => each !== null))
    return malformed('The provider answered without a candidate.', status);
  const usage = parseUsage(answer['usageMetadata']);
  const { id, created, model } = envelope;
  const completion = { id, object: 'chat.completion', created, model, choices };
  return {
    completion: usage ? { ...completion, usage: canonicalUsage(usage) } : completion,
    usage,
    finishReason: stringOf(first['finish_reason']),
  };
}

/** What all chunks of an answer have in common. `seed` is the same for all pieces of an answer that names itself. */
export function envelopeOf(answer: JsonObject): { id: string; seed: string; created: number; model: string } {
  const seed = stringOf(answer['responseId']) || randomUUID();
  const at = Date.parse(stringOf(answer['createTime']) ?? '');
  const created = Math.floor((Number.isNaN(at) ? Date.now() : at) / 1_000);
  return { id: `chatcmpl-${seed}`, seed, created, model: stringOf(answer['modelVersion']) ?? '' };
}

/** Candidates of an answer or a piece; for a blocked prompt an empty one; null when they are not what was asked for. */
export function candidatesIn(answer: JsonObject): readonly JsonObject[] | null {
  const given = answer['candidates'] ?? [];
  if (!Array.isArray(given) || !arrayOf(given).every(isObject)) return null;
  const candidates = arrayOf(given) as readonly JsonObject[];
  const isBlocked = typeof objectOf(answer['promptFeedback'])['blockReason'] === 'string';
  return candidates.length === 0 && isBlocked ? [{ index: 0, finishReason: 'SAFETY' }] : candidates;
}

/** The number of a candidate: its own, or its place when it has none. */
export function indexOf(candidate: JsonObject, at: number): number {
  const { index } = candidate;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : at;
}

/** Fields that message and delta have in common; without those that hold nothing. */
export function fieldsOf(piece: Piece): JsonObject {
  return {
    ...(piece.content !== '' && { content: piece.content }),
    ...(piece.reasoning !== '' && { reasoning_content: piece.reasoning }),
    ...(piece.blocks.length > 0 && { thinking_blocks: piece.blocks }),
    ...(piece.calls.length > 0 && { tool_calls: piece.calls }),
    ...(piece.images.length > 0 && { images: piece.images }),
  };
}

function choiceOf(candidate: JsonObject, place: { at: number; seed: string }): JsonObject | null {
  const index = indexOf(candidate, place.at);
  const piece = new Candidate(index, place.seed).take(candidate);
  if (piece === null) return null;
  const message = fieldsOf({ ...piece, blocks: wholeBlocks(piece.blocks), calls: piece.calls.map(wholeCall) });
  const content = piece.content === '' && piece.calls.length > 0 ? null : piece.content;
  return {
    index,
    message: { role: 'assistant', ...message, content },
    logprobs: piece.logprobs,
    finish_reason: piece.finishReason,
  };
}

function wholeBlocks(pieces: readonly JsonObject[]): JsonObject[] {
  const blocks: JsonObject[] = [];
  let thinking = '';
  for (const piece of pieces) {
    thinking += stringOf(piece['thinking']) ?? '';
    const signature = stringOf(piece['signature']);
    if (signature === null) continue;
    blocks.push({ type: 'thinking', thinking, signature });
    thinking = '';
  }
  return blocks;
}

function wholeCall(call: JsonObject): JsonObject {
  const { index: _index, ...rest } = call;
  return rest;
}
