import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { BodyHead } from '../http/body-head.js';
import { type SseEvent, SseParser } from '../http/sse-parser.js';
import { isObject, objectOf, parseJson, stringOf, writeJson } from '../json.js';
import type { StreamEvent, StreamParser } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { errorInside } from './error-body.js';
import { envelopeOf, finishReasonOf, refusalOf, stopSequenceOf } from './response.js';
import { canonicalUsage, continuedUsage, parseCounts, usageOf } from './usage.js';

/** A tool that is being called. */
interface OpenCall {
  readonly index: number;
  /** What the start held; used when no pieces follow. */
  readonly input: JsonObject;
  hasPieces: boolean;
}

/** Events of the Messages API. Complete means message_stop. */
export class AnthropicStreamParser implements StreamParser {
  private readonly sse = new SseParser();
  private closed = false;
  private readonly head = new BodyHead();
  private envelope: JsonObject | null = null;
  private usage: JsonObject = {};
  private isFinished = false;
  private calls = 0;
  private readonly open = new Map<unknown, OpenCall>();

  push(chunk: Uint8Array): StreamEvent[] {
    const out: StreamEvent[] = [];
    if (this.closed) return out;
    this.head.keep(chunk);
    for (const event of this.sse.push(chunk)) {
      this.head.drop();
      this.take(event, out);
      if (this.closed) return out;
    }
    if (this.sse.overflowed) this.fail(out, malformed('The provider sent a piece that is too large.'));
    return out;
  }

  end(): StreamEvent[] {
    const out: StreamEvent[] = [];
    if (this.closed) return out;
    this.fail(
      out,
      this.head.error((body) => errorInside(objectOf(body))) ??
        new VendorError('network', "The provider's stream was cut."),
    );
    return out;
  }

  private take(sent: SseEvent, out: StreamEvent[]): void {
    const event = parseJson(sent.data);
    if (!isObject(event)) return this.fail(out, malformed('The provider sent a piece that is not JSON.'));
    const type = stringOf(event['type']) ?? sent.event;
    const error = errorInside(type === 'error' ? { ...event, type } : event);
    if (error) return this.fail(out, error);
    if (type === 'message_start') return this.start(event, out);
    if (!/^(content_block|message)_/.test(type)) return;
    if (this.envelope === null) return this.fail(out, malformed('The provider sent a piece of no message.'));
    if (type === 'content_block_start') return this.startBlock(event, out);
    if (type === 'content_block_delta') return this.continueBlock(event, out);
    if (type === 'content_block_stop') return this.stopBlock(event, out);
    if (type === 'message_delta') return this.finish(event, out);
    if (type === 'message_stop') return this.close(out, { type: 'done' });
  }

  private start(event: JsonObject, out: StreamEvent[]): void {
    if (!isObject(event['message'])) return this.fail(out, malformed('The provider began without a message.'));
    if (this.envelope !== null) return this.fail(out, malformed('The provider began a second message.'));
    this.envelope = { ...envelopeOf(event['message']), object: 'chat.completion.chunk' };
    this.usage = objectOf(event['message']['usage']);
    this.delta(out, { role: 'assistant', content: '' }, '');
  }

  private startBlock(event: JsonObject, out: StreamEvent[]): void {
    const block = objectOf(event['content_block']);
    const { type } = block;
    if (type === 'tool_use') return this.startCall(event, block, out);
    if (type === 'redacted_thinking')
      return this.delta(out, { thinking_blocks: [{ type, data: stringOf(block['data']) ?? '' }] }, '');
    // The API begins these empty; other servers put the first piece here.
    if (type === 'text') this.text(out, block['text']);
    if (type === 'thinking') this.thinking(out, block);
  }

  private startCall(event: JsonObject, block: JsonObject, out: StreamEvent[]): void {
    const call: OpenCall = { index: this.calls++, input: objectOf(block['input']), hasPieces: false };
    this.open.set(event['index'], call);
    const name = stringOf(block['name']) ?? '';
    const started = { id: stringOf(block['id']) ?? '', type: 'function', function: { name, arguments: '' } };
    this.delta(out, { tool_calls: [{ index: call.index, ...started }] }, name);
  }

  private continueBlock(event: JsonObject, out: StreamEvent[]): void {
    const delta = objectOf(event['delta']);
    const { type } = delta;
    if (type === 'text_delta') return this.text(out, delta['text']);
    if (type === 'thinking_delta' || type === 'signature_delta') return this.thinking(out, delta);
    const call = this.open.get(event['index']);
    const piece = stringOf(delta['partial_json']) ?? '';
    if (type !== 'input_json_delta' || call === undefined || piece === '') return;
    call.hasPieces = true;
    this.argument(out, call, piece);
  }

  /** A call without pieces has the input that it began with, {} as a rule: never arguments that are no JSON. */
  private stopBlock(event: JsonObject, out: StreamEvent[]): void {
    const call = this.open.get(event['index']);
    this.open.delete(event['index']);
    if (call === undefined || call.hasPieces) return;
    const text = writeJson(call.input);
    if (text === null)
      return this.fail(out, malformed('The provider called a tool with arguments that cannot be read.'));
    this.argument(out, call, text);
  }

  private text(out: StreamEvent[], value: unknown): void {
    if (typeof value === 'string' && value !== '') this.delta(out, { content: value }, value);
  }

  private thinking(out: StreamEvent[], { thinking, signature }: JsonObject): void {
    const type = 'thinking';
    if (typeof thinking === 'string' && thinking !== '')
      this.delta(out, { reasoning_content: thinking, thinking_blocks: [{ type, thinking }] }, thinking);
    if (typeof signature === 'string' && signature !== '')
      this.delta(out, { thinking_blocks: [{ type, signature }] }, '');
  }

  private argument(out: StreamEvent[], { index }: OpenCall, piece: string): void {
    this.delta(out, { tool_calls: [{ index, function: { arguments: piece } }] }, piece);
  }

  /** message_delta: why the answer ends, once, and the usage so far, which is final unless another one follows. */
  private finish(event: JsonObject, out: StreamEvent[]): void {
    const ended = objectOf(event['delta']);
    const finishReason = finishReasonOf(ended['stop_reason']);
    if (finishReason !== null && !this.isFinished) {
      this.isFinished = true;
      const refusal = refusalOf(ended);
      const more = { finish_reason: finishReason, ...stopSequenceOf(ended) };
      this.choice(out, { delta: refusal === null ? {} : { refusal }, logprobs: null, ...more }, '');
    }
    if (!isObject(event['usage'])) return;
    this.usage = continuedUsage(this.usage, event['usage']);
    const counts = parseCounts(this.usage);
    if (counts === null) return;
    out.push({ type: 'chunk', chunk: { ...this.envelope, choices: [], usage: canonicalUsage(counts) }, text: '' });
    out.push({ type: 'usage', usage: usageOf(counts) });
  }

  private delta(out: StreamEvent[], delta: JsonObject, text: string): void {
    this.choice(out, { delta, logprobs: null, finish_reason: null }, text);
  }

  private choice(out: StreamEvent[], choice: JsonObject, text: string): void {
    out.push({ type: 'chunk', chunk: { ...this.envelope, choices: [{ index: 0, ...choice }] }, text });
  }

  private fail(out: StreamEvent[], error: VendorError): void {
    this.close(out, { type: 'error', error });
  }

  private close(out: StreamEvent[], last: StreamEvent): void {
    this.closed = true;
    out.push(last);
  }
}
