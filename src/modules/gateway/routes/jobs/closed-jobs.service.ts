import { Injectable } from '@nestjs/common';
import { notFound } from '../../../../core/errors.js';
import { creditsAsJsonNumber, microCredits, usdAsJsonNumber } from '../../../../core/money.js';
import { Database } from '../../../../infra/database/index.js';
import { CallOutcome, type EndCall, type JobStatus } from '../../../ledger/index.js';
import type { JobCosts } from '../../jobs/job-views.js';

/** The id is that of a job which this process has just opened and closed, so nobody else's is found by it. */
const CLOSED = `
  SELECT status, completed_at AS "completedAt", credit_applied AS "creditApplied",
    credits_remaining AS "creditsRemaining"
  FROM jobs WHERE id = $1`;

interface Row {
  readonly status: JobStatus;
  readonly completedAt: Date | null;
  readonly creditApplied: boolean;
  readonly creditsRemaining: string | null;
}

/** What only the ledger knows of a job that was closed with its call. */
export interface ClosedJob extends Omit<Row, 'creditsRemaining'> {
  readonly creditsRemaining: bigint | null;
}

/** Hot path: how the job of a single call was closed, in one prepared statement. */
@Injectable()
export class ClosedJobs {
  constructor(private readonly database: Database) {}

  /** @throws DomainError not_found */
  async get(id: string): Promise<ClosedJob> {
    const { rows } = await this.database.pool.query<Row>({ name: 'closed_job', text: CLOSED, values: [id] });
    const [row] = rows;
    if (!row) throw notFound('Job', id);
    return { ...row, creditsRemaining: row.creditsRemaining === null ? null : BigInt(row.creditsRemaining) };
  }
}

/** The figures of a job whose only call ended so. */
export function singleCallCosts(end: EndCall, { creditApplied, creditsRemaining }: ClosedJob): JobCosts {
  const isSuccess = end.outcome === CallOutcome.SUCCESS;
  return {
    total_calls: 1,
    successful_calls: isSuccess ? 1 : 0,
    failed_calls: isSuccess ? 0 : 1,
    total_tokens: end.tokensIn + end.tokensOut,
    total_cost_usd: usdAsJsonNumber(end.chargedCost),
    avg_latency_ms: end.latencyMs ?? 0,
    credit_applied: creditApplied,
    credits_remaining: creditsRemaining === null ? null : creditsAsJsonNumber(microCredits(creditsRemaining)),
  };
}
