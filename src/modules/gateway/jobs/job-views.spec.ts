import { describe, expect, it } from '@jest/globals';
import type { Call, Job } from '../../ledger/index.js';
import { closedJobView, jobCosts, jobCostsView, jobView } from './job-views.js';

const AT = new Date('2025-01-02T03:04:05.678Z');
const job = (fields: Partial<Job> = {}): Job =>
  ({
    ...{ id: 'j1', teamId: 't1', organizationId: 'o1', userId: null, jobType: 'summary', status: 'completed' },
    ...{ createdAt: AT, startedAt: AT, completedAt: AT, expiresAt: AT, metadata: { a: 1 }, errorMessage: null },
    ...{ creditApplied: true, creditsRemaining: 41_500_000n, maxCost: null },
    ...fields,
  }) as Job;
const call = (fields: Partial<Call> = {}): Call =>
  ({
    ...{ id: 'c1', alias: 'chat', purpose: 'test', state: 'settled', outcome: 'success', errorMessage: null },
    ...{
      tokensIn: 10n,
      tokensOut: 4n,
      chargedCost: 1_500n,
      providerCost: 7_777_000_000n,
      latencyMs: 100,
      createdAt: AT,
    },
    ...fields,
  }) as Call;
const OPEN = call({
  id: 'c9',
  state: 'reserved',
  outcome: null,
  tokensIn: 0n,
  tokensOut: 0n,
  latencyMs: null,
} as never);
const FAILED = call({
  id: 'c2',
  state: 'voided',
  outcome: 'error',
  chargedCost: 0n,
  latencyMs: 301,
  errorMessage: 'no',
} as never);
const RECOVERED = call({ id: 'c3', state: 'recovered', outcome: 'aborted', latencyMs: null } as never);

describe('jobCosts', () => {
  it('counts calls by how they ended; those that still run only among all', () => {
    expect(jobCosts(job(), [call(), FAILED, RECOVERED, OPEN])).toEqual({
      ...{ total_calls: 4, successful_calls: 1, failed_calls: 2, total_tokens: 42, total_cost_usd: 0.000003 },
      ...{ avg_latency_ms: 201, credit_applied: true, credits_remaining: 41.5 },
    });
  });

  it('is all zero for a job without calls, and of unlimited credits says nothing', () => {
    expect(jobCosts(job({ creditApplied: false, creditsRemaining: null }), [])).toEqual({
      ...{ total_calls: 0, successful_calls: 0, failed_calls: 0, total_tokens: 0, total_cost_usd: 0 },
      ...{ avg_latency_ms: 0, credit_applied: false, credits_remaining: null },
    });
  });

  it('rounds the sum of the costs, not each of them', () => {
    const calls = Array.from({ length: 1_000 }, () => call({ chargedCost: 400n }));
    expect(jobCosts(job(), calls).total_cost_usd).toBe(0.0004);
  });

  it('keeps a credit balance of 0 apart from none', () => {
    expect(jobCosts(job({ creditsRemaining: 0n }), []).credits_remaining).toBe(0);
  });
});

describe('the views of a job', () => {
  const views = [
    closedJobView(job(), [call(), FAILED]),
    jobView(job({ maxCost: 2_500_000_000n }), ['b', 'a', 'b']),
    jobCostsView(job(), [call(), FAILED, OPEN]),
  ];

  it('are plain JSON: no bigint, and no field that is dropped', () => {
    for (const view of views) expect(Object.keys(JSON.parse(JSON.stringify(view)))).toEqual(Object.keys(view));
  });

  it('never show what the vendor bills', () => {
    expect(JSON.stringify(views)).not.toMatch(/7\.?777|provider/i);
  });

  it('of a closed job list every call with its words', () => {
    expect(closedJobView(job(), [call(), FAILED])).toMatchObject({
      ...{ job_id: 'j1', status: 'completed', completed_at: AT, costs: { total_calls: 2 } },
      calls: [
        { call_id: 'c1', purpose: 'test', model_group: 'chat', tokens: 14, latency_ms: 100, error: null },
        { call_id: 'c2', error: 'no' },
      ],
    });
  });

  it('name each alias once, in order, and the ceiling in dollars', () => {
    expect(jobView(job({ maxCost: 2_500_000_000n }), ['b', 'a', 'b'])).toMatchObject({
      ...{ job_id: 'j1', team_id: 't1', organization_id: 'o1', max_cost_usd: 2.5, model_groups_used: ['a', 'b'] },
    });
    expect(jobView(job(), [])).toMatchObject({ max_cost_usd: null, model_groups_used: [] });
  });

  it('of its costs break down what has ended, as the tenant pays it', () => {
    const { costs } = jobCostsView(job(), [call({ chargedCost: 2_000_000_000n }), OPEN, RECOVERED]) as {
      costs: { total_cost_usd: number; breakdown: Record<string, unknown>[] };
    };
    expect(costs.total_cost_usd).toBe(2.000002);
    expect(costs.breakdown.map((each) => each.call_id)).toEqual(['c1', 'c3']);
    expect(costs.breakdown[0]).toEqual({
      ...{ call_id: 'c1', model: 'chat', purpose: 'test', prompt_tokens: 10, completion_tokens: 4, cost_usd: 2 },
      created_at: AT,
    });
  });
});
