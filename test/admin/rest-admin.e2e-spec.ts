import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { ledgerProblems } from '../support/world.js';

/** What curl sends with every example of seed 003, a body or not. */
const JSON_TYPE = { 'content-type': 'application/json' };
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const KEY = expect.stringMatching(/^sk-[0-9A-Za-z]{49}$/);

type Body = Awaited<ReturnType<TestApp['rest']>>['body'];

let app: TestApp;
const call = (method: string, path: string, body?: unknown): ReturnType<TestApp['rest']> =>
  app.rest(method, `/api${path}`, { body, headers: JSON_TYPE });

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await call(method, path, body);
  expect({ path, status: answer.status, ...(answer.status !== 200 && { body: answer.body }) }).toEqual({
    path,
    status: 200,
  });
  return answer.body;
}

const makeOrganization = (id: string, more: object = {}): Promise<Body> =>
  ok('POST', '/organizations/create', { organization_id: id, name: id, ...more });
const makeTeam = (organization_id: string, team_id: string, more: object = {}): Promise<Body> =>
  ok('POST', '/teams/create', { organization_id, team_id, access_groups: ['gpt-models'], ...more });

beforeAll(async () => {
  app = await startTestApp();
  await ok('POST', '/model-aliases/create', {
    model_alias: 'gpt-4o',
    display_name: 'GPT-4o',
    provider: 'openai',
    actual_model: 'gpt-4o-2024-11-20',
  });
  await ok('POST', '/model-access-groups/create', {
    group_name: 'gpt-models',
    display_name: 'GPT models',
    model_aliases: ['gpt-4o'],
  });
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

describe('the examples of seed 003', () => {
  it('creates an organization', async () => {
    const metadata = { industry: 'Technology', tier: 'Enterprise' };
    const body = await ok('POST', '/organizations/create', {
      organization_id: 'org_acme',
      name: 'ACME Corporation',
      metadata,
    });
    expect(body).toEqual({
      organization_id: 'org_acme',
      name: 'ACME Corporation',
      metadata,
      created_at: INSTANT,
      updated_at: INSTANT,
      status: 'active',
      default_team: null,
    });
  });

  it('creates a team in it, and shows its key once', async () => {
    const body = await ok('POST', '/teams/create', {
      organization_id: 'org_acme',
      team_id: 'acme-analytics',
      team_alias: 'ACME Analytics Team',
      access_groups: ['gpt-models'],
      credits_allocated: 1000,
    });
    expect(body).toMatchObject({
      team_id: 'acme-analytics',
      team_alias: 'ACME Analytics Team',
      organization_id: 'org_acme',
      access_groups: ['gpt-models'],
      allowed_model_aliases: ['gpt-4o'],
      credits_allocated: 1000,
      credits_remaining: 1000,
      virtual_key: KEY,
      message: expect.any(String),
    });
    expect(JSON.stringify(await ok('GET', '/teams/acme-analytics'))).not.toContain(body.virtual_key);
    expect(JSON.stringify(await ok('GET', '/teams'))).not.toContain('sk-');
  });

  it('lists organizations', async () => {
    const body = await ok('GET', '/organizations?search=acme');
    expect(body).toEqual({ organizations: [expect.anything()], total: 1, next_cursor: null });
    expect(body.organizations[0]).toMatchObject({
      organization_id: 'org_acme',
      name: 'ACME Corporation',
      team_count: 1,
      total_credits_allocated: 1000,
      status: 'active',
    });
  });

  it('shows the details of one', async () => {
    expect(await ok('GET', '/organizations/org_acme')).toMatchObject({
      organization_id: 'org_acme',
      name: 'ACME Corporation',
      metadata: { industry: 'Technology', tier: 'Enterprise' },
      teams: [
        { team_id: 'acme-analytics', team_alias: 'ACME Analytics Team', credits_remaining: 1000, status: 'active' },
      ],
      usage_summary: { total_jobs: 0, total_cost_usd: 0, credits_used: 0 },
    });
  });

  it('updates one', async () => {
    const metadata = { industry: 'Technology', tier: 'Enterprise Plus', renewal_date: '2025-01-01' };
    const name = 'ACME Corporation (Updated)';
    const body = await ok('PUT', '/organizations/org_acme', { name, metadata });
    expect(body).toEqual({
      organization_id: 'org_acme',
      name,
      metadata,
      created_at: INSTANT,
      updated_at: INSTANT,
      status: 'active',
    });
  });

  it('lists its teams', async () => {
    expect(await ok('GET', '/organizations/org_acme/teams')).toMatchObject({
      organization_id: 'org_acme',
      team_count: 1,
      total: 1,
      teams: [{ team_id: 'acme-analytics', access_groups: ['gpt-models'], credits_allocated: 1000 }],
    });
  });

  it('reports usage and costs of a time without any', async () => {
    const summary = { total_jobs: 0, successful_jobs: 0, failed_jobs: 0, total_cost_usd: 0, total_tokens: 0 };
    expect(await ok('GET', '/organizations/org_acme/usage?period=2024-10')).toEqual({
      organization_id: 'org_acme',
      period: '2024-10',
      summary: { ...summary, credits_used: 0 },
      by_team: {},
      by_job_type: {},
    });
    const costs = await ok('GET', '/organizations/org_acme/costs?start_date=2024-10-01&end_date=2024-10-31');
    expect(costs).toMatchObject({ start_date: '2024-10-01T00:00:00.000Z', end_date: '2024-11-01T00:00:00.000Z' });
    expect(costs).toMatchObject({ actual_cost_usd: 0, credits_charged: 0, margin_usd: 0, daily: [] });
  });

  it('onboards and offboards a customer', async () => {
    const organization_id = 'org_newcustomer';
    const metadata = { tier: 'Standard', billing_email: 'billing@newcustomer.com' };
    await ok('POST', '/organizations/create', { organization_id, name: 'New Customer Inc', metadata });
    const team = await makeTeam(organization_id, 'newcustomer-prod', {
      team_alias: 'Production Team',
      credits_allocated: 1000,
    });
    expect(team.virtual_key).toEqual(KEY);

    const tooEarly = await call('DELETE', `/organizations/${organization_id}`);
    expect(tooEarly.status).toBe(409);
    expect(tooEarly.body.detail).toMatch(/^Organization has active teams/);
    expect(tooEarly.body.code).toBe('conflict');
    expect(await ok('POST', '/teams/newcustomer-prod/suspend')).toMatchObject({ status: 'suspended' });
    expect(await ok('GET', `/organizations/${organization_id}/usage?period=all`)).toMatchObject({ period: 'all' });
    expect(await ok('DELETE', `/organizations/${organization_id}`)).toMatchObject({ organization_id });

    expect((await call('GET', `/organizations/${organization_id}`)).status).toBe(404);
    expect((await call('GET', '/teams/newcustomer-prod')).status).toBe(404);
    const again = await call('POST', '/organizations/create', { organization_id, name: 'Again' });
    expect(again.body).toMatchObject({
      detail: `Organization with ID '${organization_id}' already exists`,
      code: 'conflict',
      field: 'organization_id',
    });
    expect(again.status).toBe(409);
    const gone = await app.asKey(team.virtual_key, 'GET', '/api/teams/newcustomer-prod/jobs');
    expect(gone.status).toBe(401);
  });
});

describe('organizations', () => {
  it.each(['ACME Corp', 'org/acme', '123acme', 'a', '', `a${'b'.repeat(63)}`])('refuses the id %j', async (id) => {
    const { status, body } = await call('POST', '/organizations/create', { organization_id: id, name: 'x' });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'invalid_request', field: 'organization_id', request_id: expect.any(String) });
    expect(body.detail).toContain('must start with a lowercase letter');
  });

  it('makes a default team when asked, which is protected', async () => {
    const body = await makeOrganization('org_default', {
      create_default_team: true,
      default_team_name: 'Everybody',
      default_team_access_groups: ['gpt-models'],
      default_team_credits: 12.5,
    });
    expect(body.default_team).toEqual({
      team_id: 'org_default_default',
      team_alias: 'Everybody',
      virtual_key: KEY,
      access_groups: ['gpt-models'],
      allowed_model_aliases: ['gpt-4o'],
      credits_allocated: 12.5,
    });
    const refused = await call('DELETE', '/teams/org_default_default');
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain('Default teams are protected from deletion');
  });

  it('makes nothing when an access group of the default team does not exist', async () => {
    const { status, body } = await call('POST', '/organizations/create', {
      organization_id: 'org_half',
      name: 'Half',
      create_default_team: true,
      default_team_access_groups: ['nowhere'],
    });
    expect(status).toBe(404);
    expect(body.detail).toBe("Model access group 'nowhere' not found");
    expect((await call('GET', '/organizations/org_half')).status).toBe(404);
  });

  it('pages by cursor, searches and filters', async () => {
    for (const each of ['a', 'b', 'c', 'd', 'e']) await makeOrganization(`org-page-${each}`);
    await ok('PUT', '/organizations/org-page-c/suspend');
    const seen: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page++) {
      const body = await ok('GET', `/organizations?search=ORG-page&limit=2${after}`);
      expect(body.total).toBe(5);
      seen.push(...body.organizations.map((each: { organization_id: string }) => each.organization_id));
      after = `&after=${body.next_cursor}`;
      expect(body.next_cursor === null).toBe(page === 2);
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'].map((each) => `org-page-${each}`));
    const suspended = await ok('GET', '/organizations?search=org-page&status=SUSPENDED');
    expect(suspended.organizations.map((each: { organization_id: string }) => each.organization_id)).toEqual([
      'org-page-c',
    ]);
    expect(await ok('POST', '/organizations/org-page-c/resume')).toMatchObject({ status: 'active' });
    expect(await ok('GET', '/organizations?search=%25')).toMatchObject({ total: 0 });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=x', 'limit'],
    ['after=x', 'after'],
    ['status=gone', 'status'],
    ['unknown=1', 'unknown'],
    ['search=%00', 'search'],
  ])('refuses ?%s', async (query, field) => {
    const { status, body } = await call('GET', `/organizations?${query}`);
    expect({ status, field: body.field }).toEqual({ status: 422, field });
  });

  it.each(['usage?period=2024-13', 'usage?period=0000-01', 'costs?start_date=2024-02-31', 'costs?end_date=tomorrow'])(
    'refuses /%s',
    async (path) => {
      const { status, body } = await call('GET', `/organizations/org_acme/${path}`);
      expect({ status, code: body.code }).toEqual({ status: 422, code: 'invalid_request' });
    },
  );

  it('refuses dates the wrong way round or too far apart', async () => {
    const refused = await call('GET', '/organizations/org_acme/costs?start_date=2025-02-01&end_date=2025-01-01');
    expect(refused.body).toMatchObject({ code: 'invalid_request', field: 'end_date' });
    const wide = await call('GET', '/organizations/org_acme/costs?start_date=2001-01-01&end_date=2025-01-01');
    expect(wide.body).toMatchObject({ code: 'invalid_request', field: 'start_date' });
  });
});

describe('teams', () => {
  beforeAll(() => makeOrganization('org-teams'));

  it('refuses what does not exist or is taken, with the words of the original', async () => {
    const body = { organization_id: 'org-teams', team_id: 'taken', access_groups: [] };
    await ok('POST', '/teams/create', body);
    const answers = [
      await call('POST', '/teams/create', body),
      await call('POST', '/teams/create', { ...body, team_id: 'team-x', organization_id: 'nowhere' }),
      await call('POST', '/teams/create', { ...body, team_id: 'team-x', access_groups: ['nowhere'] }),
      await call('POST', '/teams/create', { ...body, team_id: 'team-x', budget_mode: 'free' }),
      await call('POST', '/teams/create', { ...body, team_id: 'team-x', credits_allocated: -1 }),
      await call('GET', '/teams/team-x'),
    ];
    expect(answers.map(({ status, body: { detail, field } }) => [status, detail, field])).toEqual([
      [409, "Team 'taken' already exists", 'team_id'],
      [404, "Organization 'nowhere' not found", undefined],
      [404, "Model access group 'nowhere' not found", undefined],
      [422, 'budget_mode: must be one of: job_based, consumption_usd, consumption_tokens', 'budget_mode'],
      [422, 'credits_allocated: must be a number of 0 or more, with at most 6 decimals', 'credits_allocated'],
      [404, "Team 'team-x' not found", undefined],
    ]);
  });

  it('shows one in full', async () => {
    await makeTeam('org-teams', 'full', { credits_allocated: 10, budget_mode: 'consumption_usd' });
    const body = await ok('GET', '/teams/full');
    expect(body).toMatchObject({ team_id: 'full', budget_mode: 'consumption_usd', credits_per_dollar: 10 });
    expect(body).toMatchObject({ tokens_per_credit: 10000, allowed_model_aliases: ['gpt-4o'], created_at: INSTANT });
    expect(body.credits).toMatchObject({ team_id: 'full', credits_allocated: 10, credits_used: 0, credits_held: 0 });
  });

  it('changes settings, access and credits in one call', async () => {
    await makeTeam('org-teams', 'changing', { credits_allocated: 10 });
    const up = await ok('PUT', '/teams/changing', {
      team_alias: 'New name',
      credits_allocated: 25.5,
      credits_per_dollar: 0.25,
      tokens_per_credit: 500,
      access_groups: [],
    });
    expect(up).toMatchObject({ team_alias: 'New name', credits_allocated: 25.5, credits_remaining: 25.5 });
    expect(up).toMatchObject({ credits_per_dollar: 0.25, tokens_per_credit: 500, access_groups: [] });
    expect(await ok('PUT', '/teams/changing', { credits_allocated: 5 })).toMatchObject({ credits_remaining: 5 });
    const { transactions } = await ok('GET', '/credits/teams/changing/transactions');
    expect(transactions.map((each: Record<string, unknown>) => [each.transaction_type, each.credits_amount])).toEqual([
      ['adjustment', 20.5],
      ['allocation', 15.5],
      ['allocation', 10],
    ]);
    const refused = await call('PUT', '/teams/changing', { credits_used: 0 });
    expect(refused.body).toMatchObject({ code: 'invalid_request', field: 'credits_used' });
  });

  it('replaces access groups from a bare array', async () => {
    await makeTeam('org-teams', 'access', { access_groups: [] });
    expect(await ok('PUT', '/teams/access/access-groups', ['gpt-models'])).toEqual({
      team_id: 'access',
      access_groups: ['gpt-models'],
      allowed_model_aliases: ['gpt-4o'],
      message: 'Model access groups assigned successfully',
    });
    for (const body of [{ access_groups: [] }, [1], 'x', ['']]) {
      const refused = await call('PUT', '/teams/access/access-groups', typeof body === 'string' ? `"${body}"` : body);
      expect({ status: refused.status, field: refused.body.field }).toEqual({ status: 422, field: 'access_groups' });
    }
  });

  it('suspends, pauses and resumes by POST and PUT', async () => {
    await makeTeam('org-teams', 'pausing');
    for (const method of ['POST', 'PUT']) {
      const suspended = await ok(method, '/teams/pausing/suspend', { reason: 'unpaid' });
      expect(suspended).toMatchObject({ team_id: 'pausing', status: 'suspended', reason: 'unpaid' });
      const paused = await ok(method, '/teams/pausing/pause', { pause_until: '2099-01-01T00:00:00+02:00' });
      expect(paused).toMatchObject({ status: 'paused', pause_until: '2098-12-31T22:00:00.000Z' });
      expect(await ok(method, '/teams/pausing/resume')).toMatchObject({ status: 'active', pause_until: null });
    }
    const past = await call('POST', '/teams/pausing/pause', { pause_until: '2020-01-01' });
    expect(past.body).toMatchObject({ code: 'invalid_request', field: 'pause_until' });
  });

  it('deletes one: its key stops, its id stays taken', async () => {
    const { virtual_key } = await makeTeam('org-teams', 'leaving');
    expect(await ok('DELETE', '/teams/leaving')).toMatchObject({ team_id: 'leaving' });
    expect((await app.asKey(virtual_key, 'GET', '/api/teams/leaving/usage')).status).toBe(401);
    expect((await call('POST', '/teams/create', { organization_id: 'org-teams', team_id: 'leaving' })).status).toBe(
      409,
    );
  });

  it('lists and filters', async () => {
    const body = await ok('GET', '/teams?organization_id=org-teams&limit=1');
    expect(body).toMatchObject({ total: expect.any(Number), next_cursor: expect.any(String) });
    expect(body.teams).toHaveLength(1);
    expect(await ok('GET', '/teams?organization_id=org-teams&search=ful')).toMatchObject({ total: 1 });
    expect(await ok('GET', '/teams?organization_id=nowhere')).toMatchObject({ total: 0, teams: [] });
  });
});

describe('what nobody serves', () => {
  it.each([
    ['GET', '/nothing', 404, 'Not Found'],
    ['GET', '/organizations/%00', 404, 'Not Found'],
    ['GET', '/organizations/NOWHERE', 404, "Organization 'NOWHERE' not found"],
    ['PATCH', '/organizations/org_acme', 405, 'Method Not Allowed'],
    ['GET', '/jobs/org/x/y/z', 404, 'Not Found'],
    ['GET', '/organizations/%E0%A4%A', 404, 'Not Found'],
    ['GET', `/organizations/${'a'.repeat(400)}`, 404, 'Not Found'],
    ['DELETE', '/teams/create', 404, "Team 'create' not found"],
    ['POST', '/stats/dashboard', 405, 'Method Not Allowed'],
  ])('%s %s is %i', async (method, path, status, detail) => {
    const answer = await call(method, path);
    expect({ status: answer.status, detail: answer.body.detail }).toEqual({ status, detail });
    expect(answer.body.request_id).toEqual(expect.any(String));
  });

  it('takes an unstorable character for a fault of the caller', async () => {
    for (const name of ['a\u0000b', 'a\ud800b']) {
      const body = { organization_id: 'org-text', name: 'x', metadata: { deep: [{ text: name }] } };
      const refused = await call('POST', '/organizations/create', body);
      expect({ status: refused.status, field: refused.body.field }).toEqual({ status: 422, field: 'metadata' });
    }
  });

  it.each([
    ['{"organization_id":', 400, 'malformed_request'],
    ['{"organization_id":"x","metadata":{"__proto__":{}}}', 400, 'malformed_request'],
    ['', 422, 'invalid_request'],
    ['[]', 422, 'invalid_request'],
    ['null', 422, 'invalid_request'],
    ['"text"', 422, 'invalid_request'],
    [
      `{"organization_id":"org-deep","name":"x","metadata":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_001)}`,
      422,
      'invalid_request',
    ],
    [`{"organization_id":"org-big","name":"x","metadata":{"a":"${'x'.repeat(70_000)}"}}`, 422, 'invalid_request'],
  ])('refuses the body %.50s', async (body, status, code) => {
    const answer = await call('POST', '/organizations/create', body);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.body).toMatchObject({ detail: expect.any(String), request_id: expect.any(String) });
  });

  it('takes JSON only', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const headers = { 'content-type': type };
      const { status, body } = await app.rest('POST', '/api/organizations/create', { body: 'name=x', headers });
      expect({ status, code: body.code }).toEqual({ status: 415, code: 'unsupported_media_type' });
    }
  });

  it('refuses cursors that nobody gave out', async () => {
    for (const cursor of ['["x","y"]', '["2025-01-01","\\u0000"]', '["infinity",1]', '[]', 'x']) {
      const after = Buffer.from(cursor).toString('base64url');
      for (const list of ['/organizations', '/teams', '/models', '/credits/teams/acme-analytics/transactions']) {
        const { status, body } = await call('GET', `${list}?after=${after}`);
        expect({ list, cursor, status, field: body.field }).toEqual({ list, cursor, status: 422, field: 'after' });
      }
    }
  });

  it('wants a key', async () => {
    const nobody = { 'x-admin-key': '' };
    for (const path of ['/organizations', '/teams', '/stats/dashboard', '/models', '/provider-credentials'])
      expect((await app.rest('GET', `/api${path}`, { headers: nobody })).status).toBe(401);
    const wrong = await app.rest('GET', '/api/organizations', { headers: { 'x-admin-key': 'wrong' } });
    expect(wrong.body).toMatchObject({ code: 'invalid_api_key', detail: 'Invalid admin key' });
  });
});
