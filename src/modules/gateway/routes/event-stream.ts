import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../../providers/index.js';
import type { DomainError } from '../../../core/errors.js';
import type { ChargedTokens, StreamEncoder } from '../dialects/dialect.js';
import type { RunningRequest } from '../idempotency/running-request.js';
import type { StreamSink } from '../pipeline/call.js';

const KEEP_ALIVE_MS = 15_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
};

/**
 * Server-sent events to one client. Nothing is written before the first chunk, so that a call that fails earlier can
 * still be answered with a status; afterwards every event goes out at once, and a slow client slows the vendor down.
 */
export class EventStream implements StreamSink {
  private readonly raw: ServerResponse;
  private readonly gone = new AbortController();
  private keepAlive: NodeJS.Timeout | null = null;
  /** There when the client may ask for the same stream again. */
  private readonly running: RunningRequest | undefined;

  constructor(
    private readonly reply: FastifyReply,
    /** Asked for with the first chunk, and not before. */
    private readonly encoder: () => StreamEncoder,
  ) {
    this.raw = reply.raw;
    this.running = reply.request.running;
    this.raw.once('close', () => {
      if (!this.raw.writableEnded) this.gone.abort();
      if (this.keepAlive) clearInterval(this.keepAlive);
    });
  }

  /** Aborts when the client goes away before the stream has ended. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  get hasStarted(): boolean {
    return this.keepAlive !== null;
  }

  async chunks(chunks: readonly JsonObject[]): Promise<void> {
    const encoder = this.encoder();
    await this.write(chunks.map((chunk) => encoder.chunk(chunk)).join(''));
  }

  /** What is said when the call broke off; the end follows. */
  async error(error: DomainError): Promise<void> {
    await this.write(this.encoder().error(error, this.reply.request.id));
  }

  /** What is kept for repeats is written down first: who has seen the end mark gets the same stream again. */
  async end(charged?: ChargedTokens): Promise<void> {
    const mark = this.encoder().end(charged);
    this.running?.tape.record(mark);
    await this.running?.keepStream({ ...this.reply.getHeaders(), ...HEADERS });
    await this.send(mark);
    this.raw.end();
  }

  private start(): void {
    this.reply.hijack();
    const given = Object.entries(this.reply.getHeaders()).filter(([, value]) => value !== undefined);
    this.raw.writeHead(200, { ...(Object.fromEntries(given) as Record<string, string>), ...HEADERS });
    this.keepAlive = setInterval(() => this.raw.write(': keepalive\n\n'), KEEP_ALIVE_MS);
    this.keepAlive.unref();
  }

  private async write(text: string): Promise<void> {
    if (text === '') return;
    this.running?.tape.record(text);
    await this.send(text);
  }

  private async send(text: string): Promise<void> {
    if (this.raw.destroyed) return;
    if (!this.hasStarted) this.start();
    this.keepAlive?.refresh();
    if (this.raw.write(text)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.raw.off('drain', go);
        this.raw.off('close', go);
        resolve();
      };
      this.raw.once('drain', go);
      this.raw.once('close', go);
    });
  }
}
