import { unlinkSync } from 'node:fs';
import type pg from 'pg';
import type { LedgerService } from '../ledger.service.js';
import type { LedgerActor } from '../operations.js';
import type { FlightRecord } from './flight-recorder.js';
import { verdict, withoutRecord } from './verdict.js';

const RECOVERY: LedgerActor = { kind: 'system', id: null, name: 'recovery', requestId: null };

type Dead = { readonly instanceId: string; readonly before: bigint } | { readonly deadAfterMs: number };

/** Ids of calls that still hold money though the process that ran them is gone. */
export async function unfinishedCalls(pool: pg.Pool, dead: Dead): Promise<string[]> {
  const [condition, values] =
    'instanceId' in dead
      ? ['i.instance_id = $1 AND i.epoch < $2', [dead.instanceId, dead.before.toString()]]
      : ["(i.ended_at IS NOT NULL OR i.heartbeat_at < now() - $1 * interval '1 millisecond')", [dead.deadAfterMs]];
  const { rows } = await pool.query<{ id: string }>(
    `SELECT c.id FROM calls c JOIN instances i ON i.epoch = c.epoch WHERE c.state = 'reserved' AND ${condition}`,
    values,
  );
  return rows.map((row) => row.id);
}

/**
 * Ends each call by what its flight recorder says, then removes the files, which are of no more use.
 * @param flightOf null when the recorder cannot be read from here
 * @returns number of calls by the state they ended in
 */
export async function finish(
  ledger: LedgerService,
  calls: readonly string[],
  flightOf: ((callId: string) => FlightRecord | undefined) | null,
  files: readonly string[],
): Promise<Record<string, number>> {
  const ended: Record<string, number> = {};
  for (const id of calls) {
    const end = flightOf ? verdict(flightOf(id)) : withoutRecord();
    if (await ledger.endCall(id, end, RECOVERY)) ended[end.state] = (ended[end.state] ?? 0) + 1;
  }
  for (const file of files) unlinkSync(file);
  return ended;
}
