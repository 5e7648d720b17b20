import type { EndCall, JobClosing, LedgerActor, NewCall, NewJob } from '../operations.js';

/** One money operation, as the SQL function `ledger_apply` reads it; what a kind does not need is left out. */
export interface Operation {
  readonly kind: 'open' | 'reserve' | 'end' | 'close';
  /** The instant it was asked for: it decides about expiry, and stands on the rows. */
  readonly at: Date;
  readonly job_id: string;
  readonly call_id?: string;
  readonly key_id?: string;
  readonly owner?: string;
  readonly version?: bigint;
  readonly job_path?: readonly bigint[];
  readonly path?: readonly bigint[];
  readonly job?: Omit<NewJob, 'id'>;
  readonly call?: NewCall;
  readonly cost?: bigint;
  readonly tokens?: number;
  readonly outcome?: EndCall;
  readonly close?: JobClosing;
  readonly actor?: LedgerActor;
  readonly epoch?: bigint;
}

/** Why an operation was not done. Amounts are decimal texts of units of the slot that decided. */
export type Refusal =
  | {
      readonly code: 'invalid_api_key' | 'suspended' | 'stale' | 'not_found' | 'already_ended' | 'already_closed';
      readonly reason?: string | null;
    }
  | { readonly code: 'job_closed'; readonly reason: string }
  | JobCeiling
  | Exhausted;

export interface JobCeiling {
  readonly code: 'job_ceiling';
  readonly amount: string;
  readonly posted: string;
  readonly held: string;
  readonly required: string;
  readonly freeUsd: string;
}

/** The slot that lacks room most, and what the hard slots of the path have left together, by unit. */
export interface Exhausted {
  readonly code: 'exhausted';
  /** Id of an account or, from 2^40 on, of a limit window. */
  readonly slot: string;
  readonly unit: 'nano_usd' | 'micro_credit' | 'token' | 'request';
  readonly amount: string;
  readonly posted: string;
  readonly held: string;
  readonly required: string;
  readonly free: string;
  readonly freeUsd: string | null;
  readonly freeCredits: string | null;
  readonly freeTokens: string | null;
  readonly budgetMode: string;
  readonly creditsPerDollar: string;
  readonly tokensPerCredit: string;
}

/** What undoes an operation whose outcome nobody learned; null for those that are repeated until they are done. */
export function undoing(operation: Operation): Operation | null {
  const { kind, at, job_id, call_id, job } = operation;
  const actor = { kind: 'system', id: null, name: 'ledger', requestId: null };
  const errorMessage = 'The ledger could not be reached when it was asked for';
  const close = { status: 'failed', metadata: {}, errorMessage } as JobClosing;
  if (kind === 'open') return { kind: 'close', at, job_id, close, actor };
  if (kind !== 'reserve') return null;
  const outcome = { state: 'voided', outcome: 'error', errorCode: 'ledger_unavailable', errorMessage } as EndCall;
  return { kind: 'end', at, job_id, ...(call_id && { call_id }), outcome, actor, ...(job && { close }) };
}
