import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Database } from '../../../infra/database/index.js';
import { Log } from '../../../infra/telemetry/index.js';
import { Instance } from '../../ledger/index.js';

const OTHERS = `SELECT count(*)::integer AS others FROM instances
  WHERE ended_at IS NULL AND epoch <> $1 AND heartbeat_at > now() - $2 * interval '1 millisecond'`;

/** How many processes share the limits, as of the last heartbeat; what was known stands while the database is away. */
@Injectable()
export class Instances implements OnApplicationBootstrap, OnApplicationShutdown {
  private others = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly own: Instance,
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  /** At least 1: this one. */
  get alive(): number {
    return this.others + 1;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.count();
    this.timer = setInterval(() => void this.count(), this.config.bounds.heartbeatMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** What cannot be counted stays as it was. */
  async count(): Promise<void> {
    const values = [this.own.epoch.toString(), this.config.bounds.deadAfterMs];
    try {
      const { rows } = await this.database.pool.query<{ others: number }>(OTHERS, values);
      this.others = rows[0]!.others;
    } catch (error) {
      this.log.warn('instances could not be counted', { error });
    }
  }
}
