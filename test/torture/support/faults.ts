import { setTimeout as sleep } from 'node:timers/promises';
import { Batcher } from '../../../src/modules/ledger/batch/batcher.js';
import type { TestApp } from '../../support/app.js';
import { Random } from './random.js';

/**
 * What can go wrong with a batch on its way: it never arrives; it is done but its answer is lost; the database refuses
 * it as a whole, so that it is cut in two; or it was at odds with another process and may be tried again.
 */
const FAULTS = ['request lost', 'answer lost', 'refused as a whole', 'at odds'] as const;
const PATIENCE_MS = [0, 60_000];
const MAX_REST_MS = 30_000;

interface Steady {
  query(statement: unknown, timeoutMs: number): Promise<unknown>;
}

interface Inside {
  config: { readonly bounds: object };
  readonly connection: Steady;
  readonly undos: readonly unknown[];
  readonly isRunning: boolean;
}

const failure = (code: string): Error => Object.assign(new Error(`torture: ${code}`), { code });

/** Stands on the connection of the ledger and lets some of its batches come to harm. */
export class Faults {
  /** How often in a hundred; 0 lets everything pass. */
  chance = 0;
  count = 0;
  private readonly inside: Inside;

  private random = new Random(0);

  constructor(app: TestApp) {
    this.inside = app.app.get<Inside>(Batcher);
    const { connection } = this.inside;
    const query = connection.query.bind(connection);
    connection.query = (statement, timeoutMs) => this.carry(() => query(statement, timeoutMs));
  }

  /** Each history has choices of its own, so that it goes the same way by itself. */
  begin(random: Random): void {
    this.random = random;
    // Whether a batch is tried again or given up must not depend on how busy the machine is.
    const { config } = this.inside;
    const ledgerPatienceMs = random.pick(PATIENCE_MS);
    this.inside.config = { ...config, bounds: { ...config.bounds, ledgerPatienceMs, ledgerPaceMs: 0 } };
  }

  /** Lets everything pass, until what had to be undone is. */
  async settle(): Promise<void> {
    this.chance = 0;
    const untilMs = performance.now() + MAX_REST_MS;
    while (this.inside.undos.length > 0 || this.inside.isRunning) {
      if (performance.now() > untilMs) throw new Error('the ledger does not come to rest');
      await sleep(1);
    }
  }

  private async carry(query: () => Promise<unknown>): Promise<unknown> {
    if (!this.random.percent(this.chance)) return query();
    this.count += 1;
    const fault = this.random.pick(FAULTS);
    if (fault === 'request lost') throw failure('ECONNRESET');
    if (fault === 'at odds') throw failure('40001');
    if (fault === 'refused as a whole') throw failure('XX000');
    await query();
    throw failure('ECONNRESET');
  }
}
