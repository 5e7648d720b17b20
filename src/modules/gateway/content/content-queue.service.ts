import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';

/** Content of a call that is to be stored once the call is over. */
interface Content {
  /** What it is stored for. */
  readonly kind: 'answer' | 'body' | 'figures';
  readonly callId: string;
  /** What it holds of memory until then, roughly. */
  readonly bytes: number;
  readonly store: () => Promise<unknown>;
}

/**
 * Stores content behind the calls, one at a time, so that no call waits for it or fails by it. What does not fit here,
 * or cannot be written, is dropped, counted and logged by the id of its call alone.
 */
@Injectable()
export class ContentQueue implements BeforeApplicationShutdown {
  private readonly waiting: Content[] = [];
  private bytes = 0;
  private running: Promise<void> | null = null;

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** Takes no time: the work begins after whatever runs now. */
  offer(content: Content): void {
    const { contentQueue, contentQueueBytes } = this.config.bounds;
    const isFull = this.waiting.length >= contentQueue || this.bytes + content.bytes > contentQueueBytes;
    if (isFull) return this.drop(content, 'full');
    this.waiting.push(content);
    this.bytes += content.bytes;
    this.running ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.work());
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  async beforeApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.config.bounds.contentDrainMs);
    });
    await Promise.race([this.idle(), late]).finally(() => clearTimeout(timer));
    for (const content of this.waiting.splice(0)) this.drop(content, 'stopped');
  }

  private async work(): Promise<void> {
    for (let content = this.waiting.shift(); content; content = this.waiting.shift()) {
      const { bytes, store } = content;
      await store().catch((error: unknown) => this.drop(content, 'failed', error));
      this.bytes -= bytes;
    }
    this.running = null;
  }

  private drop({ kind, callId }: Content, reason: 'full' | 'failed' | 'stopped', error?: unknown): void {
    this.metrics.contentDropped.inc({ kind, reason });
    this.log.warn('content of a call is not stored', { callId, kind, reason, error });
  }
}
