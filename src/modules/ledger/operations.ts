import type { Ctx } from '../../core/ctx.js';
import { actorId, actorName } from '../../core/ctx.js';
import type { MicroCredits, NanoUsd } from '../../core/money.js';
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

export interface OpenJob {
  readonly id: string;
  readonly keyId: string;
  readonly jobType: string;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
  readonly implicit: boolean;
  readonly maxCost: NanoUsd | null;
  readonly expiresAt: Date;
}

export interface ReserveCall {
  readonly id: string;
  readonly jobId: string;
  readonly keyId: string;
  readonly userId: string | null;
  readonly alias: string;
  readonly purpose: string | null;
  readonly streamed: boolean;
  readonly metadata: Record<string, unknown>;
  /** Upper bounds: what the call can cost, and how many tokens it can use, at most. */
  readonly costBound: NanoUsd;
  readonly tokensBound: number;
  readonly inputBound: number;
  readonly modelId: string;
  readonly providerId: string;
  readonly priceId: string;
}

/** How a call ended; amounts are zero for one that was voided. */
export interface EndCall {
  readonly state: Exclude<CallState, CallState.RESERVED>;
  readonly outcome: CallOutcome;
  readonly modelId: string | null;
  readonly providerId: string | null;
  readonly priceId: string | null;
  readonly usage: Usage;
  readonly usageSource: 'vendor' | 'estimated' | null;
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

export interface CloseJob {
  readonly id: string;
  readonly teamId: string;
  readonly status: ClosingStatus;
  readonly metadata: Record<string, unknown>;
  readonly errorMessage: string | null;
}

/** A movement that an administrator makes: above zero gives credits, below takes them back. */
export interface Transfer {
  readonly teamId: string;
  readonly amount: MicroCredits;
  readonly kind: string;
  readonly reason: string;
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
