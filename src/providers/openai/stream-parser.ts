import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { generatedText } from '../generated-text.js';
import { BodyHead } from '../http/body-head.js';
import { type SseEvent, SseParser } from '../http/sse-parser.js';
import { isObject, objectOf, objectsOf, parseJson } from '../json.js';
import type { StreamEvent, StreamParser } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { errorInside } from './error-body.js';
import { parseUsage } from './usage.js';

/** Chunks of chat.completions. Complete means [DONE], or a finish_reason for every choice that was begun. */
export class OpenAiStreamParser implements StreamParser {
  private readonly sse = new SseParser();
  private closed = false;
  private readonly open = new Set<number>();
  private readonly finished = new Set<number>();
  private readonly head = new BodyHead();

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
    if (this.finished.size > 0 && this.open.size === 0) this.finish(out);
    else
      this.fail(
        out,
        this.head.error((body) => errorInside(objectOf(body))) ??
          new VendorError('network', "The provider's stream was cut."),
      );
    return out;
  }

  private take(event: SseEvent, out: StreamEvent[]): void {
    if (event.data.trim() === '[DONE]') return this.finish(out);
    const chunk = parseJson(event.data);
    if (!isObject(chunk)) return this.fail(out, malformed('The provider sent a piece that is not JSON.'));
    const error = errorInside(event.event === 'error' && !isObject(chunk['error']) ? { error: chunk } : chunk);
    if (error) return this.fail(out, error);
    this.takeChunk(chunk, out);
  }

  private takeChunk(chunk: JsonObject, out: StreamEvent[]): void {
    const choices = objectsOf(chunk['choices']);
    const whole = Array.isArray(chunk['choices']) && choices.length === chunk['choices'].length;
    // Some vendors leave `choices` out of the chunk that carries usage.
    if (!whole && !(chunk['choices'] === undefined && isObject(chunk['usage'])))
      return this.fail(out, malformed('The provider sent a piece without choices.'));
    for (const choice of choices) this.track(choice);
    out.push({ type: 'chunk', chunk, text: generatedText(choices) });
    // Some vendors send a running count with every chunk: only one that comes last may be believed.
    const isLast = choices.length === 0 || (this.finished.size > 0 && this.open.size === 0);
    const usage = isLast ? parseUsage(chunk['usage']) : null;
    if (usage) out.push({ type: 'usage', usage });
  }

  private track(choice: JsonObject): void {
    const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
    if (typeof choice['finish_reason'] === 'string') {
      this.open.delete(index);
      this.finished.add(index);
    } else if (!this.finished.has(index)) this.open.add(index);
  }

  private finish(out: StreamEvent[]): void {
    this.closed = true;
    out.push({ type: 'done' });
  }

  private fail(out: StreamEvent[], error: VendorError): void {
    this.closed = true;
    out.push({ type: 'error', error });
  }
}
