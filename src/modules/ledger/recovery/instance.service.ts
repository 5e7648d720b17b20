import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Database } from '../../../infra/database/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { LedgerService } from '../ledger.service.js';
import { FlightRecorder, readFlights } from './flight-recorder.js';
import { closeOrphans, type Evidence, finish, unfinishedCalls } from './recovery.js';

const SWEEP_EVERY_BEATS = 3;

/**
 * This process among the instances on the database: its epoch, its heartbeat, its flight recorder. At start it ends
 * the calls that an earlier process on the same data directory left open; later those of instances that stop beating.
 */
@Injectable()
export class Instance implements OnApplicationBootstrap, OnApplicationShutdown {
  private own: { epoch: bigint; recorder: FlightRecorder } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private beats = 0;

  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly config: Config,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  get epoch(): bigint {
    return this.running.epoch;
  }

  get recorder(): FlightRecorder {
    return this.running.recorder;
  }

  async onApplicationBootstrap(): Promise<void> {
    const directory = join(this.config.dataDir, 'flight');
    const instanceId = this.instanceId();
    const { rows } = await this.database.pool.query<{ epoch: string }>(
      'INSERT INTO instances (instance_id, host, pid) VALUES ($1, $2, $3) RETURNING epoch',
      [instanceId, hostname(), process.pid],
    );
    const epoch = BigInt(rows[0]!.epoch);
    this.own = { epoch, recorder: new FlightRecorder(directory, epoch) };
    const { flights, files } = readFlights(directory, epoch);
    const calls = await unfinishedCalls(this.database.pool, { instanceId, before: epoch });
    await this.finishAll(calls, { flightOf: (id) => flights.get(id), files });
    await this.database.pool.query(
      'UPDATE instances SET ended_at = now() WHERE instance_id = $1 AND epoch < $2 AND ended_at IS NULL',
      [instanceId, epoch.toString()],
    );
    this.timer = setInterval(() => void this.beat(), this.config.bounds.heartbeatMs);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    if (!this.own) return;
    this.own.recorder.close();
    await this.database.pool.query('UPDATE instances SET ended_at = now() WHERE epoch = $1', [this.epoch.toString()]);
  }

  /** Ends the calls of instances whose heart has stopped; their recorder lies elsewhere. */
  async sweep(): Promise<void> {
    const { deadAfterMs } = this.config.bounds;
    const calls = await unfinishedCalls(this.database.pool, { deadAfterMs, notOf: this.instanceId() });
    await this.finishAll(calls, { flightOf: null, files: [] });
  }

  private get running(): { epoch: bigint; recorder: FlightRecorder } {
    if (!this.own) throw new Error('the instance has not started');
    return this.own;
  }

  private async finishAll(calls: readonly string[], evidence: Evidence): Promise<void> {
    const ended = await finish(this.ledger, this.log, calls, evidence);
    await closeOrphans(this.database.pool, this.ledger, calls);
    for (const [state, count] of Object.entries(ended)) this.metrics.recovered.inc({ state }, count);
    if (calls.length > 0) this.log.warn('calls of a stopped process were ended', { calls: calls.length, ...ended });
  }

  private async beat(): Promise<void> {
    try {
      await this.database.pool.query('UPDATE instances SET heartbeat_at = now() WHERE epoch = $1', [
        this.epoch.toString(),
      ]);
      if (++this.beats % SWEEP_EVERY_BEATS === 0) await this.sweep();
    } catch (error) {
      this.log.warn('heartbeat failed', { error });
    }
  }

  /** Names the data directory, not the process: who starts on it again may read its flight recorder. */
  private instanceId(): string {
    const path = join(this.config.dataDir, 'instance-id');
    mkdirSync(this.config.dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, randomUUID(), { mode: 0o600 });
    return readFileSync(path, 'utf8').trim();
  }
}
