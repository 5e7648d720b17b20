import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import type { Work } from '../../../infra/idempotency/index.js';
import { Database } from '../../../infra/database/index.js';
import { CallState } from '../../ledger/index.js';

interface Row {
  readonly alive: boolean | null;
  readonly state: CallState | null;
  readonly attempts: number | null;
  readonly job_status: string | null;
}

/** The ids are a request's own, so nobody else's rows are found by them. */
const FATE = `
  SELECT call.state, jsonb_array_length(call.attempts) AS attempts,
    (SELECT status FROM jobs WHERE id = $1) AS job_status,
    (SELECT ended_at IS NULL AND heartbeat_at > now() - $4 * interval '1 millisecond'
     FROM instances WHERE epoch = $3) AS alive
  FROM (SELECT 1) AS one LEFT JOIN calls call ON call.id = $2`;

const OPEN = ['pending', 'in_progress'];

/** What became of a request whose answer nobody has kept. */
export interface Fate {
  readonly isOwnerAlive: boolean;
  /** `unsent`: no vendor was asked; `undecided`: its call waits for recovery. */
  readonly call: 'unsent' | 'sent' | 'undecided';
  readonly hasCall: boolean;
  readonly job: 'none' | 'open' | 'closed';
}

/** Finds out how far a request came. */
@Injectable()
export class Fates {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  async of({ epoch, notes }: Pick<Work, 'epoch' | 'notes'>): Promise<Fate> {
    const values = [notes.jobId, notes.callId, epoch?.toString() ?? null, this.config.bounds.deadAfterMs];
    const { rows } = await this.database.pool.query<Row>(FATE, values);
    const { alive, state, attempts, job_status: status } = rows[0]!;
    const job = status === null ? 'none' : OPEN.includes(status) ? 'open' : 'closed';
    return { isOwnerAlive: alive ?? false, call: callOf(state, attempts ?? 0), hasCall: state !== null, job };
  }
}

/** A voided call may have been sent, and refused by every vendor; its attempts tell. */
function callOf(state: CallState | null, attempts: number): Fate['call'] {
  if (state === null) return 'unsent';
  if (state === CallState.RESERVED) return 'undecided';
  return state === CallState.VOIDED && attempts === 0 ? 'unsent' : 'sent';
}
