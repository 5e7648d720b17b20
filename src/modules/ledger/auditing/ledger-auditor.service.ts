import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { Database, keysetPage } from '../../../infra/database/index.js';
import { Tasks } from '../../../infra/queue/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import type { LedgerProblem } from '../ledger-tx.entity.js';
import { LedgerCheck } from './ledger-check.entity.js';

const EVERY_MS = 60_000;
/** The auditor reads the whole ledger; on a large one it rests this many times as long as it worked. */
const REST = 20;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const KEPT_PROBLEMS = 100;
const MAX_PROBLEMS = 1_000;

/** One statement, and so one snapshot: calls that go on meanwhile are no differences. */
const PROBLEMS = 'SELECT problem, subject, expected::text, actual::text FROM ledger_audit() LIMIT $1';
const LAST =
  'SELECT started_at AS "startedAt", took_ms AS "tookMs" FROM ledger_checks ORDER BY started_at DESC LIMIT 1';

/** Recomputes everything that the ledger stores twice; every minute, and when somebody asks. */
@Injectable()
export class LedgerAuditor implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('audit-ledger', EVERY_MS, () => this.check());
  }

  /** The differences found; none on a healthy ledger. Reads all entries, so it takes time on a large one. */
  async audit(ctx: Ctx): Promise<LedgerProblem[]> {
    return ctx.em.query<LedgerProblem[]>(PROBLEMS, [MAX_PROBLEMS]);
  }

  /** What the auditor found when it ran by itself, newest first. */
  checks(ctx: Ctx, page: PageRequest): Promise<Page<LedgerCheck>> {
    const query = ctx.em.createQueryBuilder(LedgerCheck, 'checked').where('true');
    return keysetPage(query, page, { expression: 'checked.id', type: 'bigint', direction: 'DESC' });
  }

  /** Runs when it is time, and keeps what was found. */
  async check(): Promise<void> {
    const { pool } = this.database;
    const startedAt = this.clock.now();
    const [last] = (await pool.query<{ startedAt: Date; tookMs: number }>(LAST)).rows;
    if (last && startedAt.getTime() - last.startedAt.getTime() < last.tookMs * REST) return;
    const beganMs = performance.now();
    const { rows } = await pool.query<LedgerProblem>(PROBLEMS, [MAX_PROBLEMS]);
    const tookMs = Math.ceil(performance.now() - beganMs);
    this.metrics.ledgerProblems.set(rows.length);
    const kept = JSON.stringify(rows.slice(0, KEPT_PROBLEMS));
    if (rows.length > 0) this.log.error('THE LEDGER DOES NOT BALANCE', { problems: rows.length, first: rows[0] });
    await pool.query(
      'INSERT INTO ledger_checks (started_at, took_ms, problem_count, problems) VALUES ($1, $2, $3, $4)',
      [startedAt, tookMs, rows.length, kept],
    );
    await pool.query('DELETE FROM ledger_checks WHERE started_at < $1', [new Date(startedAt.getTime() - KEPT_MS)]);
  }
}
