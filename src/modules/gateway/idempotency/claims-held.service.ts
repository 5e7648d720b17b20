import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { asUnavailable } from '../../../infra/database/index.js';
import type { Claim } from '../../../infra/idempotency/index.js';
import { Log } from '../../../infra/telemetry/index.js';

const RETRY_MS = 500;

/** Writes what came of a request; `later` when that cannot be told yet. */
type Write = () => Promise<'done' | 'later'>;

interface Unwritten {
  readonly claim: Claim;
  readonly write: Write;
}

/**
 * The claims that this process holds, and what it has to write to end them. While the database is away that waits
 * here: the client gets its answer all the same, since it has been paid for.
 */
@Injectable()
export class ClaimsHeld implements OnModuleDestroy {
  private readonly ids = new Set<string>();
  private waiting: Unwritten[] = [];
  private timer: NodeJS.Timeout | null = null;
  private isStopped = false;

  constructor(
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  hold(claimId: string): void {
    this.ids.add(claimId);
  }

  /** Lets go of a claim that was not got. */
  drop(claimId: string): void {
    this.ids.delete(claimId);
  }

  /** False for a claim of an earlier process, and for one that this process could not end. */
  has(claimId: string): boolean {
    return this.ids.has(claimId);
  }

  /** Ends a claim by writing what came of it; never throws. */
  async end(claim: Claim, write: Write): Promise<void> {
    if (await this.isDone({ claim, write })) return;
    if (this.waiting.length >= this.config.bounds.idempotencyUnwritten) {
      this.ids.delete(claim.id);
      this.log.error('an answer cannot be kept for repeats: too many wait for the database', { key: claim.key });
      return;
    }
    this.waiting.push({ claim, write });
    this.retryLater();
  }

  /** One last try; what cannot be written now is found by the process that repeats come to. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    for (const each of this.waiting.splice(0)) await this.isDone(each);
  }

  private async retry(): Promise<void> {
    this.timer = null;
    for (const each of this.waiting.splice(0)) if (!(await this.isDone(each))) this.waiting.push(each);
    if (this.waiting.length > 0) this.retryLater();
  }

  private retryLater(): void {
    if (!this.isStopped) this.timer ??= setTimeout(() => void this.retry(), RETRY_MS);
  }

  /** Whether there is nothing more to do about it: it was written, or it never can be. */
  private async isDone({ claim, write }: Unwritten): Promise<boolean> {
    try {
      if ((await write()) === 'later') return false;
    } catch (error) {
      if (asUnavailable(error)) return false;
      this.log.error('an answer cannot be kept for repeats', { key: claim.key, error });
    }
    this.ids.delete(claim.id);
    return true;
  }
}
