import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { costUsd, creditsOf, ledgerProblems, makeWorld, type World } from '../support/world.js';

const MESSAGES = [{ role: 'user', content: 'Analyze this document...' }];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let app: TestApp;
let world: World;
let other: World;

const post = (path: string, body: unknown, key = world.key): ReturnType<TestApp['asKey']> =>
  app.asKey(key, 'POST', `/api/jobs/${path}`, body);

async function open(body: object = {}, key = world.key): Promise<string> {
  const answer = await post('create', { job_type: 'document_analysis', ...body }, key);
  expect(answer.status).toBe(200);
  return answer.body.job_id as string;
}

beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app);
  other = await makeWorld(app);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

describe('the three steps', () => {
  it('costs tokens x prices exactly and one credit', async () => {
    const before = await creditsOf(app, world.teamId);
    const created = await post('create', {
      team_id: world.teamId,
      job_type: 'document_analysis',
      metadata: { document_id: 'doc_123' },
    });
    expect(created.status).toBe(200);
    expect(created.body).toEqual({
      job_id: expect.stringMatching(UUID),
      status: 'pending',
      created_at: expect.stringMatching(/Z$/),
    });
    const id = created.body.job_id;
    const called = await post(`${id}/llm-call`, { messages: MESSAGES });
    expect(called.status).toBe(200);
    expect(called.body.response.content).toEqual(expect.any(String));
    expect(called.body.metadata.model).toBe(world.alias);

    const closed = await post(`${id}/complete`, { status: 'completed' });
    expect(closed.status).toBe(200);
    const { rows } = await app.db.query('SELECT tokens_in, tokens_out FROM calls WHERE job_id = $1', [id]);
    const cost = costUsd(Number(rows[0].tokens_in), Number(rows[0].tokens_out));
    expect(cost).toBeGreaterThan(0);
    expect(called.body.costs.total_cost_usd).toBe(cost);
    expect(closed.body).toMatchObject({
      job_id: id,
      status: 'completed',
      costs: {
        total_calls: 1,
        successful_calls: 1,
        failed_calls: 0,
        total_tokens: called.body.metadata.tokens_used,
        total_cost_usd: cost,
        credit_applied: true,
        credits_remaining: Number(before.remaining) - 1,
      },
      calls: [{ call_id: called.body.call_id, purpose: null, model_group: world.alias, error: null }],
    });
    const after = await creditsOf(app, world.teamId);
    expect(Number(before.remaining) - Number(after.remaining)).toBe(1);
  });

  it('holds the credit from create on, and shows the job to its team', async () => {
    const before = await creditsOf(app, world.teamId);
    const id = await open({ user_id: 'u-1' });
    expect(Number((await creditsOf(app, world.teamId)).held)).toBe(Number(before.held) + 1);
    const job = await app.asKey(world.key, 'GET', `/api/jobs/${id}`);
    expect(job.body).toMatchObject({
      job_id: id,
      team_id: world.teamId,
      user_id: 'u-1',
      status: 'pending',
      metadata: {},
    });
    await post(`${id}/cancel`, { reason: 'not needed' });
    expect((await creditsOf(app, world.teamId)).held).toBe(before.held);
  });

  it('merges metadata from job, call, patch and completion', async () => {
    const id = await open({ metadata: { a: 1 } });
    await post(`${id}/llm-call`, { messages: MESSAGES, call_metadata: { b: 2 }, purpose: 'summary' });
    await app.asKey(world.key, 'PATCH', `/api/jobs/${id}/metadata`, { metadata: { c: 3 } });
    const closed = await post(`${id}/complete`, { status: 'completed', metadata: { d: 4 } });
    expect(closed.body.calls[0].purpose).toBe('summary');
    const job = await app.asKey(world.key, 'GET', `/api/jobs/${id}`);
    expect(job.body.metadata).toEqual({ a: 1, b: 2, c: 3, d: 4 });
    expect(job.body.model_groups_used).toEqual([world.alias]);
    const costs = await app.asKey(world.key, 'GET', `/api/jobs/${id}/costs`);
    expect(costs.body.costs.breakdown).toHaveLength(1);
    expect(JSON.stringify(costs.body)).not.toContain('provider');
  });
});

describe('closing', () => {
  it('charges once when completed three times in parallel, and answers alike', async () => {
    const before = await creditsOf(app, world.teamId);
    const id = await open();
    await post(`${id}/llm-call`, { messages: MESSAGES });
    const answers = await Promise.all([1, 2, 3].map(() => post(`${id}/complete`, { status: 'completed' })));
    expect(answers.map((each) => each.status)).toEqual([200, 200, 200]);
    for (const answer of answers) expect(answer.body).toEqual(answers[0]!.body);
    const after = await creditsOf(app, world.teamId);
    expect(Number(before.remaining) - Number(after.remaining)).toBe(1);
  });

  it.each([
    ['failed', `complete`, { status: 'failed', error_message: 'broken' }, 'failed'],
    ['cancelled', `cancel`, {}, 'cancelled'],
  ])('charges nothing when %s', async (_name, verb, body, status) => {
    const before = await creditsOf(app, world.teamId);
    const id = await open();
    await post(`${id}/llm-call`, { messages: MESSAGES });
    const closed = await post(`${id}/${verb}`, body);
    expect(closed.body).toMatchObject({ status, costs: { credit_applied: false } });
    expect(await creditsOf(app, world.teamId)).toEqual(before);
  });

  it('charges nothing without a successful call', async () => {
    const before = await creditsOf(app, world.teamId);
    const empty = await open();
    const failing = await open();
    const failed = await post(`${failing}/llm-call`, {
      messages: [{ role: 'user', content: '[simulate status=503]' }],
    });
    expect(failed.status).toBe(502);
    for (const id of [empty, failing]) {
      const closed = await post(`${id}/complete`, { status: 'completed' });
      expect(closed.body.costs.credit_applied).toBe(false);
    }
    expect(await creditsOf(app, world.teamId)).toEqual(before);
  });

  it('takes no calls afterwards', async () => {
    const id = await open();
    await post(`${id}/complete`, { status: 'failed' });
    const late = await post(`${id}/llm-call`, { messages: MESSAGES });
    expect([late.status, late.body.code]).toEqual([409, 'job_closed']);
    const second = await post(`${id}/complete`, { status: 'completed' });
    expect(second.body.status).toBe('failed');
  });

  it('closes forgotten jobs by itself: charged with a successful call, else not', async () => {
    const mine = await makeWorld(app);
    const used = await open({}, mine.key);
    await post(`${used}/llm-call`, { messages: MESSAGES }, mine.key);
    await open({}, mine.key);
    app.clock.advance(25 * 60 * 60 * 1000);
    const { JobsService } = await import('../../src/modules/gateway/jobs/jobs.service.js');
    await app.app.get(JobsService).expire();
    expect(await creditsOf(app, mine.teamId)).toMatchObject({ remaining: '999', held: '0', used: '1' });
    const job = await app.asKey(mine.key, 'GET', `/api/jobs/${used}`);
    expect(job.body).toMatchObject({ status: 'expired', credit_applied: true });
  });
});

describe('the single call', () => {
  it('opens, calls and closes', async () => {
    const before = await creditsOf(app, world.teamId);
    const body = {
      team_id: world.teamId,
      job_type: 'chat',
      model: world.alias,
      messages: MESSAGES,
      job_metadata: { x: 1 },
    };
    const answer = await post('create-and-call', body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'completed',
      response: { content: expect.any(String), finish_reason: 'stop' },
      costs: { total_calls: 1, credit_applied: true, credits_remaining: Number(before.remaining) - 1 },
    });
    expect(answer.body.costs.total_cost_usd).toBeGreaterThan(0);
  });

  it('fails the job and charges nothing when the model fails', async () => {
    const before = await creditsOf(app, world.teamId);
    const messages = [{ role: 'user', content: '[simulate status=500]' }];
    const answer = await post('create-and-call', { job_type: 'chat', messages });
    expect([answer.status, answer.body.code]).toEqual([502, 'provider_error']);
    expect(await creditsOf(app, world.teamId)).toEqual(before);
  });
});

describe('refusals', () => {
  it('answers 402 before the vendor is asked when there are no credits', async () => {
    const poor = await makeWorld(app, { credits: '1' });
    await open({}, poor.key);
    const answer = await post('create', { job_type: 'x' }, poor.key);
    expect([answer.status, answer.body.code]).toEqual([402, 'insufficient_credits']);
    expect(answer.body).toMatchObject({ credits_remaining: 1, credits_held: 1, credits_required: 1 });
    const { rows } = await app.db.query('SELECT count(*)::int AS n FROM calls WHERE team_id = $1', [poor.teamId]);
    expect(rows[0].n).toBe(0);
  });

  it('answers 403 on the very next call of a suspended team, and serves again when resumed', async () => {
    const team = await makeWorld(app);
    const id = await open({}, team.key);
    await app.gql('mutation ($id: ID!) { suspendTeam(id: $id) { status } }', { id: team.teamId });
    const refused = await post(`${id}/llm-call`, { messages: MESSAGES }, team.key);
    expect([refused.status, refused.body.code]).toEqual([403, 'suspended']);
    await app.gql('mutation ($id: ID!) { resumeTeam(id: $id) { status } }', { id: team.teamId });
    expect((await post(`${id}/llm-call`, { messages: MESSAGES }, team.key)).status).toBe(200);
  });

  it('serves a team at once again whose key was first seen while it was suspended', async () => {
    const team = await makeWorld(app);
    await app.gql('mutation ($id: ID!) { suspendTeam(id: $id) { status } }', { id: team.teamId });
    expect((await post('create', { job_type: 'x' }, team.key)).status).toBe(403);
    await app.gql('mutation ($id: ID!) { resumeTeam(id: $id) { status } }', { id: team.teamId });
    expect((await post('create', { job_type: 'x' }, team.key)).status).toBe(200);
  });

  it('answers 403 for a suspended organization and 401 for a revoked key, on the very next call', async () => {
    const team = await makeWorld(app);
    await open({}, team.key);
    await app.gql('mutation ($id: ID!) { suspendOrganization(id: $id) { status } }', { id: team.organizationId });
    expect((await post('create', { job_type: 'x' }, team.key)).status).toBe(403);
    await app.gql('mutation ($id: ID!) { resumeOrganization(id: $id) { status } }', { id: team.organizationId });
    await app.gql('mutation ($id: ID!) { revokeKey(id: $id) { status } }', { id: team.keyId });
    const refused = await post('create', { job_type: 'x' }, team.key);
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_api_key']);
  });

  it('answers 404 for the job of another team as for one that does not exist', async () => {
    const id = await open({}, other.key);
    const foreign = await post(`${id}/llm-call`, { messages: MESSAGES });
    const unknown = await post('00000000-0000-7000-8000-000000000000/llm-call', { messages: MESSAGES });
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(foreign.body.detail.replace(id, 'X')).toBe(
      unknown.body.detail.replace('00000000-0000-7000-8000-000000000000', 'X'),
    );
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/costs'],
      ['POST', '/complete'],
      ['POST', '/cancel'],
      ['PATCH', '/metadata'],
    ] as const) {
      const body = { '/complete': { status: 'completed' }, '/metadata': { metadata: {} }, '/cancel': {} }[
        path as '/cancel'
      ];
      expect((await app.asKey(world.key, method, `/api/jobs/${id}${path}`, body)).status).toBe(404);
    }
  });

  it.each([
    ['not-a-uuid/llm-call', { messages: MESSAGES }, 404, undefined],
    ['create', {}, 422, 'job_type'],
    ['create', { job_type: 5 }, 422, 'job_type'],
    ['create', { job_type: 'x', surprise: 1 }, 422, 'surprise'],
    ['create', { job_type: 'x', metadata: 'text' }, 422, 'metadata'],
    ['create', { job_type: 'x', metadata: { big: 'x'.repeat(11_000) } }, 422, 'metadata'],
    ['create', { job_type: 'x', max_cost_usd: -1 }, 422, 'max_cost_usd'],
    ['create', '{"job_type":', 400, undefined],
    ['create', '[]', 422, 'body'],
    ['create', { job_type: 'x', team_id: 'somebody-else' }, 403, 'team_id'],
    ['create-and-call', { job_type: 'x' }, 422, 'messages'],
    ['create-and-call', { job_type: 'x', messages: [] }, 422, 'messages'],
    ['create-and-call', { job_type: 'x', messages: ['text'] }, 422, 'messages.0'],
    ['create-and-call', { job_type: 'x', messages: MESSAGES, stream: true }, 422, 'stream'],
    ['create-and-call', { job_type: 'x', messages: MESSAGES, max_tokens: 0 }, 422, 'max_tokens'],
    ['create-and-call', { job_type: 'x', messages: MESSAGES, model: 'no-such-alias' }, 404, undefined],
  ])('refuses a bad body of %s (case %#)', async (path, body, status, field) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      detail: expect.any(String),
      code: expect.any(String),
      request_id: expect.any(String),
    });
    expect(answer.body.field).toBe(field);
  });

  it('leaves no job open after a refused single call', async () => {
    const { rows } = await app.db.query(
      "SELECT count(*)::int AS n FROM jobs WHERE implicit AND status IN ('pending', 'in_progress')",
    );
    expect(rows[0].n).toBe(0);
  });

  it('answers 403 for an alias that exists but is not granted', async () => {
    const answer = await post('create-and-call', { job_type: 'x', model: other.alias, messages: MESSAGES });
    expect([answer.status, answer.body.code]).toEqual([403, 'model_not_allowed']);
  });

  it.each([[undefined], ['Basic abc'], ['Bearer sk-unknown'], ['Bearer']])(
    'answers 401 to %p',
    async (authorization) => {
      const headers = { 'x-admin-key': '', ...(authorization && { authorization }) };
      const answer = await app.rest('POST', '/api/jobs/create', { body: { nonsense: 1 }, headers });
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_api_key']);
    },
  );

  it('refuses a body that is too large or not JSON', async () => {
    const large = await post('create', { job_type: 'x', metadata: { big: 'x'.repeat(11_000_000) } });
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large']);
    const headers = { authorization: `Bearer ${world.key}`, 'content-type': 'text/xml' };
    const xml = await app.rest('POST', '/api/jobs/create', { body: '<a/>', headers });
    expect([xml.status, xml.body.code]).toEqual([415, 'unsupported_media_type']);
  });
});

describe('budget modes and ceilings', () => {
  it('draws charged cost x credits per dollar under consumption_usd, rounded once a job', async () => {
    const team = { budgetMode: 'CONSUMPTION_USD', creditsPerDollar: '7' };
    const mine = await makeWorld(app, { credits: '10', team });
    const id = await open({}, mine.key);
    for (let call = 0; call < 3; call++) await post(`${id}/llm-call`, { messages: MESSAGES }, mine.key);
    const held = await creditsOf(app, mine.teamId);
    expect(Number(held.held)).toBeGreaterThan(0);
    const closed = await post(`${id}/complete`, { status: 'completed' }, mine.key);
    const { rows } = await app.db.query('SELECT sum(charged_cost) AS nano FROM calls WHERE job_id = $1', [id]);
    const micro = (BigInt(rows[0].nano) * 7n * 2n + 1_000n) / 2_000n;
    const credits = await creditsOf(app, mine.teamId);
    expect(credits.held).toBe('0');
    expect(BigInt(Math.round(Number(credits.used) * 1e6))).toBe(micro);
    expect(closed.body.costs.credit_applied).toBe(true);
  });

  it('keeps a job at the rates it was opened with', async () => {
    const mine = await makeWorld(app, {
      credits: '10',
      team: { budgetMode: 'CONSUMPTION_USD', creditsPerDollar: '10' },
    });
    const id = await open({}, mine.key);
    await post(`${id}/llm-call`, { messages: MESSAGES }, mine.key);
    const dearer = 'mutation ($id: ID!) { updateTeam(id: $id, input: { creditsPerDollar: "1000000" }) { id } }';
    expect((await app.gql(dearer, { id: mine.teamId })).body.errors).toBeUndefined();
    await post(`${id}/complete`, { status: 'completed' }, mine.key);
    const credits = await creditsOf(app, mine.teamId);
    expect(Number(credits.used)).toBeLessThan(0.1);
    expect(credits.held).toBe('0');
  });

  it('draws tokens / tokens per credit under consumption_tokens, and nothing for a failed job', async () => {
    const team = { budgetMode: 'CONSUMPTION_TOKENS', tokensPerCredit: '100' };
    const mine = await makeWorld(app, { credits: '100', team });
    const body = { job_type: 'x', messages: MESSAGES };
    const answer = await post('create-and-call', body, mine.key);
    expect(Number((await creditsOf(app, mine.teamId)).used)).toBe(answer.body.metadata.tokens_used / 100);
    const id = await open({}, mine.key);
    await post(`${id}/llm-call`, { messages: MESSAGES }, mine.key);
    await post(`${id}/complete`, { status: 'failed' }, mine.key);
    expect(Number((await creditsOf(app, mine.teamId)).used)).toBe(answer.body.metadata.tokens_used / 100);
  });

  it('refuses a call whose upper bound is more than the credits left, before the vendor is asked', async () => {
    const mine = await makeWorld(app, { credits: '0.001', team: { budgetMode: 'CONSUMPTION_USD' } });
    const answer = await post('create-and-call', { job_type: 'x', messages: MESSAGES }, mine.key);
    expect([answer.status, answer.body.code]).toEqual([402, 'insufficient_credits']);
  });

  it("keeps a job's calls below its ceiling", async () => {
    const id = await open({ max_cost_usd: 0.0001 });
    const answer = await post(`${id}/llm-call`, { messages: MESSAGES, max_tokens: 100 });
    expect([answer.status, answer.body.code]).toEqual([402, 'spend_limit_exceeded']);
    expect((await post(`${id}/llm-call`, { messages: [{ role: 'user', content: 'x' }], max_tokens: 1 })).status).toBe(
      402,
    );
    const roomy = await open({ max_cost_usd: '0.05' });
    expect((await post(`${roomy}/llm-call`, { messages: MESSAGES, max_tokens: 10 })).status).toBe(200);
  });
});
