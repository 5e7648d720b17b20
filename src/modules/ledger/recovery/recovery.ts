import type pg from 'pg';
import type { Log } from '../../../infra/telemetry/index.js';
import type { LedgerService } from '../ledger.service.js';
import type { LedgerActor } from '../operations.js';
import { JobStatus } from '../job.entity.js';
import type { FlightRecord } from './flight-recorder.js';
import { verdict, withoutRecord } from './verdict.js';

const RECOVERY: LedgerActor = { kind: 'system', id: null, name: 'recovery', requestId: null };

export interface Evidence {
  /** Null when the recorder cannot be read from here. */
  readonly flightOf: ((callId: string) => FlightRecord | undefined) | null;
  readonly files: readonly string[];
}

type Dead =
  { readonly instanceId: string; readonly before: bigint } | { readonly deadAfterMs: number; readonly notOf: string };

/** What came of calls that were to be ended. */
export interface Finished {
  /** How many ended, by the state they ended in. */
  readonly ended: Readonly<Record<string, number>>;
  /** Could not be ended. */
  readonly failed: number;
  /** Somebody else had ended them in the meantime. */
  readonly late: ReadonlySet<string>;
}

export interface OpenCall {
  readonly callId: string;
  readonly jobId: string;
}

/** Calls that still hold money though the process that ran them is gone. */
export async function unfinishedCalls(pool: pg.Pool, dead: Dead): Promise<OpenCall[]> {
  const [condition, values] =
    'instanceId' in dead
      ? ['i.instance_id = $1 AND i.epoch < $2', [dead.instanceId, dead.before.toString()]]
      : [
          "i.instance_id <> $2 AND (i.ended_at IS NOT NULL OR i.heartbeat_at < now() - $1 * interval '1 millisecond')",
          [dead.deadAfterMs, dead.notOf],
        ];
  const { rows } = await pool.query<OpenCall>(
    `SELECT c.id AS "callId", c.job_id AS "jobId" FROM calls c JOIN instances i ON i.epoch = c.epoch
     WHERE c.state = 'reserved' AND ${condition}`,
    values,
  );
  return rows;
}

/**
 * Closes the jobs that a single call had opened and its dead process can no longer close; they are not charged.
 * @param calls that have been ended
 */
export async function closeOrphans(pool: pg.Pool, ledger: LedgerService, calls: readonly OpenCall[]): Promise<number> {
  const { rows } = await pool.query<{ id: string; teamId: string | null; projectId: string | null }>(
    `SELECT id, team_id AS "teamId", project_id AS "projectId" FROM jobs
     WHERE id = ANY($1) AND implicit AND status IN ('pending', 'in_progress')`,
    [calls.map((call) => call.jobId)],
  );
  const errorMessage = 'The gateway stopped while the job ran';
  for (const { id, ...owner } of rows)
    await ledger.closeJob({ id, owner, status: JobStatus.FAILED, metadata: {}, errorMessage }, RECOVERY);
  return rows.length;
}

/**
 * Ends each call by what its flight recorder says. One that cannot be ended is logged and left: it must not keep the
 * process from starting.
 */
export async function finish(
  ledger: LedgerService,
  log: Log,
  calls: readonly OpenCall[],
  { flightOf }: Evidence,
): Promise<Finished> {
  const ended: Record<string, number> = {};
  const late = new Set<string>();
  let failed = 0;
  const endOne = async ({ callId, jobId }: OpenCall): Promise<void> => {
    const flight = flightOf?.(callId);
    const end = flightOf ? verdict(flight) : withoutRecord();
    try {
      const isFirst = await ledger.endCall({ callId, jobId, end, close: flight?.close ?? null }, RECOVERY);
      if (isFirst) ended[end.state] = (ended[end.state] ?? 0) + 1;
      else late.add(callId);
    } catch (error) {
      failed += 1;
      log.error('a call cannot be ended by recovery', { callId, error });
    }
  };
  // All at once: the ledger takes them in batches.
  await Promise.all(calls.map(endOne));
  return { ended, failed, late };
}
