/** One dispatched event. `event` is 'message' when the stream names none. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
}

/** Bound of one line and of the data of one event; an image in base64 fits. */
const MAX_EVENT_CHARS = 16 * 1024 * 1024;

/**
 * Incremental parser of text/event-stream, after the WHATWG HTML standard, 9.2.6: lines end in CR, LF or CRLF; one
 * leading byte order mark is dropped; an event that no blank line closes is never given. `id` and `retry` are read
 * over, for nobody reconnects a POST.
 */
export class SseParser {
  /** A line or an event was larger than the bound. The parser has stopped and gives nothing more. */
  overflowed = false;
  private readonly decoder = new TextDecoder('utf-8');
  private line = '';
  private afterCr = false;
  private event = '';
  private data: string[] = [];
  private dataChars = 0;

  constructor(private readonly maxEventChars: number = MAX_EVENT_CHARS) {}

  push(chunk: Uint8Array): SseEvent[] {
    const events: SseEvent[] = [];
    const text = this.decoder.decode(chunk, { stream: true });
    let from = 0;
    while (from < text.length && !this.overflowed) from = this.takeLine(text, from, events);
    return events;
  }

  /** Reads from `from` to the end of the line, or keeps the rest for the next chunk; gives the next place. */
  private takeLine(text: string, from: number, events: SseEvent[]): number {
    if (this.afterCr) {
      this.afterCr = false;
      if (text.charCodeAt(from) === LF) return from + 1;
    }
    const end = lineEnd(text, from);
    this.line += text.slice(from, end);
    if (this.line.length > this.maxEventChars) return this.overflow();
    if (end === text.length) return end;
    this.afterCr = text.charCodeAt(end) === CR;
    const line = this.line;
    this.line = '';
    if (line === '') this.dispatch(events);
    else this.field(line);
    return end + 1;
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1);
    if (name === 'event') this.event = value;
    if (name !== 'data') return;
    this.data.push(value);
    this.dataChars += value.length + 1;
    if (this.dataChars > this.maxEventChars) this.overflow();
  }

  private dispatch(events: SseEvent[]): void {
    if (this.data.length > 0) events.push({ event: this.event || 'message', data: this.data.join('\n') });
    this.event = '';
    this.data = [];
    this.dataChars = 0;
  }

  private overflow(): number {
    this.overflowed = true;
    this.line = '';
    this.data = [];
    return 0;
  }
}

const LF = 10;
const CR = 13;
const SPACE = 32;

function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || code === CR) return at;
  }
  return text.length;
}
