import { unlinkSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { Database } from '../../../infra/database/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { CallState } from '../call.entity.js';
import { LedgerService } from '../ledger.service.js';
import type { FlightRecord } from './flight-recorder.js';
import { LateEvidence } from './late-evidence.service.js';
import { closeOrphans, type Evidence, finish, type Finished, type OpenCall, unfinishedCalls } from './recovery.js';
import { verdict } from './verdict.js';

/** What processes on a data directory have left of their calls, and the files that it lies in. */
interface Left {
  readonly flights: ReadonlyMap<string, FlightRecord>;
  readonly files: readonly string[];
}

/** Ends the calls of processes that are gone, and has those corrected that were ended without knowing what they cost. */
@Injectable()
export class Recovery {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly late: LateEvidence,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  /** Of earlier processes on this data directory. What they left is removed when all of it is in the ledger. */
  async finishOwn(own: { instanceId: string; before: bigint }, { flights, files }: Left): Promise<void> {
    const calls = await unfinishedCalls(this.database.pool, own);
    const { failed, late } = await this.end(calls, { flightOf: (id) => flights.get(id), files });
    const ended = new Set(calls.map(({ callId }) => callId).filter((id) => !late.has(id)));
    const others = [...flights].filter(([id]) => !ended.has(id)).map(([id, flight]) => [id, verdict(flight)] as const);
    const costly = others.filter(([, { state }]) => state !== CallState.VOIDED);
    // What could not be ended is tried again at the next start, and needs its record then.
    let missing = costly.length + failed + 1;
    const told = (): void => {
      missing -= 1;
      if (missing === 0) for (const file of files) unlinkSync(file);
    };
    for (const [callId, end] of costly) this.late.add(callId, end, told);
    await this.late.tell();
    told();
  }

  /** Of instances whose heart has stopped; their recorder lies elsewhere. Corrects what was learned late, too. */
  async finishOthers(dead: { deadAfterMs: number; notOf: string }): Promise<void> {
    await this.end(await unfinishedCalls(this.database.pool, dead), { flightOf: null, files: [] });
    await this.late.tell();
  }

  private async end(calls: readonly OpenCall[], evidence: Evidence): Promise<Finished> {
    const finished = await finish(this.ledger, this.log, calls, evidence);
    await closeOrphans(this.database.pool, this.ledger, calls);
    for (const [state, count] of Object.entries(finished.ended)) this.metrics.recovered.inc({ state }, count);
    if (calls.length > 0)
      this.log.warn('calls of a stopped process were ended', { calls: calls.length, ...finished.ended });
    return finished;
  }
}
