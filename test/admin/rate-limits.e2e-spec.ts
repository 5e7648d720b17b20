import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/id.js';
import type { OrganizationRole } from '../../src/core/roles.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const RATE = 'id organizationId scopeType scopeId memberId scopeName unit per amount note status organization { id }';
const CREATE = `mutation ($input: CreateRateLimitInput!) { createRateLimit(input: $input) { ${RATE} } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateRateLimitInput!) { updateRateLimit(id: $id, input: $input) { ${RATE} } }`;
const DELETE = 'mutation ($id: ID!) { deleteRateLimit(id: $id) { id status } }';
const ONE = `query ($id: ID!) { rateLimit(id: $id) { ${RATE} } }`;
const LIST = `query ($filter: RateLimitFilter, $orderBy: RateLimitOrder, $first: Int, $after: String, $search: String) {
  rateLimits(filter: $filter, orderBy: $orderBy, first: $first, after: $after, search: $search) {
    items { id amount } total nextCursor
  }
}`;

/** Parsed JSON. */
type Json = Answer['body'];

let app: TestApp;
let ours: World;
let theirs: World;
let project: string;
let alice: string;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  [ours, theirs] = [await makeWorld(app), await makeWorld(app)];
  project = newId('project');
  await app.db.query("INSERT INTO projects (id, organization_id, code, name) VALUES ($1, $2, 'apollo', 'Apollo')", [
    project,
    ours.organizationId,
  ]);
  alice = await makeUser(app, { name: 'Alice', memberships: { [ours.organizationId]: 'member' } });
});
afterAll(() => app.close());

const inputFor = (more: object = {}, world = ours): object => ({
  ...{ organizationId: world.organizationId, scopeType: 'TEAM', scopeId: world.teamId },
  ...{ unit: 'REQUEST', per: 'MINUTE', amount: '60' },
  ...more,
});
const make = async (more: object = {}, world = ours): Promise<Record<string, Json>> =>
  (await must<{ createRateLimit: Record<string, Json> }>(app, CREATE, { input: inputFor(more, world) }))
    .createRateLimit;
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0].extensions.code;
const fieldOf = ({ body }: Answer): string | undefined => body.errors?.[0].extensions.field;
const messageOf = ({ body }: Answer): string => body.errors[0].message;

describe('a rate limit', () => {
  it('shows itself, by the name of what it is on', async () => {
    const made = await make({ note: 'Be kind' });
    expect(made).toMatchObject({
      ...{ organizationId: ours.organizationId, scopeType: 'TEAM', scopeId: ours.teamId, memberId: null },
      ...{ unit: 'REQUEST', per: 'MINUTE', amount: '60', note: 'Be kind', status: 'ACTIVE' },
      organization: { id: ours.organizationId },
    });
    expect((await must<Json>(app, ONE, { id: made['id'] })).rateLimit).toEqual(made);
    const pair = { scopeType: 'USER_IN_PROJECT', scopeId: project, memberId: alice };
    expect((await make(pair))['scopeName']).toMatch(/Alice.*Apollo|Apollo.*Alice|prj_/);
  });

  it('of calls at once has no time', async () => {
    expect(await make({ unit: 'CONCURRENT', per: null })).toMatchObject({ unit: 'CONCURRENT', per: null });
  });

  it('can be changed: amount, time and note, each by itself', async () => {
    const { id } = await make({ note: 'First' });
    const change = async (input: object): Promise<Json> =>
      (await must<Json>(app, UPDATE, { id, input })).updateRateLimit;
    expect(await change({ amount: '1000000000000' })).toMatchObject({ amount: '1000000000000', per: 'MINUTE' });
    expect(await change({ per: 'DAY' })).toMatchObject({ amount: '1000000000000', per: 'DAY', note: 'First' });
    expect(await change({ note: null })).toMatchObject({ per: 'DAY', note: null });
    expect(await change({})).toMatchObject({ amount: '1000000000000', per: 'DAY', note: null });
  });

  it('that is deleted is gone, but for its row', async () => {
    const { id } = await make();
    expect(await must(app, DELETE, { id })).toEqual({ deleteRateLimit: { id, status: 'DELETED' } });
    for (const again of [ONE, DELETE]) expect(codeOf(await app.gql(again, { id }))).toBe('NOT_FOUND');
    const { rows } = await app.db.query('SELECT status FROM rate_limits WHERE id = $1', [id]);
    expect(rows).toEqual([{ status: 'deleted' }]);
  });

  it('finds room on a scope up to so many', async () => {
    const world = await makeWorld(app);
    for (let count = 0; count < app.config.bounds.rateLimitsPerScope; count++) await make({}, world);
    const answer = await app.gql(CREATE, { input: inputFor({}, world) });
    expect(codeOf(answer)).toBe('CONFLICT');
    expect(messageOf(answer)).toContain('at most 50');
    await make({ scopeType: 'KEY', scopeId: world.keyId }, world);
  });
});

describe('input', () => {
  it.each([
    ['an amount of zero', { amount: '0' }, 'input.amount'],
    ['a negative amount', { amount: '-1' }, 'input.amount'],
    ['an amount beyond the most', { amount: '1000000000001' }, 'input.amount'],
    ['an empty scope', { scopeId: '' }, 'input.scopeId'],
    ['a huge scope', { scopeId: 'x'.repeat(101) }, 'input.scopeId'],
    ['a huge note', { note: 'x'.repeat(501) }, 'input.note'],
    ['no time for requests', { per: null }, 'per'],
    ['a time for calls at once', { unit: 'CONCURRENT' }, 'per'],
    ['a member of what is no pair', { memberId: 'usr_x' }, 'memberId'],
  ])('with %s is refused by its field', async (_what, more, field) => {
    const answer = await app.gql(CREATE, { input: inputFor(more) });
    expect([codeOf(answer), fieldOf(answer)?.replace('input.', '')]).toEqual([
      'INVALID_REQUEST',
      field.replace('input.', ''),
    ]);
  });

  it.each([
    ['a decimal amount', { amount: '1.5' }],
    ['a number for an amount', { amount: 5 }],
    ['no amount', { amount: undefined }],
    ['an unknown unit', { unit: 'DOLLAR' }],
    ['an unknown time', { per: 'WEEK' }],
    ['an unknown field', { status: 'DELETED' }],
    ['an object for a scope', { scopeId: { a: 1 } }],
  ])('with %s does not fit the schema', async (_what, more) => {
    const answer = await app.gql(CREATE, { input: inputFor(more) });
    expect(answer.body.data?.createRateLimit ?? null).toBeNull();
    expect(codeOf(answer)).toMatch(/BAD_USER_INPUT|INVALID_REQUEST|GRAPHQL_VALIDATION_FAILED/);
  });

  it('with a NUL character is refused', async () => {
    for (const more of [{ note: 'a\u0000b' }, { scopeId: 'a\u0000b' }])
      expect(codeOf(await app.gql(CREATE, { input: inputFor(more) }))).toBe('INVALID_REQUEST');
  });

  it('of a change is checked as that of a new one', async () => {
    const [request, running] = [await make(), await make({ unit: 'CONCURRENT', per: null })];
    for (const [id, input] of [
      [request['id'], { amount: '0' }],
      [request['id'], { note: '' }],
      [running['id'], { per: 'DAY' }],
    ] as const)
      expect(codeOf(await app.gql(UPDATE, { id, input }))).toBe('INVALID_REQUEST');
  });
});

describe('who may', () => {
  const as = (role: OrganizationRole): Promise<string> =>
    makeUser(app, { memberships: { [ours.organizationId]: role } });
  const whole = { scopeType: 'ORGANIZATION' };

  it.each(['owner', 'admin'] as const)(
    'an %s sets them within the organization, not on it as a whole',
    async (role) => {
      const headers = asUser(await as(role));
      const { body } = await app.gql(CREATE, { input: inputFor() }, headers);
      const { id } = body.data.createRateLimit;
      expect((await app.gql(UPDATE, { id, input: { amount: '5' } }, headers)).body.errors).toBeUndefined();
      expect((await app.gql(DELETE, { id }, headers)).body.errors).toBeUndefined();
      const own = { input: inputFor({ ...whole, scopeId: ours.organizationId }) };
      expect(codeOf(await app.gql(CREATE, own, headers))).toBe('FORBIDDEN');
      const set = (await must<Json>(app, CREATE, own)).createRateLimit.id;
      expect((await app.gql(ONE, { id: set }, headers)).body.data.rateLimit.id).toBe(set);
      expect(codeOf(await app.gql(UPDATE, { id: set, input: { amount: '5' } }, headers))).toBe('FORBIDDEN');
      expect(codeOf(await app.gql(DELETE, { id: set }, headers))).toBe('FORBIDDEN');
    },
  );

  it('a viewer reads them, a member does not', async () => {
    const { id } = await make();
    const [viewer, member] = [asUser(await as('viewer')), asUser(await as('member'))];
    expect((await app.gql(ONE, { id }, viewer)).body.data.rateLimit.id).toBe(id);
    expect(codeOf(await app.gql(DELETE, { id }, viewer))).toBe('FORBIDDEN');
    expect(codeOf(await app.gql(ONE, { id }, member))).toBe('FORBIDDEN');
  });

  it('a foreign thing is as unknown as one that does not exist', async () => {
    const headers = asUser(await as('owner'));
    const { id } = await make({}, theirs);
    for (const [query, variables] of [
      [ONE, {}],
      [UPDATE, { input: { amount: '5' } }],
      [DELETE, {}],
    ] as const) {
      const [foreign, unknown] = [
        await app.gql(query, { ...variables, id }, headers),
        await app.gql(query, { ...variables, id: 'rlm_unknown' }, headers),
      ];
      expect(codeOf(foreign)).toBe('NOT_FOUND');
      expect(messageOf(foreign).replace(id, '')).toBe(messageOf(unknown).replace('rlm_unknown', ''));
    }
    for (const more of [
      { scopeId: theirs.teamId },
      { scopeId: 'no-such-team' },
      { scopeType: 'KEY', scopeId: theirs.keyId },
      { organizationId: theirs.organizationId, scopeId: theirs.teamId },
    ])
      for (const sender of [headers, {}])
        if (sender === headers || !('organizationId' in more))
          expect(codeOf(await app.gql(CREATE, { input: inputFor(more) }, sender))).toBe('NOT_FOUND');
  });
});

describe('the list', () => {
  it('is filtered, searched, sorted and paged', async () => {
    const world = await makeWorld(app);
    const list = async (variables: object): Promise<Json> => {
      const filter = { organizationId: world.organizationId, ...(variables as { filter?: object }).filter };
      return (await must<Json>(app, LIST, { ...variables, filter })).rateLimits;
    };
    const [five, nine, seven] = [
      await make({ amount: '5' }, world),
      await make({ amount: '9', unit: 'TOKEN', note: 'Needle' }, world),
      await make({ amount: '7', scopeType: 'KEY', scopeId: world.keyId }, world),
    ].map((each) => each['id'] as string);
    const ids = (page: Json): string[] => page.items.map((each: Json) => each.id);
    expect(ids(await list({}))).toEqual([seven, nine, five]);
    expect(ids(await list({ orderBy: 'AMOUNT_ASC' }))).toEqual([five, seven, nine]);
    expect(ids(await list({ orderBy: 'SCOPE_ASC' })).sort()).toEqual([five, nine, seven].sort());
    expect(ids(await list({ filter: { unit: 'TOKEN' } }))).toEqual([nine]);
    expect(ids(await list({ filter: { scopeType: 'KEY' } }))).toEqual([seven]);
    expect(ids(await list({ filter: { scopeId: world.keyId } }))).toEqual([seven]);
    expect(ids(await list({ search: 'needle' }))).toEqual([nine]);
    const first = await list({ first: 2 });
    expect([first.total, ids(first)]).toEqual([3, [seven, nine]]);
    const rest = await list({ first: 2, after: first.nextCursor });
    expect([ids(rest), rest.nextCursor]).toEqual([[five], null]);
  });
});

describe('over REST', () => {
  it('they are made, read, changed and deleted', async () => {
    const body = {
      ...{ organization_id: ours.organizationId, scope_type: 'team', scope_id: ours.teamId },
      ...{ unit: 'token', per: 'minute', amount: 100_000 },
    };
    const made = await app.rest('POST', '/api/rate-limits', { body });
    expect(made).toMatchObject({ status: 200, body: { ...body, member_id: null, note: null } });
    const url = `/api/rate-limits/${made.body.id}`;
    expect((await app.rest('GET', url)).body).toEqual(made.body);
    const changed = await app.rest('PUT', url, { body: { amount: 7, per: 'HOUR', note: 'Why' } });
    expect(changed).toMatchObject({ status: 200, body: { ...body, amount: 7, per: 'hour', note: 'Why' } });
    const list = await app.rest('GET', `/api/rate-limits?organization_id=${ours.organizationId}&unit=token&search=why`);
    expect(list.body).toMatchObject({ total: 1, next_cursor: null, rate_limits: [{ id: made.body.id }] });
    expect((await app.rest('DELETE', url)).body).toMatchObject({ id: made.body.id });
    expect((await app.rest('GET', url)).status).toBe(404);
  });

  it('they are refused by the name of the field', async () => {
    const body = { organization_id: ours.organizationId, scope_type: 'team', scope_id: ours.teamId, unit: 'token' };
    for (const [wrong, field] of [
      [{ per: 'minute', amount: 0 }, 'amount'],
      [{ per: 'minute', amount: 1.5 }, 'amount'],
      [{ per: 'minute', amount: 1e13 }, 'amount'],
      [{ per: 'week', amount: 1 }, 'per'],
      [{ amount: 1 }, 'per'],
      [{ per: 'minute', amount: 1, member_id: 'usr_x' }, 'member_id'],
      [{ per: 'minute', amount: 1, note: 'a\u0000' }, undefined],
    ] as const) {
      const answer = await app.rest('POST', '/api/rate-limits', { body: { ...body, ...wrong } });
      expect(answer.status).toBe(422);
      if (field) expect(answer.body.field).toBe(field);
    }
  });
});
