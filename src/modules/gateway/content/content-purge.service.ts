import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { Database } from '../../../infra/database/index.js';
import { Tasks } from '../../../infra/queue/index.js';

const PURGE_EVERY_MS = 60 * 60 * 1000;
const PURGE_BATCH = 1_000;
const PURGE_BATCHES = 10_000;
const FIGURES_DAYS = 400;
const DAY_MS = 24 * 60 * 60 * 1000;

const TABLES = ['response_cache', 'call_bodies'] as const;

const deletion = (table: (typeof TABLES)[number], condition: string): string =>
  `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${PURGE_BATCH}))`;

/** A deleted project leaves nothing. */
const LEFT = "project_id IN (SELECT id FROM projects WHERE status = 'deleted')";

/** Removes content whose time is over. */
@Injectable()
export class ContentPurge implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('purge-content', PURGE_EVERY_MS, () => this.purge());
  }

  async purge(): Promise<void> {
    for (const table of TABLES) {
      await this.inBatches(deletion(table, 'expires_at <= $1'), [this.clock.now()]);
      await this.inBatches(deletion(table, LEFT), []);
    }
    const first = new Date(this.clock.nowMs() - FIGURES_DAYS * DAY_MS);
    await this.database.pool.query('DELETE FROM response_cache_days WHERE day < $1::timestamptz::date', [first]);
  }

  private async inBatches(text: string, values: unknown[]): Promise<void> {
    for (let batch = 0; batch < PURGE_BATCHES; batch++) {
      const { rowCount } = await this.database.pool.query(text, values);
      if ((rowCount ?? 0) < PURGE_BATCH) return;
    }
  }
}
