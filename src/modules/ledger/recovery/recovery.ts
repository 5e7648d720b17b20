import { unlinkSync } from 'node:fs';
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

/** Ids of calls that still hold money though the process that ran them is gone. */
export async function unfinishedCalls(pool: pg.Pool, dead: Dead): Promise<string[]> {
  const [condition, values] =
    'instanceId' in dead
      ? ['i.instance_id = $1 AND i.epoch < $2', [dead.instanceId, dead.before.toString()]]
      : [
          "i.instance_id <> $2 AND (i.ended_at IS NOT NULL OR i.heartbeat_at < now() - $1 * interval '1 millisecond')",
          [dead.deadAfterMs, dead.notOf],
        ];
  const { rows } = await pool.query<{ id: string }>(
    `SELECT c.id FROM calls c JOIN instances i ON i.epoch = c.epoch WHERE c.state = 'reserved' AND ${condition}`,
    values,
  );
  return rows.map((row) => row.id);
}

/**
 * Closes the jobs that a single call had opened and its dead process can no longer close; they are not charged.
 * @param calls ids of calls that have been ended
 */
export async function closeOrphans(pool: pg.Pool, ledger: LedgerService, calls: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ id: string; team_id: string }>(
    `SELECT DISTINCT j.id, j.team_id FROM jobs j JOIN calls c ON c.job_id = j.id
     WHERE c.id = ANY($1) AND j.implicit AND j.status IN ('pending', 'in_progress')`,
    [calls],
  );
  const errorMessage = 'The gateway stopped while the job ran';
  for (const row of rows) {
    const close = { id: row.id, teamId: row.team_id, status: JobStatus.FAILED, metadata: {}, errorMessage } as const;
    await ledger.closeJob(close, RECOVERY);
  }
  return rows.length;
}

/**
 * Ends each call by what its flight recorder says, then removes the files, which are of no more use.
 * One that cannot be ended is logged and left: it must not keep the process from starting.
 * @returns number of calls by the state they ended in
 */
export async function finish(
  ledger: LedgerService,
  log: Log,
  calls: readonly string[],
  { flightOf, files }: Evidence,
): Promise<Record<string, number>> {
  const ended: Record<string, number> = {};
  let isComplete = true;
  for (const id of calls) {
    const end = flightOf ? verdict(flightOf(id)) : withoutRecord();
    try {
      if (await ledger.endCall(id, end, RECOVERY)) ended[end.state] = (ended[end.state] ?? 0) + 1;
    } catch (error) {
      isComplete = false;
      log.error('a call cannot be ended by recovery', { callId: id, error });
    }
  }
  // What could not be ended is tried again at the next start, and needs its record then.
  if (isComplete) for (const file of files) unlinkSync(file);
  return ended;
}
