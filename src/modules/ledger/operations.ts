import { actorId, actorName, type Ctx } from '../../core/ctx.js';
import type { NanoUsd } from '../../core/money.js';
import type { Usage } from '../../core/usage.js';
import type { CallOutcome, CallState } from './call.entity.js';
import type { JobStatus } from './job.entity.js';

/** Who moves money, as a ledger transaction keeps it. */
export interface LedgerActor {
  readonly kind: string;
  readonly id: string | null;
  readonly name: string;
  readonly requestId: string | null;
}

export const ledgerActor = (ctx: Ctx): LedgerActor => ({
  kind: ctx.actor.kind,
  id: actorId(ctx.actor),
  name: actorName(ctx.actor),
  requestId: ctx.requestId,
});

/** The limit windows that bind a key, as they were found under a version of its organization's limits. */
export interface SpendPath {
  readonly version: bigint;
  /** When the job or call is admitted: the windows are those of this instant, and it stands on the row. */
  readonly at: Date;
  /** Windows of what a job holds: credits, and dollars when it has a ceiling. */
  readonly job: readonly bigint[];
  /** Windows of what a call holds: dollars, tokens, requests. */
  readonly call: readonly bigint[];
}

export interface NewJob {
  readonly id: string;
  readonly jobType: string;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
  readonly implicit: boolean;
  readonly maxCost: NanoUsd | null;
  readonly expiresAt: Date;
}

export interface OpenJob {
  readonly keyId: string;
  readonly path: SpendPath;
  readonly job: NewJob;
}

export interface NewCall {
  readonly id: string;
  readonly jobId: string;
  readonly userId: string | null;
  readonly alias: string;
  readonly purpose: string | null;
  readonly streamed: boolean;
  readonly metadata: Record<string, unknown>;
  readonly inputBound: number;
  readonly modelId: string;
  readonly providerId: string;
  readonly priceId: string;
}

export interface ReserveCall {
  readonly keyId: string;
  readonly path: SpendPath;
  /** Opened with the call when it is the only one of its job; null when the job exists. */
  readonly job: NewJob | null;
  readonly call: NewCall;
  /** Upper bounds: what the call can cost, and how many tokens it can use, at most. */
  readonly costBound: NanoUsd;
  readonly tokensBound: number;
  /** Of the process that will end the call. */
  readonly epoch: bigint;
}

/** How a call ended; amounts are zero for one that was voided. */
export interface EndCall {
  readonly state: Exclude<CallState, CallState.RESERVED | CallState.CORRECTED>;
  readonly outcome: CallOutcome;
  readonly modelId: string | null;
  readonly providerId: string | null;
  readonly priceId: string | null;
  readonly usage: Usage;
  readonly usageSource: 'vendor' | 'estimated' | 'cache' | null;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly providerCost: NanoUsd;
  readonly chargedCost: NanoUsd;
  readonly attempts: readonly Record<string, unknown>[];
  readonly latencyMs: number | null;
  readonly finishReason: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export type ClosingStatus = JobStatus.COMPLETED | JobStatus.FAILED | JobStatus.CANCELLED | JobStatus.EXPIRED;

export interface JobClosing {
  readonly status: ClosingStatus;
  readonly metadata: Record<string, unknown>;
  readonly errorMessage: string | null;
}

/** A call's end, and its job's when the call was the only one of it. */
export interface Ending {
  readonly callId: string;
  readonly jobId: string;
  readonly end: EndCall;
  readonly close: JobClosing | null;
}

export interface CloseJob extends JobClosing {
  readonly id: string;
  /** The team, or for a job without one the project, that it must belong to. */
  readonly owner: { readonly teamId: string | null; readonly projectId: string | null };
}

/** A zero character or half a surrogate pair, as JSON.stringify writes it; behind a backslash it is plain text. */
const NO_TEXT = /(\\\\)|\\u0000|\\ud[89a-f][0-9a-f]{2}/g;

/**
 * JSON for the SQL functions: bigints travel as decimal strings, and what PostgreSQL takes for no text, such as a zero
 * character in a vendor's finish reason, as U+FFFD, since a call must end whatever its vendor says.
 */
export const wireJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each)).replace(
    NO_TEXT,
    (_, backslash: string | undefined) => backslash ?? '\ufffd',
  );
