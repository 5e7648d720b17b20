import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACTIONS } from '../../src/core/action.js';
import { Ctx } from '../../src/core/ctx.js';
import { Database } from '../../src/infra/database/index.js';
import { AuditLog } from '../../src/modules/audit/audit-log.service.js';
import { AuditVerifications } from '../../src/modules/audit/audit-verification.service.js';
import { Checkpoints } from '../../src/modules/audit/checkpoints/checkpoints.service.js';
import { isSignedByItsKey } from '../../src/modules/audit/chain/signature.js';
import { AuditExports } from '../../src/modules/audit/export/audit-export.service.js';
import { AuditExportQuery } from '../../src/modules/audit/export/audit-export.inputs.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeWorld, must, type World } from '../support/world.js';

let app: TestApp;
let ours: World;
let theirs: World;

interface Entry {
  readonly [field: string]: unknown;
}
interface Entries {
  readonly items: Entry[];
  readonly total: number;
  readonly nextCursor: string | null;
}

const LIST = `query ($filter: AuditFilter, $orderBy: AuditOrder, $search: String, $first: Int, $after: String) {
  auditEntries(filter: $filter, orderBy: $orderBy, search: $search, first: $first, after: $after) { total nextCursor items {
    id sequence at organizationId actorKind actorId actorName actorEmail action status message scopeType scopeId
    entityType entityId entityName changes details address userAgent requestId previousHash hash } } }`;
const list = async (variables: object = {}): Promise<Entries> =>
  (await must<{ auditEntries: Entries }>(app, LIST, variables)).auditEntries;

/** A member of an organization, as the guard would make one. */
function memberOf({ organizationId }: World): Ctx {
  return new Ctx({
    actor: { kind: 'user', id: 'usr_1', name: 'Ada', email: 'ada@example.com' },
    organizationId,
    actions: new Set(ACTIONS),
    em: app.app.get(Database).manager(organizationId),
    requestId: 'req_member',
    address: null,
    userAgent: null,
  });
}

const rename = (id: string, name: string): Promise<unknown> =>
  must(
    app,
    'mutation ($id: ID!, $input: UpdateOrganizationInput!) { updateOrganization(id: $id, input: $input) { id } }',
    {
      id,
      input: { name },
    },
  );

beforeAll(async () => {
  app = await startTestApp({ env: { WORKER: 'off', LOG_LEVEL: 'silent' } });
  ours = await makeWorld(app);
  theirs = await makeWorld(app);
  await rename(ours.organizationId, '=HYPERLINK("http://evil","x")');
});
afterAll(() => app.close());

describe('a row', () => {
  it('has every field of who, what, when, from where and with which result', async () => {
    const { items } = await list({
      filter: { actions: ['key.create', 'team.create'], entityTypes: ['Team'] },
      first: 1,
    });
    expect(items[0]).toMatchObject({
      ...{
        id: expect.stringMatching(/^aud_/),
        sequence: expect.stringMatching(/^\d+$/),
        at: expect.stringMatching(/Z$/),
      },
      ...{ organizationId: theirs.organizationId, scopeType: 'team', scopeId: theirs.teamId },
      ...{ actorKind: 'master_key', actorName: 'master_key', actorId: null, actorEmail: null, action: 'team.create' },
      ...{ entityType: 'Team', entityId: theirs.teamId, entityName: expect.any(String), status: 'SUCCESS' },
      ...{ address: '127.0.0.1', userAgent: 'lightMyRequest', details: null, message: null },
      ...{ hash: expect.stringMatching(/^[0-9a-f]{64}$/), previousHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const one = 'query ($id: ID!) { auditEntry(id: $id) { id hash } }';
    const { auditEntry } = await must<{ auditEntry: Entry }>(app, one, { id: items[0]!['id'] });
    expect(auditEntry).toEqual({ id: items[0]!['id'], hash: items[0]!['hash'] });
    expect((await app.gql(one, { id: 'aud_unknown' })).body.errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('keeps what cannot be stored as something that can, so that nobody can break the chain', async () => {
    const id = 'x\ud800y';
    await app.gql('mutation ($id: ID!) { deleteTeam(id: $id) { id } }', { id });
    const { items } = await list({ filter: { status: 'FAILED' }, first: 1 });
    expect(items[0]!['message']).toContain('x\uFFFDy');
    const { auditVerification } = await must<{ auditVerification: Entry }>(app, '{ auditVerification { verdict } }');
    expect(auditVerification['verdict']).toBe('OK');
  });
});

describe('the list', () => {
  it('is newest first or oldest first, page by page, without a gap', async () => {
    const all = await list({ first: 200 });
    const ids = all.items.map((each) => each['id']);
    expect((await list({ first: 200, orderBy: 'OLDEST' })).items.map((each) => each['id'])).toEqual(ids.toReversed());
    const seen: unknown[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page: Entries = await list({ first: 7, after });
      seen.push(...page.items.map((each) => each['id']));
      after = page.nextCursor;
    }
    expect(seen).toEqual(ids);
    expect(all.total).toBe(ids.length);
  });

  it.each<[string, () => object, (entry: Entry) => boolean]>([
    [
      'organization',
      () => ({ organizationId: ours.organizationId }),
      (e) => e['organizationId'] === ours.organizationId,
    ],
    [
      'actions',
      () => ({ actions: ['model.create', 'alias.create'] }),
      (e) => /^(model|alias)\.create$/.test(String(e['action'])),
    ],
    [
      'entity types',
      () => ({ entityTypes: ['Model', 'Price'] }),
      (e) => ['Model', 'Price'].includes(String(e['entityType'])),
    ],
    ['entity', () => ({ entityId: ours.teamId }), (e) => e['entityId'] === ours.teamId],
    ['actor kinds', () => ({ actorKinds: ['master_key'] }), (e) => e['actorKind'] === 'master_key'],
    [
      'actor kinds besides ids',
      () => ({ actorIds: ['nobody'], actorKinds: ['master_key'] }),
      (e) => e['actorKind'] === 'master_key',
    ],
    ['status', () => ({ status: 'SUCCESS' }), (e) => e['status'] === 'SUCCESS'],
    ['time', () => ({ from: '2020-01-01T00:00:00Z', to: '2999-01-01T00:00:00Z' }), () => true],
  ])('can be filtered by %s', async (_name, filter, fits) => {
    const { items, total } = await list({ filter: filter(), first: 200 });
    expect(total).toBeGreaterThan(0);
    expect(items.filter((each) => !fits(each))).toEqual([]);
    const every = await list({ first: 200 });
    expect(total).toBe(every.items.filter(fits).length);
  });

  it('finds nothing outside the time, and text in any case', async () => {
    expect((await list({ filter: { to: '2020-01-01T00:00:00Z' } })).total).toBe(0);
    expect((await list({ filter: { actorIds: ['nobody'] } })).total).toBe(0);
    expect((await list({ search: 'HYPERlink' })).total).toBe(1);
    expect((await list({ search: '%' })).total).toBe(0);
  });

  it.each([
    [{ filter: { actions: ['no.such'] } }, 'filter.actions'],
    [{ filter: { entityTypes: ['x'.repeat(201)] } }, 'filter.entityTypes'],
    [{ filter: { actorIds: Array.from({ length: 101 }, String) } }, 'filter.actorIds'],
    [{ first: 201 }, 'first'],
    [{ after: 'nonsense' }, 'after'],
  ])('refuses %j', async (variables, _field) => {
    const { body } = await app.gql(LIST, variables);
    expect(body.errors[0].extensions.code).toBe('INVALID_REQUEST');
  });

  it('offers what occurs for its filters', async () => {
    const query =
      'query ($o: String) { auditFacets(organizationId: $o) { actions entityTypes actors { kind id name email } } }';
    const { auditFacets } = await must<{ auditFacets: Record<string, unknown[]> }>(app, query);
    expect(auditFacets['actions']).toEqual(expect.arrayContaining(['team.create', 'model.create']));
    expect(auditFacets['entityTypes']).toEqual(expect.arrayContaining(['Organization', 'Team']));
    expect(auditFacets['actors']).toContainEqual({ kind: 'master_key', id: null, name: 'master_key', email: null });
    const own = await must<{ auditFacets: Record<string, unknown[]> }>(app, query, { o: ours.organizationId });
    expect(own.auditFacets['entityTypes']).not.toContain('Model');
  });
});

describe("an organization's own people", () => {
  it('see, verify and export their own rows and chain, and of others what of unknown ones', async () => {
    const [log, exports] = [app.app.get(AuditLog), app.app.get(AuditExports)];
    const ctx = memberOf(ours);
    const { items } = await log.list(ctx, { first: 200 }, {});
    expect(new Set(items.map((each) => each.organizationId))).toEqual(new Set([ours.organizationId]));
    const { rows } = await app.db.query('SELECT id FROM audit_entries WHERE organization_id = $1', [
      theirs.organizationId,
    ]);
    await expect(log.get(ctx, rows[0].id as string)).rejects.toMatchObject({ code: 'not_found' });
    expect((await log.facets(ctx, theirs.organizationId)).actions).toEqual([]);
    expect((await app.app.get(AuditVerifications).verify(ctx, null)).rows).toBe(items.length);
    const text = await written(await exports.begin(ctx, new AuditExportQuery()));
    expect(text).toContain(ours.organizationId);
    expect(text).not.toContain(theirs.organizationId);
    for (const id of [theirs.organizationId, 'unknown-org']) {
      const refused = { code: 'not_found', message: `Organization '${id}' not found` };
      await expect(app.app.get(AuditVerifications).verify(ctx, id)).rejects.toMatchObject(refused);
      const query = Object.assign(new AuditExportQuery(), { organization_id: id });
      await expect(exports.begin(ctx, query)).rejects.toMatchObject(refused);
    }
    const heads = await app.app.get(Checkpoints).headsOf(ctx, ['1']);
    expect(heads.get('1')!.map((head) => head.organizationId)).toEqual([ours.organizationId]);
  });
});

async function written(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

describe('the export', () => {
  const get = (query: string, headers = {}): ReturnType<TestApp['rest']> =>
    app.rest('GET', `/api/audit-logs/export?${query}`, { headers });

  it('as CSV runs no formula, and has a line for each row', async () => {
    const { status, headers, body } = await get(`format=csv&organization_id=${ours.organizationId}`);
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      ...[200, 'text/csv; charset=utf-8', 'attachment; filename="audit-log.csv"'],
    ]);
    const [head, ...lines] = (body as string).trimEnd().split('\r\n');
    expect(head).toMatch(/^at,organization_id,actor_kind,/);
    expect(lines.length).toBe((await list({ filter: { organizationId: ours.organizationId } })).total);
    expect(body).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`);
    expect(body).not.toMatch(/(^|,|\n)"?[=+@]/);
  });

  it('takes the filters of the list, and states them', async () => {
    const { body } = await get(
      'actions=team.create,key.create&entity_types=Team&status=success&from=2020-01-01T00:00:00Z',
    );
    const lines = (body as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, Entry>);
    expect(lines[0]!['statement']!['filter']).toEqual({
      ...{ actions: ['team.create', 'key.create'], entity_types: ['Team'], status: 'success' },
      from: '2020-01-01T00:00:00.000Z',
    });
    expect(lines.slice(1, -1).map((row) => row['action'])).toEqual(['team.create', 'team.create']);
    expect(lines.at(-1)!['statement']).toMatchObject({ kind: 'audit export end', entries: 2 });
  });

  it.each([
    'format=xml',
    'status=maybe',
    'from=yesterday',
    'actions=no.such',
    'unknown=1',
    'organization_id=a&organization_id=b',
  ])('refuses %s', async (query) => {
    const { status, body } = await get(query);
    expect([status, body.code]).toEqual([422, 'invalid_request']);
  });

  it('is refused without the right, like one of an organization that does not exist, and leaves rows of both', async () => {
    const headers = { 'x-admin-key': '', authorization: `Bearer ${ours.key}`, 'x-request-id': 'export-refused' };
    expect((await get('', headers)).status).toBe(403);
    expect((await get('organization_id=unknown-org')).status).toBe(404);
    await get('format=csv', { 'x-request-id': 'export-allowed' });
    const { rows } = await app.db.query(
      `SELECT request_id, status, entity_type, details FROM audit_entries WHERE request_id LIKE 'export-%' ORDER BY seq`,
    );
    expect(rows).toEqual([
      { request_id: 'export-refused', status: 'denied', entity_type: 'Audit', details: null },
      ...[
        {
          request_id: 'export-allowed',
          status: 'success',
          entity_type: 'Audit',
          details: { asked: { format: 'csv' } },
        },
      ],
    ]);
  });
});

describe('a sensitive read', () => {
  it('leaves a row that tells what was asked, not what was found', async () => {
    const ask = 'query ($id: ID!) { key(id: $id) { id lastFour } keys(first: 3, search: "x") { total } }';
    await app.gql(ask, { id: ours.keyId }, { 'x-request-id': 'read-keys' });
    const { rows } = await app.db.query(
      `SELECT action, status, entity_type, entity_id, changes, details FROM audit_entries WHERE request_id = 'read-keys'`,
    );
    const of = { action: 'key.read', status: 'success', entity_type: 'Key', changes: [] };
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual({ ...of, entity_id: ours.keyId, details: { asked: { id: ours.keyId } } });
    expect(rows).toContainEqual({ ...of, entity_id: null, details: { asked: { first: 3, search: 'x' } } });
  });

  it('leaves no row when it finds nothing, and one when it is refused', async () => {
    const ask = 'query { key(id: "unknown") { id } }';
    await app.gql(ask, {}, { 'x-request-id': 'read-nothing' });
    await app.gql(ask, {}, { 'x-request-id': 'read-refused', 'x-admin-key': '', authorization: `Bearer ${ours.key}` });
    const { rows } = await app.db
      .query(`SELECT request_id, status, entity_id FROM audit_entries WHERE request_id LIKE 'read-%ed'
      OR request_id = 'read-nothing'`);
    expect(rows).toEqual([{ request_id: 'read-refused', status: 'denied', entity_id: 'unknown' }]);
  });
});

it('attempts without a credential cannot flood the log; the next row counts those left out', async () => {
  app.clock.advance(120_000 - (app.clock.nowMs() % 60_000)); // To the beginning of a minute.
  const attempt = (id: number): Promise<unknown> =>
    app.rest('POST', '/graphql', {
      body: { query: 'mutation { deleteTeam(id: "x") { id } }' },
      headers: { 'x-admin-key': '', 'x-request-id': `flood-${id}-of-many` },
      address: '203.0.113.7',
    });
  await Promise.all(Array.from({ length: 45 }, (_, id) => attempt(id)));
  const flood = `SELECT details FROM audit_entries WHERE request_id LIKE 'flood-%' ORDER BY seq`;
  expect((await app.db.query(flood)).rows).toHaveLength(30);
  app.clock.advance(60_000);
  await attempt(99);
  const { rows } = await app.db.query<{ details: unknown }>(flood);
  expect(rows).toHaveLength(31);
  expect(rows.at(-1)!.details).toEqual({ attemptsLeftOut: 15 });
});

it('200 mutations at once leave chains without a gap or a fork', async () => {
  const third = await makeWorld(app);
  const ids = [ours, theirs, third].map((world) => world.organizationId);
  await Promise.all(Array.from({ length: 200 }, (_, index) => rename(ids[index % 3]!, `Name ${index}`)));
  for (const id of ids) {
    const { rows } = await app.db.query<{ seq: number; n: number; last: number }>(
      `SELECT count(*)::int AS n, max(chain_seq)::int AS last, (SELECT entries::int FROM audit_heads WHERE organization_id = $1) AS seq
       FROM audit_entries WHERE organization_id = $1`,
      [id],
    );
    expect(rows[0]!.n).toBeGreaterThan(66);
    expect([rows[0]!.last, rows[0]!.seq]).toEqual([rows[0]!.n, rows[0]!.n]);
    const { rows: verified, verdict } = await app.app
      .get(AuditVerifications)
      .verify(memberOf({ ...ours, organizationId: id }), id);
    expect([verdict, verified]).toEqual(['ok', rows[0]!.n]);
  }
});

describe('checkpoints', () => {
  it('are made when a row is new, one after the other, signed and linked', async () => {
    const checkpoints = app.app.get(Checkpoints);
    const first = await checkpoints.take();
    expect(await checkpoints.take()).toBe(first);
    await rename(ours.organizationId, 'Once more');
    expect(await Promise.all([checkpoints.take(), checkpoints.take()])).toEqual([first + 1, first + 1]);
    const query =
      '{ auditCheckpoints(first: 2) { total items { number at entries hash previousHash signature publicKey heads { organizationId sequence hash } } } }';
    const { auditCheckpoints } = await must<{ auditCheckpoints: Entries }>(app, query);
    const [newest, before] = auditCheckpoints.items;
    expect([newest!['number'], before!['number'], auditCheckpoints.total]).toEqual([first + 1, first, first + 1]);
    expect(newest!['previousHash']).toBe(before!['hash']);
    expect(newest!['heads']).toEqual([
      { organizationId: ours.organizationId, sequence: expect.stringMatching(/^\d+$/), hash: expect.any(String) },
    ]);
    for (const signed of await checkpoints.ofChain(ours.organizationId, 100))
      expect(isSignedByItsKey(signed)).toBe(true);
  });
});
