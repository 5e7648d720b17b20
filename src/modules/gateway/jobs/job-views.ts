import { creditsAsJsonNumber, microCredits, nanoUsd, usdAsJsonNumber } from '../../../core/money.js';
import { type Call, CallOutcome, CallState, type Job } from '../../ledger/index.js';
import { type CallAttempt, callAttempt } from './call-attempt.js';

/** The eight figures that a closed job shows; `total_cost_usd` is what the tenant pays. */
export interface JobCosts {
  total_calls: number;
  successful_calls: number;
  failed_calls: number;
  total_tokens: number;
  total_cost_usd: number;
  avg_latency_ms: number;
  credit_applied: boolean;
  credits_remaining: number | null;
}

const ended = (call: Call): boolean => call.state !== CallState.RESERVED;
const tokensOf = (call: Call): number => Number(call.tokensIn + call.tokensOut);

export function jobCosts(job: Job, calls: readonly Call[]): JobCosts {
  const done = calls.filter(ended);
  const successes = done.filter((call) => call.outcome === CallOutcome.SUCCESS).length;
  const latencies = done.map((call) => call.latencyMs).filter((ms) => ms !== null);
  const cost = done.reduce((sum, call) => sum + call.chargedCost, 0n);
  return {
    total_calls: calls.length,
    successful_calls: successes,
    failed_calls: done.length - successes,
    total_tokens: done.reduce((sum, call) => sum + tokensOf(call), 0),
    total_cost_usd: usdAsJsonNumber(nanoUsd(cost)),
    avg_latency_ms: latencies.length ? Math.round(latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length) : 0,
    credit_applied: job.creditApplied,
    credits_remaining: job.creditsRemaining === null ? null : creditsAsJsonNumber(microCredits(job.creditsRemaining)),
  };
}

export function closedJobView(job: Job, calls: readonly Call[]): Record<string, unknown> {
  return {
    job_id: job.id,
    status: job.status,
    completed_at: job.completedAt,
    costs: jobCosts(job, calls),
    calls: calls.map((call) => ({
      call_id: call.id,
      purpose: call.purpose,
      model_group: call.alias,
      tokens: tokensOf(call),
      latency_ms: call.latencyMs,
      error: call.errorMessage,
    })),
  };
}

/** A job as its team sees it; its type is what it says, so that the admin REST can document the same fields. */
export function jobView(job: Job, aliases: readonly string[]) {
  return {
    job_id: job.id,
    team_id: job.teamId,
    organization_id: job.organizationId,
    user_id: job.userId,
    job_type: job.jobType,
    status: job.status,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    expires_at: job.expiresAt,
    metadata: job.metadata,
    error_message: job.errorMessage,
    credit_applied: job.creditApplied,
    max_cost_usd: job.maxCost === null ? null : usdAsJsonNumber(nanoUsd(job.maxCost)),
    model_groups_used: [...new Set(aliases)].sort(),
  };
}

/** The calls of a job with the attempts of each, as its team sees them: vendors have no names there. */
export const jobCallsView = (calls: readonly Call[]): Record<string, unknown>[] =>
  calls.map((call) => ({
    call_id: call.id,
    model: call.alias,
    outcome: call.outcome,
    latency_ms: call.latencyMs,
    error: call.errorCode,
    attempts: call.attempts.map((stored) => attemptView(callAttempt(stored, true))),
  }));

/** How an attempt went; `reason` is the kind of its failure, null of one that succeeded. */
export const attemptView = ({ error, status, latencyMs }: CallAttempt) => ({
  outcome: error === null ? CallOutcome.SUCCESS : CallOutcome.ERROR,
  reason: error,
  status,
  latency_ms: latencyMs,
});

export function jobCostsView(job: Job, calls: readonly Call[]): Record<string, unknown> {
  return {
    job_id: job.id,
    team_id: job.teamId,
    job_type: job.jobType,
    status: job.status,
    costs: {
      total_cost_usd: jobCosts(job, calls).total_cost_usd,
      breakdown: calls.filter(ended).map((call) => ({
        call_id: call.id,
        model: call.alias,
        purpose: call.purpose,
        prompt_tokens: Number(call.tokensIn),
        completion_tokens: Number(call.tokensOut),
        cost_usd: usdAsJsonNumber(nanoUsd(call.chargedCost)),
        created_at: call.createdAt,
      })),
    },
  };
}
