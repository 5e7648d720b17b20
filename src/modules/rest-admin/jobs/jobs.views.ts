import { attemptView, callAttempt, jobCosts } from '../../gateway/index.js';
import type { Call, Job } from '../../ledger/index.js';
import { usd } from '../fields/amounts.js';
import { Amount, Count, Flag, Instant, Json, Many, One, Text } from '../fields/answers.js';

export class JobSummary {
  @Text()
  job_id: string;

  @Text()
  team_id: string;

  @Text({ nullable: true })
  user_id: string | null;

  @Text()
  job_type: string;

  @Text()
  status: string;

  @Instant()
  created_at: Date;

  @Instant({ nullable: true })
  completed_at: Date | null;

  @Count()
  total_calls: number;

  @Count()
  successful_calls: number;

  @Count()
  failed_calls: number;

  @Count({ about: 'Requests to vendors beyond the first of each call.' })
  retry_count: number;

  @Count()
  total_tokens: number;

  @Amount({ about: 'What the tenant is charged.' })
  total_cost_usd: number;

  @Amount()
  avg_latency_ms: number;

  @Flag()
  credit_applied: boolean;

  @Json()
  job_metadata: Record<string, unknown>;
}

export class JobList {
  @Many(() => JobSummary)
  jobs: JobSummary[];

  @Count({ about: 'Jobs that match, on all pages together.' })
  total: number;

  @Count()
  page: number;

  @Count()
  page_size: number;

  @Count()
  total_pages: number;
}

class AttemptView {
  @Text({ nullable: true, about: 'Null for somebody who may not see providers.' })
  provider: string | null;

  @Text({ nullable: true, about: "The vendor's name of the model; null for somebody who may not see providers." })
  model: string | null;

  @Text({ about: 'success or error' })
  outcome: string;

  @Text({ nullable: true, about: 'Kind of the failure.' })
  reason: string | null;

  @Count({ nullable: true, about: 'HTTP status of a failure, when there was an answer.' })
  status: number | null;

  @Count({ nullable: true })
  latency_ms: number | null;
}

class CallView {
  @Text()
  call_id: string;

  @Text({ nullable: true, about: "The vendor's model; null when none was reached." })
  model_used: string | null;

  @Text({ about: 'The alias that was called.' })
  model_group_used: string;

  @Text({ nullable: true })
  purpose: string | null;

  @Count()
  prompt_tokens: number;

  @Count()
  completion_tokens: number;

  @Count()
  total_tokens: number;

  @Amount({ about: 'What the tenant is charged.' })
  cost_usd: number;

  @Amount({ about: 'What the vendor bills.' })
  provider_cost_usd: number;

  @Amount({ nullable: true })
  latency_ms: number | null;

  @Instant()
  created_at: Date;

  @Text({ nullable: true })
  error: string | null;

  @Many(() => AttemptView, 'Every request that was sent to a vendor for it, in order.')
  attempts: AttemptView[];

  @Json({ nullable: true, about: 'Always null: prompts are not stored.' })
  request_data: null;

  @Json({ nullable: true, about: 'Always null: answers are not stored.' })
  response_data: null;
}

export class JobDetails {
  @One(() => JobSummary)
  job: JobSummary;

  @Many(() => CallView)
  calls: CallView[];
}

/** Of a job that a team has. */
export function jobSummary(job: Job, calls: readonly Call[]): JobSummary {
  const { credits_remaining, ...costs } = jobCosts(job, calls);
  return {
    job_id: job.id,
    team_id: job.teamId!,
    user_id: job.userId,
    job_type: job.jobType,
    status: job.status,
    created_at: job.createdAt,
    completed_at: job.completedAt,
    ...costs,
    retry_count: calls.reduce((sum, call) => sum + Math.max(0, call.attempts.length - 1), 0),
    job_metadata: job.metadata,
  };
}

/** @param isBlank without what names the vendors of its attempts */
export const callView = (call: Call, model: string | null, isBlank: boolean): CallView => ({
  call_id: call.id,
  model_used: model,
  model_group_used: call.alias,
  purpose: call.purpose,
  prompt_tokens: Number(call.tokensIn),
  completion_tokens: Number(call.tokensOut),
  total_tokens: Number(call.tokensIn + call.tokensOut),
  cost_usd: usd(call.chargedCost),
  provider_cost_usd: usd(call.providerCost),
  latency_ms: call.latencyMs,
  created_at: call.createdAt,
  error: call.errorMessage,
  attempts: call.attempts.map((stored) => {
    const attempt = callAttempt(stored, isBlank);
    return { provider: attempt.providerName, model: attempt.modelName, ...attemptView(attempt) };
  }),
  request_data: null,
  response_data: null,
});
