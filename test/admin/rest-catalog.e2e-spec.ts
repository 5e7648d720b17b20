import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildOpenApi } from '../../src/modules/rest-admin/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

const SECRET = 'sk-vendor-secret-0123456789abcdef';
const INSTANT = expect.stringMatching(/Z$/);

type Body = Awaited<ReturnType<TestApp['rest']>>['body'];

let app: TestApp;
const call = (method: string, path: string, body?: unknown): ReturnType<TestApp['rest']> =>
  app.rest(method, `/api${path}`, { body });

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await call(method, path, body);
  if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const makeAlias = (model_alias: string, more: object = {}): Promise<Body> =>
  ok('POST', '/models/create', {
    model_alias,
    display_name: model_alias,
    provider: 'openai',
    actual_model: `${model_alias}-vendor`,
    ...more,
  });

beforeAll(async () => {
  app = await startTestApp({ env: { PROVIDER_URL_ALLOW: '' } });
  await ok('POST', '/organizations/create', { organization_id: 'org-a', name: 'A' });
});
afterAll(() => app.close());

describe('model aliases', () => {
  it('are created, shown under both paths, changed and deleted', async () => {
    const created = await makeAlias('chat-fast', { pricing_input: 0, pricing_output: 0.6, description: 'Fast' });
    expect(created).toEqual({
      model_alias: 'chat-fast',
      display_name: 'chat-fast',
      provider: 'openai',
      actual_model: 'chat-fast-vendor',
      access_groups: [],
      description: 'Fast',
      pricing_input: 0,
      pricing_output: 0.6,
      pricing_tiers: [],
      status: 'active',
      routing_strategy: 'ordered',
      weights: [1],
      teams_using: [],
      created_at: INSTANT,
      updated_at: INSTANT,
    });
    expect(await ok('GET', '/models/chat-fast')).toEqual(await ok('GET', '/model-aliases/chat-fast'));
    const changed = await ok('PUT', '/model-aliases/chat-fast', { actual_model: 'newer', status: 'inactive' });
    expect(changed).toMatchObject({ actual_model: 'newer', status: 'inactive', description: 'Fast' });
    expect(await ok('DELETE', '/models/chat-fast')).toMatchObject({
      message: "Model alias 'chat-fast' deleted successfully",
    });
    expect((await call('GET', '/models/chat-fast')).body.detail).toBe("Model alias 'chat-fast' not found");
  });

  it('may have a slash in the name', async () => {
    await makeAlias('vendor/model:latest');
    expect(await ok('GET', '/models/vendor%2Fmodel%3Alatest')).toMatchObject({ model_alias: 'vendor/model:latest' });
  });

  it('are listed by filter', async () => {
    await makeAlias('list-a');
    await makeAlias('list-b');
    await ok('PUT', '/models/list-b', { status: 'inactive' });
    const names = async (query: string): Promise<string[]> =>
      (await ok('GET', `/models?search=list-&${query}`)).models.map(
        (each: { model_alias: string }) => each.model_alias,
      );
    expect(await names('')).toEqual(['list-b', 'list-a']);
    expect(await names('status=active')).toEqual(['list-a']);
    expect(await names('provider=openai')).toHaveLength(2);
    expect(await names('provider=simulator')).toEqual([]);
    expect(await ok('GET', '/model-aliases?search=list-&limit=1')).toMatchObject({ total: 2 });
  });

  it.each([
    [{ model_alias: 'with space' }, 422, 'model_alias'],
    [{ provider: 'nobody' }, 422, 'provider'],
    [{ pricing_input: -1 }, 422, 'pricing_input'],
    [{ pricing_output: 1e9 }, 422, 'pricing_output'],
    [{ api_key: 'x' }, 422, 'api_key'],
    [{ access_groups: ['nowhere'] }, 404, undefined],
    [{ display_name: undefined }, 422, 'display_name'],
  ])('are refused with %j', async (wrong, status, field) => {
    const body = { model_alias: 'wrong', display_name: 'x', provider: 'openai', actual_model: 'x', ...wrong };
    const answer = await call('POST', '/models/create', body);
    expect({ status: answer.status, field: answer.body.field }).toEqual({ status, field });
    expect((await call('GET', '/models/wrong')).status).toBe(404);
  });

  it('are refused when the name is taken', async () => {
    await makeAlias('taken');
    const body = { model_alias: 'taken', display_name: 'x', provider: 'openai', actual_model: 'x' };
    const answer = await call('POST', '/models/create', body);
    expect(answer.body).toMatchObject({ detail: "Model alias 'taken' already exists", field: 'model_alias' });
    expect(answer.status).toBe(409);
  });
});

describe('model access groups', () => {
  it('hold aliases, are granted to teams, and stay while they are', async () => {
    await makeAlias('in-group');
    await makeAlias('also-in-group');
    const created = await ok('POST', '/model-access-groups/create', {
      group_name: 'group-a',
      display_name: 'Group A',
      model_aliases: ['in-group'],
    });
    expect(created).toEqual({
      group_name: 'group-a',
      display_name: 'Group A',
      description: null,
      status: 'active',
      model_aliases: [
        { model_alias: 'in-group', display_name: 'in-group', provider: 'openai', actual_model: 'in-group-vendor' },
      ],
      teams_using: [],
      created_at: INSTANT,
      updated_at: INSTANT,
    });
    const both = await ok('PUT', '/model-access-groups/group-a/models', {
      model_aliases: ['in-group', 'also-in-group'],
    });
    expect(both.model_aliases).toHaveLength(2);
    await ok('POST', '/teams/create', { organization_id: 'org-a', team_id: 'team-a', access_groups: ['group-a'] });
    expect(await ok('GET', '/model-access-groups/group-a')).toMatchObject({ teams_using: ['team-a'] });
    expect(await ok('GET', '/models/in-group')).toMatchObject({ access_groups: ['group-a'], teams_using: ['team-a'] });
    const used = await call('DELETE', '/model-access-groups/group-a');
    expect(used.status).toBe(409);
    expect(used.body.detail).toBe("Cannot delete access group 'group-a' - still in use by teams: team-a");
    await ok('PUT', '/teams/team-a/access-groups', []);
    expect(await ok('DELETE', '/model-access-groups/group-a')).toMatchObject({ group_name: 'group-a' });
    expect((await call('GET', '/model-access-groups/group-a')).status).toBe(404);
  });

  it('are listed, changed and refused', async () => {
    await ok('POST', '/model-access-groups/create', { group_name: 'group-b', display_name: 'B' });
    expect(await ok('PUT', '/model-access-groups/group-b', { status: 'inactive', description: 'Old' })).toMatchObject({
      status: 'inactive',
      description: 'Old',
    });
    expect(await ok('GET', '/model-access-groups?status=inactive')).toMatchObject({
      model_access_groups: [{ group_name: 'group-b' }],
      total: 1,
      next_cursor: null,
    });
    const again = await call('POST', '/model-access-groups/create', { group_name: 'group-b', display_name: 'B' });
    expect(again.body).toMatchObject({ code: 'conflict', field: 'group_name' });
    const unknown = await call('PUT', '/model-access-groups/group-b/models', { model_aliases: ['nowhere'] });
    expect(unknown.body.detail).toBe("Model alias 'nowhere' not found");
    expect((await call('PUT', '/model-access-groups/nowhere/models', { model_aliases: [] })).status).toBe(404);
  });
});

describe('provider credentials', () => {
  const body = { organization_id: 'org-a', provider: 'openai', api_key: SECRET, credential_name: 'Production' };

  it('go in and never come back', async () => {
    const created = await ok('POST', '/provider-credentials/create', { ...body, created_by: 'me' });
    expect(created).toEqual({
      credential_id: expect.any(String),
      organization_id: 'org-a',
      provider: 'openai',
      credential_name: 'Production',
      api_base: null,
      is_active: true,
      created_at: INSTANT,
      updated_at: INSTANT,
      has_api_key: true,
    });
    const id = created.credential_id;
    const answers = [
      created,
      await ok('GET', `/provider-credentials/${id}?include_api_key=true`),
      await ok('GET', '/provider-credentials?organization_id=org-a&provider=openai'),
      await ok('GET', '/provider-credentials/organization/org-a'),
      await ok('GET', '/provider-credentials/organization/org-a/provider/openai?include_api_key=true'),
      await ok('PUT', `/provider-credentials/${id}`, { api_key: `${SECRET}2`, credential_name: 'Renamed' }),
      (await app.gql('{ auditEntries { items { changes } } }')).body,
    ];
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    expect(answers[2]).toMatchObject({ total: 1, credentials: [{ credential_id: id }] });
    expect(answers[3]).toMatchObject({ organization_id: 'org-a', credentials: [{ credential_id: id }] });
    expect(answers[5]).toMatchObject({ credential_name: 'Renamed', is_active: true });

    expect(await ok('PUT', `/provider-credentials/${id}/deactivate`)).toMatchObject({ is_active: false });
    expect(await ok('GET', '/provider-credentials')).toMatchObject({ total: 0 });
    expect(await ok('GET', '/provider-credentials?active_only=false')).toMatchObject({ total: 1 });
    expect((await call('GET', '/provider-credentials/organization/org-a/provider/openai')).status).toBe(404);
    expect(await ok('PUT', `/provider-credentials/${id}/activate`)).toMatchObject({ is_active: true });
    expect(await ok('DELETE', `/provider-credentials/${id}`)).toMatchObject({ credential_id: id });
    expect((await call('GET', `/provider-credentials/${id}`)).status).toBe(404);
  });

  it('are refused when something is wrong', async () => {
    const { credential_id } = await ok('POST', '/provider-credentials/create', body);
    for (const [wrong, status, field] of [
      [{ ...body, provider: 'nobody' }, 422, 'provider'],
      [{ ...body, credential_name: 'b', organization_id: 'nowhere' }, 404, undefined],
      [body, 409, 'credential_name'],
      [{ ...body, credential_name: 'b', api_base: 'http://10.0.0.1/v1' }, 422, 'api_base'],
      [{ ...body, credential_name: 'b', api_key: '' }, 422, 'api_key'],
    ] as const) {
      const answer = await call('POST', '/provider-credentials/create', wrong);
      expect({ status: answer.status, field: answer.body.field }).toEqual({ status, field });
      expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    }
    const moved = await call('PUT', `/provider-credentials/${credential_id}`, { api_base: 'https://example.com/v1' });
    expect(moved.body).toMatchObject({ field: 'api_key', detail: expect.stringContaining('must be entered again') });
    expect((await call('GET', '/provider-credentials/organization/nowhere')).status).toBe(404);
  });
});

describe('the audit log', () => {
  const newest = async (first: number): Promise<Body[]> => {
    const query = `{ auditEntries(first: ${first}) { items { action status message entityId actorKind } total } }`;
    return (await app.gql(query)).body.data.auditEntries.items;
  };
  const count = async (): Promise<number> =>
    (await app.gql('{ auditEntries { total } }')).body.data.auditEntries.total as number;

  it('has one row for each mutation, and none for a read', async () => {
    const steps = [
      ['POST', '/organizations/create', { organization_id: 'org-audit', name: 'x' }, 'organization.create'],
      ['PUT', '/organizations/org-audit', { name: 'y' }, 'organization.update'],
      ['GET', '/organizations/org-audit', undefined, null],
      [
        'POST',
        '/teams/create',
        { organization_id: 'org-audit', team_id: 'team-audit', credits_allocated: 5 },
        'team.create',
      ],
      ['PUT', '/teams/team-audit', { credits_allocated: 7, access_groups: [] }, 'team.update'],
      ['POST', '/credits/teams/team-audit/add', { credits: 1 }, 'credit.add'],
      ['POST', '/credits/teams/team-audit/remove', { credits: 1 }, 'credit.remove'],
      ['POST', '/credits/teams/team-audit/replenish', { credits: 1, payment_type: 'one_time' }, 'credit.replenish'],
      ['POST', '/credits/teams/team-audit/check', undefined, null],
      ['PATCH', '/credits/teams/team-audit/budget-mode', { budget_mode: 'consumption_usd' }, 'team.update'],
      ['PUT', '/teams/team-audit/access-groups', [], 'team.grant_access'],
      ['POST', '/teams/team-audit/pause', undefined, 'team.pause'],
      ['PUT', '/teams/team-audit/resume', undefined, 'team.resume'],
      ['POST', '/teams/team-audit/suspend', undefined, 'team.suspend'],
      ['POST', '/organizations/org-audit/suspend', undefined, 'organization.suspend'],
      ['DELETE', '/organizations/org-audit', undefined, 'organization.delete'],
    ] as const;
    for (const [method, path, body, action] of steps) {
      const before = await count();
      await ok(method, path, body);
      expect({ path, rows: (await count()) - before }).toEqual({ path, rows: action === null ? 0 : 1 });
      if (action) expect((await newest(1))[0]).toMatchObject({ action, status: 'SUCCESS', actorKind: 'master_key' });
    }
  });

  it('has a row for what failed and for what was denied, and then nothing has changed', async () => {
    const before = await count();
    await call('DELETE', '/teams/nowhere');
    await app.rest('DELETE', '/api/teams/team-a', { headers: { 'x-admin-key': 'wrong' } });
    const [denied, failed] = await newest(2);
    expect((await count()) - before).toBe(2);
    expect(denied).toMatchObject({ action: 'team.delete', status: 'DENIED', actorKind: 'anonymous' });
    expect(failed).toMatchObject({ action: 'team.delete', status: 'FAILED' });
    expect(failed.message).toBe("not_found: Team 'nowhere' not found");
  });
});

describe('the OpenAPI document', () => {
  it('covers Nest and the gateway, refers to nothing that is missing, and needs no key', async () => {
    const { status, body } = await app.rest('GET', '/openapi.json', { headers: { 'x-admin-key': '' } });
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(buildOpenApi(app.app))));
    expect(body.info).toMatchObject({ title: 'Tollkeeper', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(Object.keys(body.components.securitySchemes).sort()).toEqual(['admin_key', 'virtual_key']);
    for (const [path, method] of [
      ['/api/jobs/create', 'post'],
      ['/api/jobs/{id}/llm-call-stream', 'post'],
      ['/api/organizations/{id}/usage', 'get'],
      ['/api/teams/{id}/suspend', 'put'],
      ['/api/models/{alias}', 'delete'],
      ['/health', 'get'],
    ] as const)
      expect(body.paths[path]?.[method]?.summary).toEqual(expect.any(String));
    const refs = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]*)"/g)].map(([, name]) => name!);
    expect(refs.filter((name) => !(name in body.components.schemas))).toEqual([]);
    const operations = Object.values<object>(body.paths).flatMap((path) => Object.values(path));
    const ids = operations.map((operation: { operationId: string }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.every((operation: { tags?: string[] }) => operation.tags?.length === 1)).toBe(true);
  });
});
