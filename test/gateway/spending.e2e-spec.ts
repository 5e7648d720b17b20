import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { makeLimit } from '../support/limits.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

/** Of the prices in test/support/world: a token out costs 15 millionths of a dollar. */
const OUT_USD = 0.000015;
const MESSAGES = [{ role: 'user', content: 'Hi' }];

let app: TestApp;
let world: World;

const post = (path: string, body: unknown, key = world.key): Promise<Answer> => app.asKey(key, 'POST', path, body);
const single = (body: object = {}, key = world.key): Promise<Answer> =>
  post('/api/jobs/create-and-call', { job_type: 'test', messages: MESSAGES, ...body }, key);
const limits = (key = world.key): Promise<Answer> => app.asKey(key, 'GET', '/v1/limits');
const explain = (body: object = {}): Promise<Answer> => post('/v1/explain', { messages: MESSAGES, ...body });

async function open(body: object = {}): Promise<string> {
  const answer = await post('/api/jobs/create', { job_type: 'test', ...body });
  expect(answer.status).toBe(200);
  return answer.body.job_id as string;
}

beforeAll(async () => {
  app = await startTestApp();
});

beforeEach(async () => {
  world = await makeWorld(app, { maxOutputTokens: 4_000 });
});

afterEach(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
});

afterAll(async () => {
  await app.close();
});

describe('a hard limit', () => {
  it('refuses with 402 what does not fit, and tells which limit it is and when it begins anew', async () => {
    const id = await makeLimit(app, world, { amount: '0.001', period: 'DAY', zone: 'Asia/Kathmandu' });
    const answer = await single({ max_tokens: 300 });
    expect(answer.status).toBe(402);
    expect(answer.body).toMatchObject({
      code: 'spend_limit_exceeded',
      detail: expect.stringContaining(`The daily limit of 0.001 USD on team '${world.teamId}' leaves too little`),
      limit_id: id,
      scope: { type: 'team', id: world.teamId, member_id: null },
      period: 'day',
      unit: 'usd',
      limit: '0.001',
      used: '0',
      held: '0',
      resets_at: expect.stringMatching(/T18:15:00.000Z$/),
    });
    const { rows } = await app.db.query('SELECT count(*)::int AS n FROM jobs WHERE team_id = $1', [world.teamId]);
    expect(rows[0].n).toBe(0);
  });

  it('shortens an answer that would not fit, says so, and lets nothing over it', async () => {
    await makeLimit(app, world, { amount: '0.02', period: 'TOTAL' });
    const answer = await single();
    expect(answer.status).toBe(200);
    const bound = Number(answer.headers['x-tollkeeper-max-output-tokens']);
    expect(bound).toBeGreaterThanOrEqual(256);
    expect(bound * OUT_USD).toBeLessThan(0.02);
    const [limit] = (await limits()).body.limits;
    expect(limit).toMatchObject({ limit: '0.02', held: '0', resets_at: null });
    expect(Number(limit.used)).toBe(answer.body.costs.total_cost_usd);
  });

  it('of a job with a ceiling holds the ceiling from its opening to its close', async () => {
    await makeLimit(app, world, { amount: '1', period: 'TOTAL' });
    const id = await open({ max_cost_usd: 0.75 });
    expect((await limits()).body.limits[0]).toMatchObject({ used: '0', held: '0.75', remaining: '0.25' });
    expect((await post('/api/jobs/create', { job_type: 'test', max_cost_usd: 0.5 })).status).toBe(402);
    const call = await post(`/api/jobs/${id}/llm-call`, { messages: MESSAGES });
    expect(call.status).toBe(200);
    const used = call.body.costs.total_cost_usd as number;
    const during = (await limits()).body.limits[0];
    expect(Number(during.used) + Number(during.held)).toBeCloseTo(0.75, 9);
    expect(Number(during.used)).toBe(used);
    await post(`/api/jobs/${id}/complete`, { status: 'completed' });
    expect((await limits()).body.limits[0]).toMatchObject({ used: String(used), held: '0' });
  });

  it('counts requests, tokens and credits, each in its own unit', async () => {
    await makeLimit(app, world, { unit: 'REQUEST', amount: '2', period: 'DAY' });
    await makeLimit(app, world, { unit: 'TOKEN', amount: '100000', period: 'DAY' });
    await makeLimit(app, world, { unit: 'CREDIT', amount: '5', period: 'DAY' });
    const answers = [await single(), await single(), await single()];
    expect(answers.map((each) => each.status)).toEqual([200, 200, 402]);
    expect(answers[2]!.body).toMatchObject({ unit: 'requests', limit: '2', used: '2', held: '0' });
    const tokens = answers.slice(0, 2).reduce((sum, each) => sum + (each.body.metadata.tokens_used as number), 0);
    const byUnit = new Map((await limits()).body.limits.map((each: { unit: string }) => [each.unit, each]));
    expect(byUnit.get('requests')).toMatchObject({ used: '2', held: '0', remaining: '0' });
    expect(byUnit.get('tokens')).toMatchObject({ used: String(tokens), held: '0' });
    expect(byUnit.get('credits')).toMatchObject({ used: '2', held: '0', remaining: '3' });
  });

  it('gives room again at once when it is raised, granted more, or deleted', async () => {
    const id = await makeLimit(app, world, { unit: 'REQUEST', amount: '0', period: 'DAY' });
    expect((await single()).status).toBe(402);
    await must(app, 'mutation ($id: ID!) { updateLimit(id: $id, input: { amount: "1" }) { id } }', { id });
    expect((await single()).status).toBe(200);
    expect((await single()).status).toBe(402);
    const endsAt = new Date(app.clock.nowMs() + 60_000);
    const input = { limitId: id, amount: '1', endsAt, reason: 'Launch day' };
    await must(app, 'mutation ($input: GrantLimitInput!) { grantLimit(input: $input) { id } }', { input });
    expect((await single()).status).toBe(200);
    expect((await single()).status).toBe(402);
    await must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id });
    expect((await single()).status).toBe(200);
  });
});

describe('limits that do not refuse', () => {
  it('count and alert once at each threshold, and never stand in for one that refuses', async () => {
    await makeLimit(app, world, { unit: 'REQUEST', amount: '2', period: 'DAY', enforcement: 'SOFT' });
    await makeLimit(app, world, { unit: 'REQUEST', amount: '1', period: 'DAY', enforcement: 'OBSERVE' });
    await makeLimit(app, world, { unit: 'REQUEST', amount: '3', period: 'DAY' });
    const answers = [await single(), await single(), await single(), await single()];
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200, 402]);
    const { rows } = await app.db.query(
      `SELECT l.enforcement, array_agg(a.percent ORDER BY a.percent) AS percents FROM limit_alerts a JOIN limits l ON l.id = a.limit_id
       WHERE a.organization_id = $1 GROUP BY 1 ORDER BY 1`,
      [world.organizationId],
    );
    expect(rows).toEqual([
      { enforcement: 'hard', percents: [50, 80, 100] },
      { enforcement: 'observe', percents: [50, 80, 100] },
      { enforcement: 'soft', percents: [50, 80, 100] },
    ]);
  });
});

describe('who pays', () => {
  it('the ceiling of a job shortens and then refuses its calls, whatever the limits allow', async () => {
    const id = await open({ max_cost_usd: 0.01 });
    const first = await post(`/api/jobs/${id}/llm-call`, { messages: MESSAGES });
    expect(first.status).toBe(200);
    expect(Number(first.headers['x-tollkeeper-max-output-tokens'])).toBeGreaterThanOrEqual(256);
    const [tight] = [await open({ max_cost_usd: 0.001 })];
    const refused = await post(`/api/jobs/${tight}/llm-call`, { messages: MESSAGES });
    expect([refused.status, refused.body.code, refused.body.scope]).toEqual([402, 'spend_limit_exceeded', 'job']);
  });

  it('credits by dollars shorten an answer as dollars do', async () => {
    const poor = await makeWorld(app, {
      maxOutputTokens: 4_000,
      credits: '0.2',
      team: { budgetMode: 'CONSUMPTION_USD', creditsPerDollar: '10' },
    });
    const answer = await single({}, poor.key);
    expect(answer.status).toBe(200);
    expect(Number(answer.headers['x-tollkeeper-max-output-tokens'])).toBeLessThan(1_400);
    const credits = await creditsOf(app, poor.teamId);
    expect(credits.held).toBe('0');
    expect(Number(credits.used)).toBeCloseTo(10 * answer.body.costs.total_cost_usd, 6);
  });
});

describe('/v1/limits', () => {
  it('tells the account and the limits of the own key, and nothing of others', async () => {
    const other = await makeWorld(app);
    await makeLimit(app, other, { amount: '7' });
    await makeLimit(app, world, { scopeType: 'KEY', scopeId: world.keyId, amount: '3.5', period: 'WEEK' });
    const { status, body } = await limits();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      organization_id: world.organizationId,
      team_id: world.teamId,
      key_id: world.keyId,
      account: { unit: 'credits', credit_mode: 'hard', balance: '1000', held: '0', available: '1000' },
      limits: [
        { scope: { type: 'key', id: world.keyId, member_id: null }, unit: 'usd', period: 'week', remaining: '3.5' },
      ],
    });
    expect(body.limits).toHaveLength(1);
  });

  it('asks for a key', async () => {
    expect((await app.rest('GET', '/v1/limits', { headers: { 'x-admin-key': '' } })).status).toBe(401);
  });
});

describe('/v1/explain', () => {
  it('tells the largest cost of a call that would be allowed, and changes nothing', async () => {
    await makeLimit(app, world, { amount: '1', period: 'DAY' });
    const before = await app.db.query(
      'SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM calls), (SELECT sum(held) FROM accounts)',
    );
    const { status, body } = await explain({ max_tokens: 1_000 });
    expect([status, body.allowed, body.max_output_tokens, body.shortened]).toEqual([200, true, 1_000, false]);
    expect(body).toMatchObject({ model: world.alias, targets: 1 });
    const most = (body.input_tokens_bound * 3 + 1_000 * 15) / 1_000_000;
    expect(Number(body.max_cost_usd)).toBeCloseTo(most, 9);
    const after = await app.db.query(
      'SELECT (SELECT count(*) FROM jobs), (SELECT count(*) FROM calls), (SELECT sum(held) FROM accounts)',
    );
    expect(after.rows).toEqual(before.rows);
    expect(JSON.stringify(body)).not.toContain('test-model');
  });

  it('tells which limit would refuse it, as the call itself then does', async () => {
    const id = await makeLimit(app, world, { amount: '0.0001', period: 'DAY' });
    const told = await explain();
    const real = await single();
    expect(told.status).toBe(200);
    expect(told.body).toMatchObject({ allowed: false, status: 402, code: 'spend_limit_exceeded', limit_id: id });
    expect(told.body.detail).toBe(real.body.detail);
  });

  it('tells of an unknown model, a shortened answer, a closed job and a job of somebody else', async () => {
    expect((await explain({ model: 'nowhere' })).body).toMatchObject({
      allowed: false,
      status: 404,
      code: 'not_found',
    });
    await makeLimit(app, world, { amount: '0.02', period: 'TOTAL' });
    expect((await explain()).body).toMatchObject({ allowed: true, shortened: true });
    const id = await open();
    await post(`/api/jobs/${id}/cancel`, {});
    expect((await explain({ job_id: id })).body).toMatchObject({ allowed: false, status: 409, code: 'job_closed' });
    const other = await makeWorld(app);
    const foreign = await app.asKey(other.key, 'POST', '/v1/explain', { messages: MESSAGES, job_id: id });
    expect(foreign.status).toBe(404);
  });

  it('counts the ceiling of the job that the call would open', async () => {
    await makeLimit(app, world, { amount: '0.5', period: 'TOTAL' });
    expect((await explain({ max_cost_usd: 0.4 })).body).toMatchObject({ allowed: true });
    const refused = await explain({ max_cost_usd: '0.6' });
    expect(refused.body).toMatchObject({ allowed: false, code: 'spend_limit_exceeded', required: '0.6' });
  });

  it.each(['team_id', 'job_type', 'max_cost_usd', 'job_metadata'])('refuses %s beside job_id', async (field) => {
    const value = { max_cost_usd: 1, job_metadata: {} }[field] ?? 'x';
    const { status, body } = await explain({ job_id: await open(), [field]: value });
    expect([status, body.code, body.field]).toEqual([422, 'invalid_request', field]);
  });

  it('refuses another team, as the call would', async () => {
    expect((await explain({ team_id: 'somebody-else' })).status).toBe(403);
  });

  it.each([
    ['no messages', {}],
    ['a wrong type', { messages: 'Hi' }],
    ['a bad bound', { messages: MESSAGES, max_tokens: -1 }],
  ])('refuses %s', async (_, body) => {
    expect((await post('/v1/explain', body)).status).toBe(422);
  });
});
