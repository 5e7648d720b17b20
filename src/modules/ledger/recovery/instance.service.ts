import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Database } from '../../../infra/database/index.js';
import { Log } from '../../../infra/telemetry/index.js';
import { Batcher } from '../batch/batcher.js';
import { FlightRecorder, readFlights } from './flight-recorder.js';
import { Recovery } from './recovery.service.js';

const SWEEP_EVERY_BEATS = 3;
const ALIVE = `SELECT count(*)::integer AS alive FROM instances
  WHERE ended_at IS NULL AND heartbeat_at > now() - $1 * interval '1 millisecond'`;

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
    private readonly batcher: Batcher,
    private readonly config: Config,
    private readonly recovery: Recovery,
    private readonly log: Log,
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
    await this.recovery.finishOwn({ instanceId, before: epoch }, readFlights(directory, epoch));
    await this.database.pool.query(
      'UPDATE instances SET ended_at = now() WHERE instance_id = $1 AND epoch < $2 AND ended_at IS NULL',
      [instanceId, epoch.toString()],
    );
    await this.pace();
    this.timer = setInterval(() => void this.beat(), this.config.bounds.heartbeatMs);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    if (!this.own) return;
    this.own.recorder.close();
    await this.database.pool.query('UPDATE instances SET ended_at = now() WHERE epoch = $1', [this.epoch.toString()]);
  }

  /** Ends the calls of instances whose heart has stopped, and corrects what was learned late. */
  async sweep(): Promise<void> {
    const { deadAfterMs } = this.config.bounds;
    await this.recovery.finishOthers({ deadAfterMs, notOf: this.instanceId() });
  }

  private get running(): { epoch: bigint; recorder: FlightRecorder } {
    if (!this.own) throw new Error('the instance has not started');
    return this.own;
  }

  private async beat(): Promise<void> {
    try {
      await this.database.pool.query('UPDATE instances SET heartbeat_at = now() WHERE epoch = $1', [
        this.epoch.toString(),
      ]);
      await this.pace();
      if (++this.beats % SWEEP_EVERY_BEATS === 0) await this.sweep();
    } catch (error) {
      this.log.warn('heartbeat failed', { error });
    }
  }

  private async pace(): Promise<void> {
    const { rows } = await this.database.pool.query<{ alive: number }>(ALIVE, [this.config.bounds.deadAfterMs]);
    this.batcher.paceFor(rows[0]!.alive);
  }

  /** Names the data directory, not the process: who starts on it again may read its flight recorder. */
  private instanceId(): string {
    const path = join(this.config.dataDir, 'instance-id');
    mkdirSync(this.config.dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, randomUUID(), { mode: 0o600 });
    return readFileSync(path, 'utf8').trim();
  }
}
