import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createPostgresBackend, type Job, Queue, type QueueOptions, Worker } from 'bullmq';
import { Config } from '../../config/index.js';
import { Database, installationId } from '../database/index.js';
import { Log } from '../telemetry/index.js';

const QUEUE = 'tasks';
const CONCURRENCY = 4;
const START_MS = 15_000;
const OPTIONS = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: 100,
  removeOnFail: 1_000,
};

/** BullMQ types its classes by their backend; all that is used here is the same on both. */
const POSTGRES = createPostgresBackend as unknown as undefined;

/** Work after commit. Delivery is at least once, so a task does the same when it runs twice. */
export type TaskHandler = (data: Record<string, unknown>) => Promise<void>;

/**
 * The queue of tasks: BullMQ on PostgreSQL, or on Redis when REDIS_URL is set. Modules register their handlers before
 * the application is up; handlers run here unless WORKER=off, and then in a process that runs src/worker.ts.
 */
@Injectable()
export class Tasks implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly handlers = new Map<string, TaskHandler>();
  private readonly schedules = new Map<string, number>();
  private queue: Queue | null = null;
  private worker: Worker | null = null;
  private installation = '';

  constructor(
    private readonly database: Database,
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  /** Names what runs for a task. */
  register(name: string, handler: TaskHandler): void {
    if (this.handlers.has(name)) throw new Error(`task ${name} is registered twice`);
    this.handlers.set(name, handler);
  }

  /** Runs a task again and again, once for all instances together. */
  schedule(name: string, everyMs: number, handler: TaskHandler): void {
    this.register(name, handler);
    this.schedules.set(name, everyMs);
  }

  /** Puts a task on the queue; a second one with the same id is dropped while the first is known. */
  async enqueue(name: string, id: string, data: Record<string, unknown>): Promise<void> {
    if (!this.queue) throw new Error('the task queue has not started');
    await this.queue.add(name, data, { ...OPTIONS, jobId: `${name}.${id}` });
  }

  /** Whether the queue answers; for readiness. */
  async ping(): Promise<void> {
    await this.queue?.getJobCounts('failed');
  }

  async onApplicationBootstrap(): Promise<void> {
    const backend = this.config.redisUrl ? undefined : POSTGRES;
    const report = (error: unknown): void => this.log.warn('task queue connection failed', { error });
    // Installations that share a Redis must not run each other's tasks.
    this.installation = await installationId(this.database.pool);
    this.queue = new Queue(QUEUE, this.options(), backend);
    this.queue.on('error', report);
    await withinPatience(this.queue.waitUntilReady());
    for (const [name, every] of this.schedules)
      await this.queue.upsertJobScheduler(name, { every }, { name, opts: { removeOnComplete: 10, removeOnFail: 100 } });
    if (!this.config.worker) return;
    this.worker = new Worker(QUEUE, (job) => this.run(job), { ...this.options(), concurrency: CONCURRENCY }, backend);
    this.worker.on('error', report);
    this.worker.on('failed', (job, error) => this.log.error('task failed', { task: job?.name, id: job?.id, error }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.close();
    await this.queue?.close();
  }

  private async run(job: Job): Promise<void> {
    const handler = this.handlers.get(job.name);
    if (!handler) throw new Error(`nothing is registered for task ${job.name}`);
    await handler(job.data as Record<string, unknown>);
  }

  private options(): QueueOptions {
    if (this.config.redisUrl)
      return {
        connection: { url: this.config.redisUrl.reveal(), maxRetriesPerRequest: null },
        prefix: `tollkeeper:${this.installation}`,
      };
    const postgres = { connectionString: this.config.databaseUrl!.reveal(), schema: 'bullmq', migrate: true, max: 3 };
    return { connection: postgres };
  }
}

/** @throws Error when the queue's server does not answer */
async function withinPatience(ready: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `The task queue does not answer within ${START_MS / 1000} s. Is the server of REDIS_URL running?`;
    timer = setTimeout(() => reject(new Error(words)), START_MS);
  });
  await Promise.race([ready, late]).finally(() => clearTimeout(timer));
}
