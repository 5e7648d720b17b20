import { Injectable } from '@nestjs/common';
import { Database } from '../../infra/database/index.js';
import { Tasks } from '../../infra/queue/index.js';
import { Log } from '../../infra/telemetry/index.js';

const PATIENCE_MS = 2_000;

export interface Readiness {
  readonly status: 'ready' | 'unavailable';
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

/** Whether this process can serve. What it says to strangers is only which part fails, never why. */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly tasks: Tasks,
    private readonly log: Log,
  ) {}

  async readiness(): Promise<Readiness> {
    const checks = {
      database: await this.check('database', () => this.database.ping()),
      migrations: await this.check('migrations', () => this.migrated()),
      queue: await this.check('queue', () => this.tasks.ping()),
    };
    return { status: Object.values(checks).every((each) => each === 'ok') ? 'ready' : 'unavailable', checks };
  }

  /** Without the ledger's function nothing can be spent. */
  private async migrated(): Promise<void> {
    await this.database.pool.query("SELECT 'ledger_apply'::regproc");
  }

  private async check(name: string, probe: () => Promise<void>): Promise<'ok' | 'failed'> {
    const timeout = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS).unref();
    });
    try {
      await Promise.race([probe(), timeout]);
      return 'ok';
    } catch (error) {
      this.log.warn('readiness check failed', { check: name, error });
      return 'failed';
    }
  }
}
