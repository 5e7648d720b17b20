import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { DomainError, invalid } from '../../../core/errors.js';
import { newUuid } from '../../../core/id.js';
import { formatUsd } from '../../../core/money.js';
import { restErrorBody } from '../../../infra/http/index.js';
import type { JsonObject } from '../../../providers/index.js';
import { sharesOf } from '../../catalog/index.js';
import { LedgerService } from '../../ledger/index.js';
import { type BoundLimit, formatAmount, LimitsOf } from '../../limits/index.js';
import { JobsService } from '../jobs/jobs.service.js';
import { Admissions } from '../pipeline/admissions.service.js';
import type { Admission, CallRequest } from '../pipeline/call.js';
import { Spending } from '../pipeline/spending/spending.service.js';
import { callFields, jobFields } from './jobs/call-body.js';
import type { Call, GatewayRoute } from './routes.js';
import { explainBody } from './schemas.js';

const OF_A_NEW_JOB = ['team_id', 'job_type', 'max_cost_usd', 'job_metadata'];

/** What a key may still spend, and whether a call would be allowed: questions that hold and send nothing. */
@Injectable()
export class SpendingRoutes {
  constructor(
    private readonly limits: LimitsOf,
    private readonly ledger: LedgerService,
    private readonly spending: Spending,
    private readonly admissions: Admissions,
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  readonly all: readonly GatewayRoute[] = [
    {
      method: 'GET',
      path: '/v1/limits',
      summary: 'What the key may still spend: its account, and every limit that binds it, with reset times',
      handle: (call) => this.remaining(call),
    },
    {
      method: 'POST',
      path: '/v1/explain',
      summary: 'Whether a call would be allowed now, which limit binds, and what it can cost at most; nothing is sent',
      body: explainBody,
      handle: (call) => this.explain(call),
    },
  ];

  private async remaining({ caller }: Call): Promise<unknown> {
    const { organizationId, keyId, teamId, projectId, userId } = caller;
    const place = { organizationId, keyId, teamId, projectId, userId };
    const [limits, payer] = await Promise.all([this.limits.of(place, this.clock.now()), this.ledger.payerOf(keyId)]);
    const amount = (value: bigint): string => formatAmount(value, payer!.unit);
    const account = payer && {
      unit: unitWord(payer.unit),
      credit_mode: payer.creditMode,
      balance: amount(payer.balance),
      held: amount(payer.held),
      available: amount(payer.balance - payer.held),
    };
    const who = { organization_id: organizationId, team_id: teamId, project_id: projectId, user_id: userId };
    return { ...who, key_id: keyId, account, limits: limits.map(limitView) };
  }

  private async explain(call: Call): Promise<unknown> {
    const request = await this.question(call);
    let asked: Admission;
    try {
      asked = await this.admissions.of(request);
    } catch (error) {
      return refused(call, error);
    }
    const { admission, answer } = await this.spending.wouldReserve(request, asked);
    const { alias, targets } = admission.route;
    const bounds = {
      model: alias.name,
      targets: targets.length,
      strategy: alias.strategy,
      // Percent of the calls that each target is asked first by; the targets stand here in an order of this call alone.
      shares: sharesOf(admission.route).sort((one, other) => other - one),
      input_tokens_bound: admission.inputBound,
      max_output_tokens: admission.maxOutputTokens,
      max_cost_usd: formatUsd(admission.costBound),
      shortened: admission.maxOutputTokens < asked.maxOutputTokens,
    };
    if (answer) return { ...refused(call, this.spending.refusal(answer, request.jobId)), ...bounds };
    return { allowed: true, ...bounds };
  }

  /** The call as it would be made: within a job when one is named, else as the only one of its own. */
  private async question({ request, caller }: Call): Promise<CallRequest> {
    const { job_id: jobId, ...body } = request.body as JsonObject;
    const what = { operation: 'chat', stream: false, mayFallBack: true, timeoutMs: null } as const;
    const call = { ...callFields(body), ...what, id: newUuid(), requestId: request.id, caller };
    this.jobs.checkMetadata('call_metadata', call.metadata);
    if (typeof jobId !== 'string') {
      const opens = this.jobs.plan(caller, jobFields({ job_type: 'explain', ...body }, 'job_metadata', true));
      return { ...call, jobId: opens.id, opens };
    }
    for (const field of OF_A_NEW_JOB) if (field in body) throw invalid(field, 'goes without job_id: that job exists');
    return { ...call, jobId: (await this.jobs.get(caller, jobId)).id, opens: null };
  }
}

/** A decision against the call is the answer here, and no failure; whatever else went wrong is one. */
function refused({ request }: Call, error: unknown): Record<string, unknown> {
  if (!(error instanceof DomainError) || error.status >= 500) throw error;
  const { request_id: _id, ...body } = restErrorBody(error, request.id) as Record<string, unknown>;
  return { allowed: false, status: error.status, ...body };
}

const WORDS = { nano_usd: 'usd', micro_credit: 'credits', token: 'tokens', request: 'requests' } as const;
const unitWord = (unit: keyof typeof WORDS): string => WORDS[unit];

function limitView(limit: BoundLimit): Record<string, unknown> {
  const amount = (value: bigint): string => formatAmount(value, limit.unit);
  const { limitId, scope, period, zone, enforcement, resetsAt } = limit;
  return {
    limit_id: limitId,
    scope: { type: scope.type, id: scope.id, member_id: scope.memberId },
    unit: unitWord(limit.unit),
    period,
    zone,
    enforcement,
    limit: amount(limit.amount),
    used: amount(limit.posted),
    held: amount(limit.held),
    remaining: amount(limit.remaining),
    resets_at: resetsAt,
  };
}
