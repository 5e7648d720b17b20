import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Redis as Client } from 'ioredis';
import { Config } from '../../config/index.js';
import { Database, installationId } from '../database/index.js';
import { Log, Metrics } from '../telemetry/index.js';
import { withinPatience } from './patience.js';

/** Unanswered probes after which a connection that still looks open is given up for a new one. */
const PROBES_OF_A_CONNECTION = 3;
const DISCONNECT_MS = 100;
const LOGGED_EVERY_MS = 60_000;

/** A Lua script. It names its keys without the prefix of the installation; its arguments follow them. */
export interface RedisScript {
  readonly name: string;
  readonly lua: string;
}

type Run = (keys: number, ...values: (string | number)[]) => Promise<unknown>;

/**
 * Redis for what may be approximate without it. Nothing waits for it longer than its patience; after a failure it is
 * not asked at all for a while, and then only whether it serves again. Without REDIS_URL it is never up.
 */
@Injectable()
export class Redis implements OnApplicationBootstrap, OnApplicationShutdown {
  private client: Client | null = null;
  private prefix = '';
  private isServing = false;
  private isStopped = false;
  private failedMs = -Infinity;
  private loggedMs = -Infinity;
  private unanswered = 0;
  private timer: NodeJS.Timeout | null = null;
  private readonly returned = new Set<() => void>();

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  /** Whether it is worth asking. */
  get isUp(): boolean {
    return this.isServing;
  }

  /** Calls the handler each time that Redis serves again after it did not. */
  onReturn(handler: () => void): void {
    this.returned.add(handler);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.redisUrl) return;
    // The braces keep all keys of an installation in one slot, where Redis is a cluster behind a proxy.
    this.prefix = `tollkeeper:{${await installationId(this.database.pool)}}:`;
    this.client = this.connection(this.config.redisUrl.reveal());
    const opened = this.client.connect().then(() => this.probe());
    await withinPatience(opened, this.config.bounds.redisConnectMs, 'Redis').catch((error: unknown) =>
      this.failed('connect', error),
    );
  }

  /**
   * Runs a script.
   * @param purpose what a failure is counted as
   * @throws Error when Redis refuses, is away or takes longer than its patience; it may then have run all the same
   */
  async run(
    script: RedisScript,
    keys: readonly string[],
    values: readonly (string | number)[],
    purpose: string,
  ): Promise<unknown> {
    if (!this.client || !this.isServing) throw new Error('Redis is not serving');
    const run = this.prepared(this.client, script);
    try {
      const answer = run(keys.length, ...keys.map((key) => this.prefix + key), ...values);
      return await withinPatience(answer, this.config.bounds.redisTimeoutMs, 'Redis');
    } catch (error) {
      this.failed(purpose, error);
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    this.isServing = false;
    if (this.timer) clearTimeout(this.timer);
    this.client?.disconnect();
  }

  /** Commands that cannot be sent fail at once, and none is sent twice: the scripts count. */
  private connection(url: string): Client {
    const { redisConnectMs, redisReconnectMs, redisPauseMs } = this.config.bounds;
    const client = new Client(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableReadyCheck: false,
      disableClientInfo: true,
      connectTimeout: redisConnectMs,
      disconnectTimeout: DISCONNECT_MS,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), redisReconnectMs),
    });
    client.on('error', (error) => this.leave(error));
    // It may be connected before its pause is over, and long after.
    client.on('ready', () => this.probeAt(this.failedMs + redisPauseMs));
    return client;
  }

  private prepared(client: Client, { name, lua }: RedisScript): Run {
    const scripts = client as unknown as Record<string, Run | undefined>;
    if (!scripts[name]) client.defineCommand(name, { lua });
    return scripts[name]!.bind(client);
  }

  private failed(purpose: string, error: unknown): void {
    this.metrics.redisFailures.inc({ purpose });
    this.leave(error);
  }

  /** Stops asking for a while. What fails in the meantime was asked before. */
  private leave(error: unknown): void {
    if (!this.isServing && this.timer) return;
    const nowMs = performance.now();
    this.isServing = false;
    this.failedMs = nowMs;
    this.probeAt(nowMs + this.config.bounds.redisPauseMs);
    if (nowMs - this.loggedMs < LOGGED_EVERY_MS) return;
    this.loggedMs = nowMs;
    this.log.warn('Redis does not serve; going on without it', { error });
  }

  private probeAt(ms: number): void {
    if (this.isStopped || this.isServing) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), Math.max(0, ms - performance.now()));
    this.timer.unref();
  }

  private async ask(): Promise<void> {
    this.timer = null;
    try {
      await this.probe();
    } catch (error) {
      this.failed('probe', error);
      this.unanswered += 1;
      if (this.unanswered % PROBES_OF_A_CONNECTION === 0 && this.client?.status === 'ready')
        this.client.disconnect(true);
    }
  }

  /** A write, so that a replica, a full or a loading Redis does not pass for one that serves. */
  private async probe(): Promise<void> {
    const { redisTimeoutMs, redisPauseMs } = this.config.bounds;
    const written = this.client!.set(`${this.prefix}probe`, '1', 'PX', redisPauseMs);
    await withinPatience(written, redisTimeoutMs, 'Redis');
    if (this.isStopped || this.isServing) return;
    this.isServing = true;
    this.unanswered = 0;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.failedMs > 0) this.log.info('Redis serves again');
    for (const handler of this.returned) handler();
  }
}
