import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/infra/telemetry/index.js';
import { LimitAlerts } from '../../src/modules/limits/index.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { makeAlert, makeLimit, use } from '../support/limits.js';
import { makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const MEMBERS = 103;
const MOST_SHOWN = 100;

type Body = Answer['body'];

let app: TestApp;
let world: World;
let other: World;
let ids: string[];

const LIST = `query ($first: Int, $after: String, $search: String, $filter: LimitFilter, $orderBy: LimitOrder) {
  limits(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
    total nextCursor items { id } } }`;

async function list(variables: object): Promise<{ ids: string[]; total: number; nextCursor: string | null }> {
  const { limits } = await must<Body>(app, LIST, variables);
  return {
    ids: limits.items.map((each: { id: string }) => each.id),
    total: limits.total,
    nextCursor: limits.nextCursor,
  };
}

/** Which of the limits made at first are found, by their number. */
const found = async (filter: object, more: object = {}): Promise<number[]> => {
  const own = { filter: { organizationId: world.organizationId, ...filter }, first: 200, ...more };
  return (await list(own)).ids.map((id) => ids.indexOf(id));
};

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  world = await makeWorld(app);
  other = await makeWorld(app);
  const { organizationId, keyId } = world;
  const zoe = await makeUser(app, { memberships: { [organizationId]: 'member' }, name: 'zoe' });
  ids = [
    await makeLimit(app, world, { amount: '3' }),
    await makeLimit(app, world, { unit: 'TOKEN', amount: '1', note: 'Needle in a note' }),
    await makeLimit(app, world, { scopeType: 'KEY', scopeId: keyId, period: 'TOTAL', amount: '2' }),
    await makeLimit(app, world, {
      scopeType: 'ORGANIZATION',
      scopeId: organizationId,
      enforcement: 'SOFT',
      amount: '1',
    }),
    await makeLimit(app, world, { scopeType: 'USER', scopeId: zoe, amount: '4' }),
    await makeLimit(app, world, { amount: '5' }),
  ];
  await must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id: ids[5] });
  await makeLimit(app, other);
});
afterAll(() => app.close());

describe('the list of limits', () => {
  it('has those that are not deleted, the newest first', async () => {
    expect(await found({})).toEqual([4, 3, 2, 1, 0]);
    expect(await found({}, { orderBy: 'CREATED_ASC' })).toEqual([0, 1, 2, 3, 4]);
    expect(await found({ status: 'DELETED' })).toEqual([5]);
  });

  it.each<[object, number[]]>([
    [{ scopeType: 'TEAM' }, [1, 0]],
    [{ scopeType: 'KEY' }, [2]],
    [{ unit: 'TOKEN' }, [1]],
    [{ period: 'TOTAL' }, [2]],
    [{ enforcement: 'SOFT' }, [3]],
    [{ scopeType: 'TEAM', unit: 'USD' }, [0]],
    [{ scopeId: 'unknown' }, []],
  ])('filters by %j', async (filter, expected) => expect(await found(filter)).toEqual(expected));

  it('filters by the thing that they are on', async () => {
    expect(await found({ scopeId: world.teamId })).toEqual([1, 0]);
    expect(await found({ scopeId: world.keyId })).toEqual([2]);
  });

  it('is sorted by amount, or by the name of what they are on', async () => {
    expect((await found({ unit: 'USD' }, { orderBy: 'AMOUNT_ASC' })).at(0)).toBe(3);
    expect(await found({ unit: 'USD' }, { orderBy: 'AMOUNT_DESC' })).toEqual([4, 0, 2, 3]);
    expect((await found({}, { orderBy: 'SCOPE_DESC' })).at(0)).toBe(4);
    expect((await found({}, { orderBy: 'SCOPE_ASC' })).at(-1)).toBe(4);
  });

  it('is searched by id, note, and what they are on', async () => {
    expect(await found({}, { search: 'needle' })).toEqual([1]);
    expect(await found({}, { search: ids[2] })).toEqual([2]);
    expect(await found({}, { search: 'ZOE' })).toEqual([4]);
    expect(await found({}, { search: '%' })).toEqual([]);
  });

  it.each(['CREATED_DESC', 'AMOUNT_ASC', 'SCOPE_DESC'])('comes in pages, by %s', async (orderBy) => {
    const filter = { organizationId: world.organizationId };
    const whole = (await list({ filter, orderBy })).ids;
    const parts: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ filter, orderBy, first: 2, after });
      expect(page.total).toBe(5);
      parts.push(...page.ids);
      after = page.nextCursor;
    } while (after !== null);
    expect(parts).toEqual(whole);
  });
});

describe('windows', () => {
  const open = (limitId: string, values: string): Promise<unknown> =>
    app.db.query(
      `INSERT INTO limit_windows (limit_id, organization_id, subject, starts_at, ends_at, posted)
       SELECT l.id, l.organization_id, w.* FROM limits l CROSS JOIN (${values}) w WHERE l.id = $1`,
      [limitId],
    );

  it('of the past stay, the latest first, with what the limit allowed at their end', async () => {
    const id = await makeLimit(app, world, { unit: 'REQUEST', period: 'DAY', amount: '10' });
    await open(
      id,
      `SELECT '', day, day + interval '1 day', 5 FROM generate_series(timestamptz '2026-01-01', '2026-01-03', '1 day') day`,
    );
    await app.db.query(
      `INSERT INTO limit_grants (id, limit_id, organization_id, amount, starts_at, ends_at, reason, actor_kind, actor_name)
       VALUES ('lgr_then', $1, $2, 10, '2026-01-02', '2026-01-03', 'Then', 'system', 'test')`,
      [id, world.organizationId],
    );
    const query = `query ($id: ID!, $first: Int, $after: String) { limit(id: $id) { windows(first: $first, after: $after) {
      total nextCursor items { startsAt amount posted percent } } } }`;
    const { limit } = await must<Body>(app, query, { id, first: 2 });
    expect(limit.windows).toMatchObject({
      total: 3,
      items: [
        { startsAt: '2026-01-03T00:00:00.000Z', amount: '10', posted: '5', percent: 50 },
        { startsAt: '2026-01-02T00:00:00.000Z', amount: '20', posted: '5', percent: 25 },
      ],
    });
    const rest = await must<Body>(app, query, { id, after: limit.windows.nextCursor });
    expect(rest.limit.windows).toMatchObject({ nextCursor: null, items: [{ startsAt: '2026-01-01T00:00:00.000Z' }] });
  });

  it(`of members that run now come the fullest first, at most ${MOST_SHOWN}, with their names`, async () => {
    const { organizationId } = world;
    await app.db.query("INSERT INTO projects (id, organization_id, code, name) VALUES ('prj_1', $1, 'one', 'One')", [
      organizationId,
    ]);
    const max = await makeUser(app, { memberships: { [organizationId]: 'member' }, name: 'Max' });
    const id = await makeLimit(app, world, {
      scopeType: 'USER_IN_PROJECT',
      scopeId: 'prj_1',
      unit: 'TOKEN',
      amount: '400',
    });
    const query = 'query ($id: ID!) { limit(id: $id) { currentWindows { subject subjectName posted percent } } }';
    expect((await must<Body>(app, query, { id })).limit.currentWindows).toEqual([]);
    const now = `now() - interval '1 day', now() + interval '1 day'`;
    await open(
      id,
      `SELECT 'usr_' || n, ${now}, n FROM generate_series(1, ${MEMBERS - 1}) n UNION ALL SELECT '${max}', ${now}, 400`,
    );
    const { currentWindows } = (await must<Body>(app, query, { id })).limit;
    expect(currentWindows).toHaveLength(MOST_SHOWN);
    expect(currentWindows[0]).toEqual({ subject: max, subjectName: 'Max', posted: '400', percent: 100 });
    expect(currentWindows[1]).toEqual({ subject: 'usr_102', subjectName: null, posted: '102', percent: 25.5 });
  });

  it('that have ended do not run', async () => {
    const id = await makeLimit(app, world, { period: 'TOTAL' });
    await makeAlert(app, id);
    await use(app, id, 7n);
    const query = 'query ($id: ID!) { limit(id: $id) { currentWindows { posted } } }';
    expect((await must<Body>(app, query, { id })).limit.currentWindows).toEqual([{ posted: '0.000000007' }]);
    app.clock.advance(2 * 60 * 60 * 1000);
    expect((await must<Body>(app, query, { id })).limit.currentWindows).toEqual([{ posted: '0' }]);
  });
});

describe('alerts', () => {
  const query = `query ($filter: LimitAlertFilter) { limitAlerts(filter: $filter) {
    total items { id percent posted amount limit { id } window { posted startsAt } } } }`;

  it('are listed, the newest first, with the limit and window that they tell of', async () => {
    const limitId = await makeLimit(app, other, { unit: 'TOKEN', amount: '100' });
    const first = await makeAlert(app, limitId, 50);
    app.clock.advance(1_000);
    const second = await makeAlert(app, limitId, 80);
    const { limitAlerts } = await must<Body>(app, query, { filter: { limitId } });
    const facts = { posted: '50', amount: '100', limit: { id: limitId }, window: { posted: '50' } };
    expect(limitAlerts).toMatchObject({
      total: 2,
      items: [
        { id: second, percent: 80, ...facts },
        { id: first, percent: 50, ...facts },
      ],
    });
    const of = (organizationId: string): Promise<Body> => must(app, query, { filter: { organizationId } });
    expect((await of(other.organizationId)).limitAlerts.total).toBe(2);
    expect((await of('unknown')).limitAlerts.total).toBe(0);
  });

  it('are announced once each, and counted', async () => {
    const alerts = app.app.get(LimitAlerts, { strict: false });
    const { limitAlerts } = app.app.get(Metrics);
    await alerts.announce();
    const before = (await limitAlerts.get()).values.find(({ labels }) => labels.enforcement === 'soft')?.value ?? 0;
    const limitId = await makeLimit(app, other, { enforcement: 'SOFT' });
    for (const percent of [50, 80, 100]) await makeAlert(app, limitId, percent);
    const told = await Promise.all([alerts.announce(), alerts.announce(), alerts.announce()]);
    expect(told.reduce((sum, each) => sum + each, 0)).toBe(3);
    expect(await alerts.announce()).toBe(0);
    const after = (await limitAlerts.get()).values.find(({ labels }) => labels.enforcement === 'soft')!.value;
    expect(after - before).toBe(3);
  });
});
