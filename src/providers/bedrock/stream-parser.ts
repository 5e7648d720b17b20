import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { BodyHead } from '../http/body-head.js';
import { isObject, objectOf, parseJson, stringOf } from '../json.js';
import type { StreamEvent, StreamParser } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { errorInside, errorOf } from './error-body.js';
import { type Frame, FrameReader } from './frame-reader.js';
import { endingOf, envelopeOf } from './response.js';
import { parseUsage, canonicalUsage } from './usage.js';

/** A tool call that has begun, by the index of its block. */
interface OpenTool {
  readonly index: number;
  hasInput: boolean;
}

/** Events of ConverseStream as canonical chunks. Complete means messageStop; usage comes after it, in metadata. */
export class BedrockStreamParser implements StreamParser {
  private readonly frames = new FrameReader();
  private readonly envelope = envelopeOf('chat.completion.chunk');
  private readonly tools = new Map<unknown, OpenTool>();
  private toolCount = 0;
  private hasBegun = false;
  private hasStopped = false;
  private closed = false;
  private readonly head = new BodyHead();

  push(chunk: Uint8Array): StreamEvent[] {
    const out: StreamEvent[] = [];
    if (this.closed) return out;
    this.head.keep(chunk);
    for (const frame of this.frames.push(chunk)) {
      this.head.drop();
      this.take(frame, out);
      if (this.closed) return out;
    }
    // A text in place of a stream is read to its end, for the error in it.
    if (this.frames.broken && (this.head.isFull || !this.head.isText)) this.fail(out, this.errorInHead());
    return out;
  }

  end(): StreamEvent[] {
    const out: StreamEvent[] = [];
    if (this.closed) return out;
    if (this.frames.broken) this.fail(out, this.errorInHead());
    else if (this.hasStopped) {
      this.closed = true;
      out.push({ type: 'done' });
    } else this.fail(out, new VendorError('network', "The provider's stream was cut."));
    return out;
  }

  private take({ headers, body }: Frame, out: StreamEvent[]): void {
    const kind = headers[':message-type'];
    const event = parseJson(body);
    if (kind === 'exception') return this.fail(out, errorOf(headers[':exception-type'] ?? '', objectOf(event)));
    if (kind === 'error')
      return this.fail(out, errorOf(headers[':error-code'] ?? '', { message: headers[':error-message'] }));
    if (!isObject(event)) return this.fail(out, malformed('The provider sent a piece that is not JSON.'));
    this.takeEvent(headers[':event-type'], event, out);
  }

  /** Other events, as a later version of the API may have, are read over. */
  private takeEvent(type: string | undefined, event: JsonObject, out: StreamEvent[]): void {
    const index = event['contentBlockIndex'];
    if (type === 'contentBlockStart') this.startBlock(index, objectOf(event['start']), out);
    else if (type === 'contentBlockDelta') this.takeDelta(index, event['delta'], out);
    else if (type === 'contentBlockStop') this.stopBlock(index, out);
    else if (type === 'messageStop') this.stop(event, out);
    else if (type === 'metadata') this.takeUsage(event, out);
  }

  private startBlock(block: unknown, start: JsonObject, out: StreamEvent[]): void {
    if (!isObject(start['toolUse'])) return;
    const { toolUseId: id, name } = start['toolUse'];
    if (typeof id !== 'string' || typeof name !== 'string')
      return this.fail(out, malformed('The provider sent a tool call without its name.'));
    const index = this.toolCount++;
    this.tools.set(block, { index, hasInput: false });
    this.give(out, { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }, name);
  }

  private takeDelta(block: unknown, delta: unknown, out: StreamEvent[]): void {
    if (!isObject(delta)) return this.fail(out, malformed('The provider sent a piece without content.'));
    const text = stringOf(delta['text']);
    if (text !== null) this.give(out, { content: text }, text);
    if (isObject(delta['toolUse'])) this.takeInput(block, stringOf(delta['toolUse']['input']), out);
    if (isObject(delta['reasoningContent'])) this.takeReasoning(delta['reasoningContent'], out);
  }

  private takeInput(block: unknown, input: string | null, out: StreamEvent[]): void {
    const tool = this.tools.get(block);
    if (tool === undefined || input === null)
      return this.fail(out, malformed('The provider sent a piece of no tool call.'));
    if (input === '') return;
    tool.hasInput = true;
    this.give(out, { tool_calls: [{ index: tool.index, function: { arguments: input } }] }, input);
  }

  private takeReasoning(reasoning: JsonObject, out: StreamEvent[]): void {
    const { text, signature, redactedContent: data } = reasoning;
    if (typeof text === 'string')
      this.give(out, { reasoning_content: text, thinking_blocks: [{ type: 'thinking', thinking: text }] }, text);
    if (typeof signature === 'string') this.give(out, { thinking_blocks: [{ type: 'thinking', signature }] }, '');
    if (typeof data === 'string') this.give(out, { thinking_blocks: [{ type: 'redacted_thinking', data }] }, '');
  }

  /** A tool without parameters may come without input, where clients expect JSON. */
  private stopBlock(block: unknown, out: StreamEvent[]): void {
    const tool = this.tools.get(block);
    if (tool === undefined) return;
    this.tools.delete(block);
    if (!tool.hasInput) this.give(out, { tool_calls: [{ index: tool.index, function: { arguments: '{}' } }] }, '');
  }

  private stop(event: JsonObject, out: StreamEvent[]): void {
    this.hasStopped = true;
    this.give(out, {}, '', endingOf(event));
  }

  private takeUsage(event: JsonObject, out: StreamEvent[]): void {
    const usage = parseUsage(event['usage']);
    if (usage === null) return;
    out.push({ type: 'chunk', chunk: { ...this.envelope, choices: [], usage: canonicalUsage(usage) }, text: '' });
    out.push({ type: 'usage', usage });
  }

  /** The role comes with the first piece: until there is one, another target can still be tried. */
  private give(
    out: StreamEvent[],
    delta: JsonObject,
    text: string,
    ending: JsonObject = { finish_reason: null },
  ): void {
    const whole = this.hasBegun ? delta : { role: 'assistant', ...delta };
    this.hasBegun = true;
    out.push({ type: 'chunk', chunk: { ...this.envelope, choices: [{ index: 0, delta: whole, ...ending }] }, text });
  }

  private fail(out: StreamEvent[], error: VendorError): void {
    this.closed = true;
    out.push({ type: 'error', error });
  }

  private errorInHead(): VendorError {
    const error = this.head.error((body) => errorInside(objectOf(body)));
    return error ?? malformed('The provider sent a piece that is damaged.');
  }
}
