import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { costUsd, ledgerProblems, makeWorld, type World } from '../support/world.js';

const MESSAGES = [{ role: 'user', content: 'Analyze this document...' }];
/** What tenants pay: twice what the vendor bills. */
const MARKUP = 2;

type Body = Awaited<ReturnType<TestApp['rest']>>['body'];

let app: TestApp;
let world: World;
let other: World;

const call = (method: string, path: string, body?: unknown): ReturnType<TestApp['rest']> =>
  app.rest(method, `/api${path}`, { body });
const asTeam = (method: string, path: string, body?: unknown): ReturnType<TestApp['rest']> =>
  app.asKey(world.key, method, `/api${path}`, body);

async function runJob(job_type: string, purpose = 'analysis'): Promise<Body> {
  const job = { job_type, messages: MESSAGES, purpose };
  const { status, body } = await asTeam('POST', '/jobs/create-and-call', job);
  expect(status).toBe(200);
  return body;
}

/** Sums of what the jobs of the first team used, as the owner of the tables sees them. */
async function sums(): Promise<{ tokensIn: number; tokensOut: number }> {
  const { rows } = await app.db.query(
    'SELECT sum(tokens_in)::int AS "tokensIn", sum(tokens_out)::int AS "tokensOut" FROM calls WHERE team_id = $1',
    [world.teamId],
  );
  return rows[0];
}

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app, { credits: '100' });
  other = await makeWorld(app);
  const prices = { pricing_input: 6, pricing_output: 30 };
  expect((await call('PUT', `/models/${world.alias}`, prices)).body).toMatchObject(prices);
  await runJob('document_analysis');
  await runJob('document_analysis');
  await runJob('chat_session');
  const failed = await asTeam('POST', '/jobs/create', { job_type: 'chat_session' });
  await asTeam('POST', `/jobs/${failed.body.job_id}/complete`, { status: 'failed', error_message: 'no' });
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

describe('reports', () => {
  const close = (value: number): unknown => expect.closeTo(value, 6);

  it('reports usage of an organization in the shape of seed 003', async () => {
    const { tokensIn, tokensOut } = await sums();
    const cost = costUsd(tokensIn, tokensOut) * MARKUP;
    const month = app.clock.now().toISOString().slice(0, 7);
    for (const period of [month, 'all']) {
      const { body } = await call('GET', `/organizations/${world.organizationId}/usage?period=${period}`);
      expect(body).toEqual({
        organization_id: world.organizationId,
        period,
        summary: {
          total_jobs: 4,
          successful_jobs: 3,
          failed_jobs: 1,
          total_cost_usd: close(cost),
          total_tokens: tokensIn + tokensOut,
          credits_used: 3,
        },
        by_team: { [world.teamId]: { jobs: 4, cost_usd: close(cost) } },
        by_job_type: {
          document_analysis: { count: 2, cost_usd: close((cost * 2) / 3) },
          chat_session: { count: 2, cost_usd: close(cost / 3) },
        },
      });
    }
    const empty = await call('GET', `/organizations/${world.organizationId}/usage?period=2024-10`);
    expect(empty.body.summary.total_jobs).toBe(0);
    expect((await call('GET', '/organizations/nowhere/usage?period=all')).status).toBe(404);
  });

  it('shows cost, charge and margin day by day', async () => {
    const { tokensIn, tokensOut } = await sums();
    const actual = costUsd(tokensIn, tokensOut);
    const { body } = await call('GET', `/organizations/${world.organizationId}/costs`);
    expect(body).toMatchObject({
      actual_cost_usd: close(actual),
      charged_cost_usd: close(actual * MARKUP),
      credits_charged: 3,
      margin_usd: close(actual),
      margin_percent: 50,
      daily: [{ date: app.clock.now().toISOString().slice(0, 10), jobs: 4, actual_cost_usd: close(actual) }],
    });
  });

  it('gives statistics and analytics of an organization', async () => {
    const { tokensIn, tokensOut } = await sums();
    const spend = close(costUsd(tokensIn, tokensOut) * MARKUP);
    const tokens = tokensIn + tokensOut;
    const stats = await call('GET', `/jobs/organizations/${world.organizationId}/stats`);
    expect(stats.body).toEqual({
      organization_id: world.organizationId,
      organization_name: 'Test',
      total_jobs: 4,
      completed_jobs: 3,
      failed_jobs: 1,
      in_progress_jobs: 0,
      total_teams: 1,
      total_llm_calls: 3,
      successful_calls: 3,
      failed_calls: 0,
      total_tokens: tokens,
      total_cost_usd: spend,
      total_credits_used: 3,
      top_teams: [{ team_id: world.teamId, job_count: 4, credits_used: 3 }],
    });
    const analytics = await call('GET', `/jobs/organizations/${world.organizationId}/analytics?start_date=2020-01-01`);
    const traffic = { spend, successful: 3, failed: 0, tokens };
    expect(analytics.body).toEqual({
      organization_id: world.organizationId,
      organization_name: 'Test',
      total_spend: spend,
      total_requests: 3,
      successful_requests: 3,
      failed_requests: 0,
      total_tokens: tokens,
      daily_spend: [{ date: app.clock.now().toISOString().slice(0, 10), spend }],
      spend_per_team: [{ team_id: world.teamId, ...traffic }],
      top_models: [{ model: world.alias, spend, count: 3 }],
      provider_usage: [{ provider: 'simulator', ...traffic }],
    });
    const before = await call('GET', `/jobs/organizations/${world.organizationId}/stats?end_date=2020-01-01`);
    expect(before.body).toMatchObject({ total_jobs: 0, total_llm_calls: 0, total_cost_usd: 0, top_teams: [] });
  });

  it('pages jobs of a team by number', async () => {
    const path = `/jobs/teams/${world.teamId}`;
    const first = await call('GET', `${path}?page_size=3`);
    expect(first.body).toMatchObject({ total: 4, page: 1, page_size: 3, total_pages: 2 });
    expect(first.body.jobs).toHaveLength(3);
    const second = await call('GET', `${path}?page_size=3&page=2`);
    expect(second.body.jobs).toHaveLength(1);
    expect(second.body.jobs[0]).toEqual({
      job_id: expect.any(String),
      team_id: world.teamId,
      user_id: null,
      job_type: 'document_analysis',
      status: 'completed',
      created_at: expect.stringMatching(/Z$/),
      completed_at: expect.stringMatching(/Z$/),
      total_calls: 1,
      successful_calls: 1,
      failed_calls: 0,
      retry_count: 0,
      total_tokens: expect.any(Number),
      total_cost_usd: expect.any(Number),
      avg_latency_ms: expect.any(Number),
      credit_applied: true,
      job_metadata: {},
    });
    expect((await call('GET', `${path}?status=FAILED`)).body.total).toBe(1);
    expect((await call('GET', `${path}?job_type=chat_session&start_date=2020-01-01`)).body.total).toBe(2);
    expect((await call('GET', `${path}?status=gone`)).status).toBe(422);
    expect((await call('GET', `${path}?page=0`)).body.field).toBe('page');
    expect((await call('GET', `${path}?start_date=x`)).body.field).toBe('start_date');
    expect((await call('GET', '/jobs/teams/nowhere')).status).toBe(404);
  });

  it('shows one job with its calls, and neither prompt nor answer', async () => {
    const { body } = await call('GET', `/jobs/teams/${world.teamId}?job_type=document_analysis`);
    const { job_id } = body.jobs[0];
    const shown = (await call('GET', `/jobs/teams/${world.teamId}/${job_id}`)).body;
    expect(shown.job).toEqual(body.jobs[0]);
    expect(shown.calls).toHaveLength(1);
    const { prompt_tokens, completion_tokens } = shown.calls[0];
    expect(shown.calls[0]).toMatchObject({
      model_used: 'test-model',
      model_group_used: world.alias,
      purpose: 'analysis',
      total_tokens: prompt_tokens + completion_tokens,
      cost_usd: close(costUsd(prompt_tokens, completion_tokens) * MARKUP),
      provider_cost_usd: close(costUsd(prompt_tokens, completion_tokens)),
      error: null,
      request_data: null,
      response_data: null,
    });
    for (const path of [`${other.teamId}/${job_id}`, `${world.teamId}/not-a-uuid`, `${world.teamId}/${other.keyId}`])
      expect((await call('GET', `/jobs/teams/${path}`)).status).toBe(404);
  });

  it('sums up the platform', async () => {
    expect((await call('GET', '/stats/dashboard')).body).toEqual({
      organizations: 2,
      teams: 2,
      modelGroups: 2,
      totalCredits: 1100,
      creditsRemaining: 1097,
      creditsUsed: 3,
    });
    const { body } = await call('GET', `/credits/utilization?organization_id=${world.organizationId}`);
    const figures = { credits_allocated: 100, credits_used: 3, credits_remaining: 97, utilization_percent: 3 };
    expect(body).toMatchObject({ summary: figures, teams: [{ team_id: world.teamId, ...figures }], total: 1 });
  });
});

describe('a virtual key', () => {
  it('reads what its own team used', async () => {
    const { status, body } = await asTeam('GET', `/teams/${world.teamId}/usage?period=all`);
    expect(status).toBe(200);
    const { total_cost_usd } = body.summary;
    expect(body).toMatchObject({
      team_id: world.teamId,
      period: 'all',
      summary: { total_jobs: 4, successful_jobs: 3, failed_jobs: 1, credits_used: 3 },
      job_types: { document_analysis: { count: 2 }, chat_session: { count: 2 } },
    });
    expect(body.summary.avg_cost_per_job).toBeCloseTo(total_cost_usd / 4, 5);
  });

  it('lists its own jobs, and never sees what the vendor bills', async () => {
    const { body } = await asTeam('GET', `/teams/${world.teamId}/jobs?status=COMPLETED&limit=2&offset=1`);
    expect(body).toMatchObject({ team_id: world.teamId, total: 3 });
    expect(body.jobs).toHaveLength(2);
    expect(body.jobs[0]).toMatchObject({
      team_id: world.teamId,
      status: 'completed',
      model_groups_used: [world.alias],
    });
    const text = JSON.stringify(body);
    for (const word of ['provider', 'test-model', 'margin']) expect(text).not.toContain(word);
  });

  it('reads its credits', async () => {
    const balance = await asTeam('GET', `/credits/teams/${world.teamId}/balance`);
    expect(balance.body).toMatchObject({ credits_allocated: 100, credits_used: 3, credits_remaining: 97 });
    expect(balance.body).toMatchObject({ credits_held: 0, credits_available: 97, budget_mode: 'job_based' });
    const transactions = await asTeam('GET', `/credits/teams/${world.teamId}/transactions?limit=1`);
    expect(transactions.body).toMatchObject({ team_id: world.teamId, total: 4, next_cursor: expect.any(String) });
    expect(transactions.body.transactions).toEqual([
      {
        transaction_id: expect.any(String),
        team_id: world.teamId,
        organization_id: world.organizationId,
        job_id: expect.any(String),
        transaction_type: 'deduction',
        credits_amount: 1,
        credits_before: 98,
        credits_after: 97,
        reason: 'Job chat_session completed (job_based mode)',
        created_at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('checks its credits', async () => {
    const path = `/credits/teams/${world.teamId}/check`;
    const enough = { team_id: world.teamId, has_credits: true, credits_remaining: 97, credits_needed: 1 };
    expect((await asTeam('POST', path)).body).toEqual(enough);
    const short = await asTeam('POST', `${path}?credits_needed=97.5`);
    expect(short.status).toBe(200);
    expect(short.body).toMatchObject({
      has_credits: false,
      credits_needed: 97.5,
      error: 'Insufficient credits. Team has 97 credits remaining, but 97.5 required. Allocated: 100, Used: 3',
    });
    expect((await asTeam('POST', `${path}?credits_needed=x`)).body.field).toBe('credits_needed');
  });

  it.each([
    ['GET', 'teams/%/usage', 'usage data'],
    ['GET', 'teams/%/jobs', 'jobs'],
    ['GET', 'credits/teams/%/balance', 'credit balance'],
    ['GET', 'credits/teams/%/transactions', 'credit transactions'],
    ['POST', 'credits/teams/%/check', 'credits'],
  ])('is refused at %s %s of another team and of none alike', async (method, path, what) => {
    for (const id of [other.teamId, 'nowhere']) {
      const { status, body } = await asTeam(method, `/${path.replace('%', id)}`);
      expect({ status, code: body.code, detail: body.detail }).toEqual({
        status: 403,
        code: 'forbidden',
        detail: `Cannot access ${what} for a different team`,
      });
    }
  });

  it('may do nothing of the administration', async () => {
    for (const [method, path] of [
      ['GET', '/organizations'],
      ['GET', `/teams/${world.teamId}`],
      ['GET', `/jobs/teams/${world.teamId}`],
      ['POST', `/credits/teams/${world.teamId}/add`],
      ['GET', `/credits/teams/${world.teamId}/conversion-rates`],
      ['GET', `/organizations/${world.organizationId}/costs`],
    ] as const)
      expect((await asTeam(method, path, method === 'POST' ? { credits: 1 } : undefined)).status).toBe(403);
    const { body } = await app.gql(
      '{ organizations { total } }',
      {},
      {
        'x-admin-key': '',
        authorization: `Bearer ${world.key}`,
      },
    );
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
  });

  it('is refused without a good key, and while its team is suspended', async () => {
    const path = `/teams/${world.teamId}/usage`;
    expect((await app.asKey('sk-nothing', 'GET', `/api${path}`)).status).toBe(401);
    const basic = { 'x-admin-key': '', authorization: 'Basic x' };
    expect((await app.rest('GET', `/api${path}`, { headers: basic })).status).toBe(401);
    await call('POST', `/teams/${other.teamId}/suspend`);
    const read = await app.asKey(other.key, 'GET', `/api/credits/teams/${other.teamId}/balance`);
    app.clock.advance(6_000);
    const later = await app.asKey(other.key, 'GET', `/api/credits/teams/${other.teamId}/balance`);
    expect([read.status, later.status]).toContain(403);
    expect(later.body).toMatchObject({
      code: 'suspended',
      detail: 'Team access is suspended. Please contact support.',
    });
    expect((await call('GET', `/credits/teams/${other.teamId}/balance`)).status).toBe(200);
  });
});

describe('credits', () => {
  const credits = (path: string): string => `/credits/teams/${world.teamId}/${path}`;

  it('adds, removes and replenishes', async () => {
    const added = await call('POST', credits('add'), { credits: 0.5 });
    expect(added.body).toMatchObject({ team_id: world.teamId, credits_added: 0.5, credits_remaining: 97.5 });
    expect(added.body.transaction).toMatchObject({
      transaction_type: 'allocation',
      credits_amount: 0.5,
      credits_before: 97,
      credits_after: 97.5,
      reason: 'Manual credit allocation',
      job_id: null,
    });
    const removed = await call('POST', credits('remove'), { credits: 0.5, reason: 'Mistake' });
    expect(removed.body).toMatchObject({ credits_removed: 0.5, credits_remaining: 97 });
    expect(removed.body.transaction).toMatchObject({ transaction_type: 'adjustment', reason: 'Mistake' });
    const payment = { credits: 3, payment_type: 'subscription', payment_amount_usd: 29.99 };
    const replenished = await call('POST', credits('replenish'), payment);
    expect(replenished.body).toMatchObject({ credits_added: 3, credits_before: 97, credits_after: 100 });
    expect(replenished.body).toMatchObject({ payment_type: 'subscription', payment_amount_usd: 29.99 });
    expect(replenished.body.transaction).toMatchObject({
      transaction_type: 'subscription_payment',
      reason: 'Subscription payment (paid 29.99 USD)',
    });
  });

  it.each([0, -5, 1e-7, 1e300, 'x', null, true, [], 9_999_999_999])('refuses to add %j', async (amount) => {
    const { status, body } = await call('POST', credits('add'), { credits: amount });
    expect({ status, field: body.field }).toEqual({ status: 422, field: 'credits' });
  });

  it('refuses what cannot be', async () => {
    const much = await call('POST', credits('remove'), { credits: 1000 });
    expect({ status: much.status, code: much.body.code }).toEqual({ status: 402, code: 'insufficient_credits' });
    expect((await call('POST', '/credits/teams/nowhere/add', { credits: 1 })).body.detail).toBe(
      "Team 'nowhere' not found",
    );
    expect((await call('GET', '/credits/teams/nowhere/balance')).status).toBe(404);
    const free = await call('POST', credits('replenish'), { credits: 1, payment_type: 'gift' });
    expect(free.body.detail).toBe('payment_type: must be one of: subscription, one_time');
  });

  it('changes budget mode and conversion rates', async () => {
    const rates = { tokens_per_credit: 10000, credits_per_dollar: 10 };
    const using_defaults = { tokens_per_credit: true, credits_per_dollar: true };
    expect((await call('GET', credits('conversion-rates'))).body).toEqual({
      team_id: world.teamId,
      budget_mode: 'job_based',
      ...rates,
      using_defaults,
    });
    const changed = await call('PATCH', credits('conversion-rates'), { tokens_per_credit: 500 });
    expect(changed.body).toMatchObject({ tokens_per_credit: 500, credits_per_dollar: 10, message: expect.any(String) });
    expect((await call('GET', credits('conversion-rates'))).body.using_defaults.tokens_per_credit).toBe(false);
    const mode = { budget_mode: 'consumption_usd', credits_per_dollar: 12.5 };
    expect((await call('PATCH', credits('budget-mode'), mode)).body).toMatchObject({
      ...mode,
      message: 'Budget mode updated successfully',
    });
    for (const [path, body, field] of [
      ['conversion-rates', { tokens_per_credit: 0 }, 'tokens_per_credit'],
      ['conversion-rates', { tokens_per_credit: 1.5 }, 'tokens_per_credit'],
      ['conversion-rates', { credits_per_dollar: 0 }, 'credits_per_dollar'],
      ['budget-mode', { budget_mode: 'free' }, 'budget_mode'],
      ['budget-mode', {}, 'budget_mode'],
    ] as const)
      expect((await call('PATCH', credits(path), body)).body).toMatchObject({ code: 'invalid_request', field });
  });
});
