import type { Usage } from '../../core/usage.js';
import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { BodyHead } from '../http/body-head.js';
import { SseParser } from '../http/sse-parser.js';
import { isObject, objectOf, parseJson, stringOf } from '../json.js';
import type { StreamEvent, StreamParser } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { Candidate, type Piece } from './candidate.js';
import { errorInside } from './error-body.js';
import { candidatesIn, fieldsOf, envelopeOf, indexOf } from './response.js';
import { canonicalUsage, parseUsage } from './usage.js';

/** More than any model gives; a vendor that counts on is not believed. */
const MAX_CANDIDATES = 128;

/**
 * Pieces of GenerateContentResponse as canonical chunks. Google ends a stream by closing it, so it is complete when it
 * ends and every candidate that was begun has a finishReason. The chunk with usage is the last.
 */
export class GoogleStreamParser implements StreamParser {
  private readonly sse = new SseParser();
  private closed = false;
  private envelope: ReturnType<typeof envelopeOf> | null = null;
  private readonly candidates = new Map<number, Candidate>();
  private readonly finished = new Set<number>();
  private usage: Usage | null = null;
  private readonly head = new BodyHead();

  push(chunk: Uint8Array): StreamEvent[] {
    const out: StreamEvent[] = [];
    if (this.closed) return out;
    this.head.keep(chunk);
    for (const event of this.sse.push(chunk)) {
      this.head.drop();
      this.take(event.data, out);
      if (this.closed) return out;
    }
    if (this.sse.overflowed) this.fail(out, malformed('The provider sent a piece that is too large.'));
    return out;
  }

  end(): StreamEvent[] {
    const out: StreamEvent[] = [];
    if (this.closed) return out;
    if (!this.isComplete()) {
      this.fail(out, this.head.error(errorInside) ?? new VendorError('network', "The provider's stream was cut."));
      return out;
    }
    this.closed = true;
    if (this.usage) out.push(this.chunk([], { usage: canonicalUsage(this.usage) }));
    out.push({ type: 'done' });
    return out;
  }

  private isComplete(): boolean {
    return this.finished.size > 0 && this.finished.size === this.candidates.size;
  }

  private take(data: string, out: StreamEvent[]): void {
    const answer = parseJson(data);
    const error = errorInside(answer);
    if (error) return this.fail(out, error);
    if (!isObject(answer)) return this.fail(out, malformed('The provider sent a piece that is not JSON.'));
    const candidates = candidatesIn(answer);
    if (candidates === null || (candidates.length === 0 && !isObject(answer['usageMetadata'])))
      return this.fail(out, malformed('The provider sent a piece without candidates.'));
    this.envelope ??= envelopeOf(answer);
    if (!this.takeCandidates(candidates, out)) return this.fail(out, malformed('The provider sent no candidate.'));
    // A count runs with every piece: only one that comes when all is said may be believed.
    const usage = this.isComplete() ? parseUsage(answer['usageMetadata']) : null;
    if (usage) out.push({ type: 'usage', usage: (this.usage = usage) });
  }

  private takeCandidates(candidates: readonly JsonObject[], out: StreamEvent[]): boolean {
    const choices: JsonObject[] = [];
    let text = '';
    for (const [at, each] of candidates.entries()) {
      const index = indexOf(each, at);
      const isFirst = !this.candidates.has(index);
      const candidate = this.candidates.get(index) ?? new Candidate(index, this.envelope?.seed ?? '');
      const piece = this.candidates.size < MAX_CANDIDATES || !isFirst ? candidate.take(each) : null;
      if (piece === null) return false;
      this.candidates.set(index, candidate);
      if (piece.finishReason !== null) this.finished.add(index);
      const delta = { ...(isFirst && { role: 'assistant' }), ...fieldsOf(piece) };
      choices.push({ index, delta, logprobs: piece.logprobs, finish_reason: piece.finishReason });
      text += textOf(piece);
    }
    if (choices.length > 0) out.push(this.chunk(choices, {}, text));
    return true;
  }

  private chunk(choices: readonly JsonObject[], more: JsonObject, text = ''): StreamEvent {
    const { id = '', created = 0, model = '' } = this.envelope ?? {};
    return { type: 'chunk', chunk: { id, object: 'chat.completion.chunk', created, model, choices, ...more }, text };
  }

  private fail(out: StreamEvent[], error: VendorError): void {
    this.closed = true;
    out.push({ type: 'error', error });
  }
}

/** All that a piece generated. */
function textOf(piece: Piece): string {
  const called = piece.calls.map((call) => {
    const { name, arguments: args } = objectOf(call['function']);
    return (stringOf(name) ?? '') + (stringOf(args) ?? '');
  });
  return piece.reasoning + piece.content + called.join('');
}
