import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { DomainError } from '../../../core/errors.js';
import { asUnavailable, Database, type SteadyConnection } from '../../../infra/database/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { wireJson } from '../operations.js';
import { type Operation, type Refusal, undoing } from './operation.js';

/** What a batch answers to an operation: null when it was done. */
export type Answer = Refusal | null;

interface Pending {
  readonly operation: Operation;
  readonly askedMs: number;
  /** Whether it was sent and no answer came, so that it may have been done, whatever a later try says. */
  mayBeDone: boolean;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const APPLY = 'SELECT ledger_apply($1, $2) AS answers';
const MAX_RETRIES = 3;
const UNDO_AGAIN_MS = 50;
/** SQLSTATEs of two processes at odds: the same statement can succeed the next moment. */
const TRANSIENT = new Set(['23505', '40001', '40P01']);

/**
 * Brings money operations into the ledger, many in one transaction: what is asked for while a batch is on its way goes
 * with the next. Every operation gets its own answer; one that breaks its batch is found by halving.
 *
 * While the database is away nothing may be spent: opening and reserving are refused within `ledgerPatienceMs`. What
 * was on its way then is repeated under the same ids when the connection comes back in time, and undone otherwise.
 */
@Injectable()
export class Batcher implements OnModuleInit, OnApplicationShutdown {
  private readonly connection: SteadyConnection;
  private queue: Pending[] = [];
  private undos: Operation[] = [];
  private isRunning = false;
  private isStopping = false;
  private pauseMs = 0;

  constructor(
    database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {
    this.connection = database.steady('tollkeeper-ledger');
  }

  async onModuleInit(): Promise<void> {
    await this.connection.start();
  }

  /** Several processes on one database give each other time between their batches. */
  paceFor(instances: number): void {
    this.pauseMs = instances > 1 ? this.config.bounds.ledgerPaceMs : 0;
  }

  /**
   * Resolves with null when the operation is committed, or with why it was not done.
   * @throws DomainError ledger_unavailable, overloaded; nothing is held then, or will be undone
   */
  async submit(operation: Operation): Promise<Answer> {
    if (this.queue.length >= this.config.bounds.ledgerQueue)
      throw new DomainError('overloaded', 'Too many calls wait for the ledger; retry', { retryAfterSeconds: 1 });
    return new Promise((resolve, reject) => {
      this.queue.push({ operation, askedMs: performance.now(), mayBeDone: false, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    while (this.isRunning) await new Promise((resolve) => setTimeout(resolve, 1));
    await this.connection.stop();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // What is asked for in this turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.queue.length > 0) {
      if (this.undos.length > 0) await this.undo();
      await this.send(this.take());
      if (this.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    }
    this.isRunning = false;
    if (this.undos.length > 0) void this.undoLater();
  }

  /** The next batch: the oldest operations, but one a job, since a batch sees each job as it was before. */
  private take(): Pending[] {
    const limit = this.config.bounds.ledgerBatch;
    const jobs = new Set<string>();
    const batch: Pending[] = [];
    const rest: Pending[] = [];
    for (const pending of this.queue) {
      const isNext = batch.length < limit && !jobs.has(pending.operation.job_id);
      if (isNext) jobs.add(pending.operation.job_id);
      (isNext ? batch : rest).push(pending);
    }
    this.queue = rest;
    return batch;
  }

  private async send(batch: readonly Pending[], retries = 0): Promise<void> {
    const isSent = this.connection.isUp;
    try {
      const answers = await this.apply(batch.map((pending) => pending.operation));
      batch.forEach((pending, index) => pending.resolve(answers[index] ?? null));
    } catch (error) {
      const unavailable = asUnavailable(error);
      if (unavailable) {
        for (const pending of batch) pending.mayBeDone ||= isSent;
        await this.unreached(batch, unavailable, retries);
      } else if (batch.length > 1) {
        const middle = batch.length >> 1;
        await this.send(batch.slice(0, middle));
        await this.send(batch.slice(middle));
      } else if (retries < MAX_RETRIES && TRANSIENT.has((error as { code?: string }).code ?? ''))
        await this.send(batch, retries + 1);
      else this.abandon(batch[0]!, error);
    }
  }

  private async apply(operations: readonly Operation[]): Promise<Answer[]> {
    const numbered = operations.map((operation, ord) => ({ ord, ...operation }));
    const statement = { name: 'ledger_apply', text: APPLY, values: [wireJson(numbered), this.clock.now()] };
    const stop = this.metrics.ledgerSeconds.startTimer();
    const rows = await this.connection.query<{ answers: Answer[] }>(statement, this.config.bounds.ledgerStatementMs);
    stop();
    this.metrics.ledgerBatch.observe(operations.length);
    return rows[0]!.answers;
  }

  /** The connection is gone, and with it what became of the batch. Every operation can be repeated under its ids. */
  private async unreached(batch: readonly Pending[], error: DomainError, retries: number): Promise<void> {
    const ageMs = performance.now() - Math.min(...batch.map((pending) => pending.askedMs));
    // Once it has been away for longer than that, nobody waits for it any more.
    const leftMs = this.config.bounds.ledgerPatienceMs - Math.max(ageMs, this.connection.awayMs);
    if (leftMs > 0 && retries < MAX_RETRIES && (await this.connection.isUpWithin(leftMs)))
      return this.send(batch, retries + 1);
    for (const pending of batch) this.abandon(pending, error);
  }

  /** Its sender is told that it failed; should it have been done all the same, it is undone. */
  private abandon({ operation, mayBeDone, reject }: Pending, error: unknown): void {
    const undo = mayBeDone ? undoing(operation) : null;
    if (undo) this.undos.push(undo);
    reject(error);
  }

  private async undo(): Promise<void> {
    if (!this.connection.isUp) return;
    const jobs = new Set<string>();
    const isFirst = ({ job_id }: Operation): boolean => !jobs.has(job_id) && Boolean(jobs.add(job_id));
    const batch = this.undos.filter(isFirst).slice(0, this.config.bounds.ledgerBatch);
    try {
      await this.apply(batch);
      this.undos = this.undos.filter((undo) => !batch.includes(undo));
      this.log.warn('operations whose outcome was unknown were undone', { operations: batch.length });
    } catch (error) {
      this.log.warn('operations cannot be undone yet', { operations: batch.length, error });
    }
  }

  private async undoLater(): Promise<void> {
    while (this.undos.length > 0 && !this.isRunning && !this.isStopping) {
      await this.undo();
      // What failed by what the database said would fail again at once.
      if (this.undos.length > 0) await new Promise((resolve) => setTimeout(resolve, UNDO_AGAIN_MS));
    }
  }
}
