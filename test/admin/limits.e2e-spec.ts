import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/id.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { makeAlert, makeLimit, use } from '../support/limits.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const WINDOW = 'id subject subjectName startsAt endsAt amount posted held remaining overrun percent';
const LIMIT = `id organizationId scopeType scopeId memberId scopeName unit period zone amount effectiveAmount enforcement
  alerts note status anchoredAt currentWindows { ${WINDOW} }`;

type Body = Answer['body'];

let app: TestApp;
let ours: World;
let theirs: World;
let projectId: string;
let groupId: string;
let alice: string;

async function seed(table: string, columns: Record<string, unknown>): Promise<string> {
  const names = Object.keys(columns);
  const values = names.map((_, index) => `$${index + 1}`);
  await app.db.query(`INSERT INTO ${table} (${names.join()}) VALUES (${values.join()})`, Object.values(columns));
  return columns['id'] as string;
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  ours = await makeWorld(app);
  theirs = await makeWorld(app);
  const organization_id = ours.organizationId;
  projectId = await seed('projects', { id: 'prj_apollo', organization_id, code: 'apollo', name: 'Apollo' });
  groupId = await seed('groups', { id: 'ugr_pilots', organization_id, name: 'Pilots' });
  alice = await makeUser(app, { memberships: { [organization_id]: 'member' }, name: 'Alice' });
});
afterAll(() => app.close());

const create = 'mutation ($input: CreateLimitInput!) { createLimit(input: $input) { id } }';
const update = `mutation ($id: ID!, $input: UpdateLimitInput!) { updateLimit(id: $id, input: $input) { ${LIMIT} } }`;
const remove = 'mutation ($id: ID!) { deleteLimit(id: $id) { id status } }';
const grant = 'mutation ($input: GrantLimitInput!) { grantLimit(input: $input) { id amount revokedAt } }';
const revoke = 'mutation ($id: ID!) { revokeGrant(id: $id) { id revokedAt } }';

const read = async (id: string): Promise<Body> =>
  (await must<{ limit: Body }>(app, `query ($id: ID!) { limit(id: $id) { ${LIMIT} } }`, { id })).limit;
const change = async (id: string, input: object): Promise<Body> =>
  (await must<{ updateLimit: Body }>(app, update, { id, input })).updateLimit;
const give = async (limitId: string, input: object = {}): Promise<Body> => {
  const terms = { amount: '20', endsAt: new Date(app.clock.nowMs() + DAY_MS), reason: 'Launch' };
  return (await must<{ grantLimit: Body }>(app, grant, { input: { limitId, ...terms, ...input } })).grantLimit;
};
const codeOf = ({ body }: Answer): string | undefined => body.errors?.[0].extensions.code;
const fieldOf = ({ body }: Answer): string | undefined => body.errors?.[0].extensions.field;

const inputFor = (more: object = {}, world = ours): object => ({
  ...{ organizationId: world.organizationId, scopeType: 'TEAM', scopeId: world.teamId },
  ...{ unit: 'USD', period: 'DAY', amount: '5' },
  ...more,
});

describe('a new limit', () => {
  it('shows itself with the window that runs, before any call', async () => {
    const id = await makeLimit(app, ours, { amount: '12.5', zone: 'Europe/Berlin', period: 'DAY', note: 'Try' });
    const limit = await read(id);
    expect(limit).toMatchObject({
      ...{
        scopeType: 'TEAM',
        scopeId: ours.teamId,
        memberId: null,
        scopeName: ours.teamId,
        unit: 'USD',
        period: 'DAY',
      },
      ...{ zone: 'Europe/Berlin', amount: '12.5', effectiveAmount: '12.5', enforcement: 'HARD', alerts: [50, 80, 100] },
      ...{ note: 'Try', status: 'ACTIVE', anchoredAt: null },
    });
    const [window] = limit.currentWindows;
    expect(window).toMatchObject({ id: null, posted: '0', held: '0', remaining: '12.5', overrun: '0', percent: 0 });
    expect(Date.parse(window.endsAt) - Date.parse(window.startsAt)).toBe(DAY_MS);
  });

  it.each<[string, string, () => object]>([
    ['GROUP', 'Pilots', () => ({ scopeId: groupId })],
    ['PROJECT', 'Apollo', () => ({ scopeId: projectId })],
    ['USER', 'Alice', () => ({ scopeId: alice })],
    ['ORGANIZATION', 'Test', () => ({ scopeId: ours.organizationId })],
    ['USER_IN_PROJECT', 'Alice in Apollo', () => ({ scopeId: projectId, memberId: alice })],
    ['USER_IN_PROJECT', 'Each user in Apollo', () => ({ scopeId: projectId })],
    ['GROUP_IN_PROJECT', 'Pilots in Apollo', () => ({ scopeId: projectId, memberId: groupId })],
    ['USER_IN_GROUP', 'Each user in Pilots', () => ({ scopeId: groupId, memberId: null })],
  ])('can be on a %s: %s', async (scopeType, name, scope) => {
    const id = await makeLimit(app, ours, { scopeType, ...scope() });
    expect(await read(id)).toMatchObject({ scopeType, scopeName: name });
  });

  it('may be one more on the same scope', async () => {
    const [one, other] = [await makeLimit(app, ours), await makeLimit(app, ours)];
    expect(one).not.toBe(other);
  });

  it('reads and writes amounts in its unit', async () => {
    const amounts = { USD: '0.000000001', CREDIT: '0.000001', TOKEN: '1000000000000', REQUEST: '0' };
    for (const [unit, amount] of Object.entries(amounts))
      expect((await read(await makeLimit(app, ours, { unit, amount }))).amount).toBe(amount);
  });

  it.each<[string, object, string]>([
    ['a negative amount', { amount: '-1' }, 'amount'],
    ['an amount that is none', { amount: '1e3' }, 'amount'],
    ['no amount', { amount: '' }, 'amount'],
    ['an amount finer than the unit', { amount: '0.0000000001' }, 'amount'],
    ['a part of a token', { unit: 'TOKEN', amount: '1.5' }, 'amount'],
    ['a huge amount', { amount: '1000000001' }, 'amount'],
    ['an amount of many digits', { amount: '9'.repeat(64) }, 'amount'],
    ['an unknown zone', { zone: 'Mars/Olympus' }, 'zone'],
    ['a zone with a NUL', { zone: 'Europe/\0' }, 'zone'],
    ['alerts that fall', { alerts: [80, 50] }, 'alerts'],
    ['alerts twice', { alerts: [50, 50] }, 'alerts'],
    ['an alert of 0', { alerts: [0] }, 'alerts'],
    ['an alert of 101', { alerts: [101] }, 'alerts'],
    ['eleven alerts', { alerts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, 'alerts'],
    ['a member of what is no pair', { memberId: 'usr_1' }, 'memberId'],
    ['an endless note', { note: 'x'.repeat(501) }, 'note'],
    ['a NUL in the note', { note: 'a\0b' }, 'input'],
  ])('is refused with %s', async (_name, more, field) => {
    const answer = await app.gql(create, { input: inputFor(more) });
    expect([codeOf(answer), fieldOf(answer)]).toEqual(['INVALID_REQUEST', field]);
  });

  it.each([
    { unit: 'EURO' },
    { scopeType: 'PLANET' },
    { amount: 5 },
    { alerts: ['x'] },
    { period: null },
    { extra: 1 },
  ])('is refused with what is no such type: %j', async (more) => {
    expect(codeOf(await app.gql(create, { input: inputFor(more) }))).toBe('INVALID_REQUEST');
  });

  it('is not found on what is of somebody else, exactly as on what does not exist', async () => {
    const bob = await makeUser(app, { memberships: { [theirs.organizationId]: 'member' } });
    const foreign = {
      ...{ TEAM: theirs.teamId, KEY: theirs.keyId, USER: bob, ORGANIZATION: theirs.organizationId },
      ...{ PROJECT: 'prj_theirs', GROUP: 'ugr_theirs' },
    };
    await seed('projects', { id: 'prj_theirs', organization_id: theirs.organizationId, code: 'x', name: 'X' });
    await seed('groups', { id: 'ugr_theirs', organization_id: theirs.organizationId, name: 'X' });
    for (const [scopeType, scopeId] of Object.entries(foreign)) {
      const answers = [scopeId, `${scopeId}0`].map((each) =>
        app.gql(create, { input: inputFor({ scopeType, scopeId: each }) }),
      );
      const [known, unknown] = (await Promise.all(answers)).map(({ body }) => body.errors[0]);
      expect(known.extensions.code).toBe('NOT_FOUND');
      expect({ ...known, message: known.message.replace(scopeId, 'ID') }).toEqual({
        ...unknown,
        message: unknown.message.replace(`${scopeId}0`, 'ID'),
      });
    }
    for (const pair of [{ memberId: bob }, { memberId: 'nobody' }]) {
      const input = inputFor({ scopeType: 'USER_IN_PROJECT', scopeId: projectId, ...pair });
      expect(codeOf(await app.gql(create, { input }))).toBe('NOT_FOUND');
    }
  });
});

describe('who may set limits', () => {
  const asMember = async (role: 'owner' | 'admin' | 'viewer' | 'member'): Promise<Record<string, string>> =>
    asUser(await makeUser(app, { memberships: { [ours.organizationId]: role } }));

  it.each(['owner', 'admin'] as const)(
    'an organization %s, but on the organization itself, and no grants',
    async (role) => {
      const headers = await asMember(role);
      const made = await app.gql(create, { input: inputFor() }, headers);
      const { id } = made.body.data.createLimit;
      expect((await app.gql(update, { id, input: { amount: '6' } }, headers)).body.data.updateLimit.amount).toBe('6');
      expect((await app.gql(remove, { id }, headers)).body.data.deleteLimit.status).toBe('DELETED');
      const whole = { scopeType: 'ORGANIZATION', scopeId: ours.organizationId };
      const own = await makeLimit(app, ours, whole);
      for (const answer of [
        await app.gql(create, { input: inputFor(whole) }, headers),
        await app.gql(update, { id: own, input: { amount: '6' } }, headers),
        await app.gql(remove, { id: own }, headers),
        await app.gql(grant, { input: { limitId: own, amount: '1', endsAt: new Date(), reason: 'x' } }, headers),
      ])
        expect(codeOf(answer)).toBe('FORBIDDEN');
      expect((await read(own)).amount).toBe('100');
    },
  );

  it('no viewer, member or auditor; viewers and auditors read', async () => {
    const id = await makeLimit(app, ours);
    const auditor = asUser(await makeUser(app, { role: 'auditor' }));
    for (const headers of [await asMember('viewer'), await asMember('member'), auditor])
      for (const [query, variables] of [
        [create, { input: inputFor() }],
        [update, { id, input: { amount: '6' } }],
        [remove, { id }],
        [revoke, { id }],
      ] as const)
        expect(codeOf(await app.gql(query, variables, headers))).toBe('FORBIDDEN');
    const list = '{ limits { total } limitAlerts { total } }';
    for (const headers of [await asMember('viewer'), auditor])
      expect((await app.gql(list, {}, headers)).body.data.limits.total).toBeGreaterThan(0);
    expect(codeOf(await app.gql(list, {}, await asMember('member')))).toBe('FORBIDDEN');
  });

  it('nobody those of another organization, which read like unknown ones', async () => {
    const headers = await asMember('owner');
    const [id, unknown] = [await makeLimit(app, theirs), newId('limit')];
    for (const [query, input] of [
      [`query ($id: ID!) { limit(id: $id) { id } }`, {}],
      [update, { input: { amount: '1' } }],
      [remove, {}],
    ] as const) {
      const [one, other] = [
        await app.gql(query, { id, ...input }, headers),
        await app.gql(query, { id: unknown, ...input }, headers),
      ];
      expect(codeOf(one)).toBe('NOT_FOUND');
      expect(JSON.stringify(one.body).replaceAll(id, '')).toBe(JSON.stringify(other.body).replaceAll(unknown, ''));
    }
    const answer = await app.gql('{ limits(first: 200) { items { organizationId } } }', {}, headers);
    const owners = new Set(answer.body.data.limits.items.map((each: Body) => each.organizationId));
    expect([...owners]).toEqual([ours.organizationId]);
  });
});

describe('a change', () => {
  it('of amount, manner, alerts and note holds at once', async () => {
    const id = await makeLimit(app, ours, { note: 'Old' });
    const changed = await change(id, { amount: '1', enforcement: 'SOFT', alerts: [], note: null });
    expect(changed).toMatchObject({ amount: '1', enforcement: 'SOFT', alerts: [], note: null, anchoredAt: null });
    expect(await change(id, {})).toMatchObject({ amount: '1', enforcement: 'SOFT', alerts: [], period: 'MONTH' });
  });

  it('to less than is used leaves nothing, and more than all of it used', async () => {
    const id = await makeLimit(app, ours);
    await makeAlert(app, id);
    await use(app, id, 30_000_000_000n, 5_000_000_000n);
    const { currentWindows } = await change(id, { amount: '20' });
    expect(currentWindows[0]).toMatchObject({ amount: '20', posted: '30', held: '5', remaining: '0', percent: 150 });
  });

  it('of the period waits for the end of the window that runs', async () => {
    const id = await makeLimit(app, ours);
    const { currentWindows: before } = await read(id);
    const changed = await change(id, { period: 'DAY', zone: 'Asia/Kathmandu' });
    expect(changed.anchoredAt).toBe(before[0].endsAt);
    expect(changed.currentWindows).toMatchObject([{ startsAt: before[0].startsAt, endsAt: before[0].endsAt }]);
    const again = await change(id, { period: 'WEEK' });
    expect([again.anchoredAt, again.currentWindows[0].endsAt]).toEqual([before[0].endsAt, before[0].endsAt]);
  });

  it('from a total holds at once, and the total ends', async () => {
    const id = await makeLimit(app, ours, { period: 'TOTAL' });
    expect((await read(id)).currentWindows).toMatchObject([{ startsAt: '1970-01-01T00:00:00.000Z', endsAt: null }]);
    expect((await change(id, { zone: 'Asia/Tokyo' })).anchoredAt).toBeNull();
    const changed = await change(id, { period: 'DAY' });
    expect(Math.abs(Date.parse(changed.anchoredAt) - app.clock.nowMs())).toBeLessThan(5_000);
    expect(changed.currentWindows).toMatchObject([{ startsAt: changed.anchoredAt }]);
    const { limit } = await must<Body>(
      app,
      `query ($id: ID!) { limit(id: $id) { windows { items { endsAt } total } } }`,
      { id },
    );
    expect(limit.windows).toEqual({ items: [{ endsAt: changed.anchoredAt }], total: 1 });
  });

  it('is refused of a deleted limit, which still can be read', async () => {
    const id = await makeLimit(app, ours);
    await must(app, remove, { id });
    for (const [query, input] of [
      [update, { input: { amount: '1' } }],
      [remove, {}],
    ] as const)
      expect(codeOf(await app.gql(query, { id, ...input }))).toBe('NOT_FOUND');
    expect(await read(id)).toMatchObject({ status: 'DELETED', currentWindows: [] });
  });

  it.each<[object, string]>([
    [{ amount: '-1' }, 'amount'],
    [{ amount: 'NaN' }, 'amount'],
    [{ zone: 'x' }, 'zone'],
    [{ alerts: [2, 1] }, 'alerts'],
    [{ note: '' }, 'note'],
  ])('is refused when it is wrong: %j', async (input, field) => {
    const id = await makeLimit(app, ours);
    const answer = await app.gql(update, { id, input });
    expect([codeOf(answer), fieldOf(answer)]).toEqual(['INVALID_REQUEST', field]);
  });
});

describe('grants', () => {
  it('add to the amount while they run, and no longer', async () => {
    const id = await makeLimit(app, ours);
    await give(id);
    await give(id, { amount: '0.5' });
    const later = new Date(app.clock.nowMs() + HOUR_MS);
    await give(id, { amount: '7', startsAt: later });
    expect(await read(id)).toMatchObject({ amount: '100', effectiveAmount: '120.5' });
    app.clock.advance(2 * HOUR_MS);
    expect((await read(id)).effectiveAmount).toBe('127.5');
    app.clock.advance(DAY_MS);
    expect((await read(id)).effectiveAmount).toBe('100');
  });

  it('end when they are revoked, once', async () => {
    const id = await makeLimit(app, ours);
    const { id: grantId } = await give(id);
    const { revokeGrant } = await must<Body>(app, revoke, { id: grantId });
    expect(await must(app, revoke, { id: grantId })).toEqual({ revokeGrant });
    expect((await read(id)).effectiveAmount).toBe('100');
    const query =
      'query ($id: ID!) { limit(id: $id) { grants { total items { amount reason actorName limit { id } } } } }';
    const { limit } = await must<Body>(app, query, { id });
    const item = { amount: '20', reason: 'Launch', actorName: 'master_key', limit: { id } };
    expect(limit.grants).toEqual({ total: 1, items: [item] });
  });

  it('that have run out cannot be revoked', async () => {
    const { id } = await give(await makeLimit(app, ours));
    app.clock.advance(2 * DAY_MS);
    expect(codeOf(await app.gql(revoke, { id }))).toBe('CONFLICT');
  });

  it.each<[string, () => object, string]>([
    ['nothing', () => ({ amount: '0' }), 'amount'],
    ['less than nothing', () => ({ amount: '-5' }), 'amount'],
    ['more than can be counted', () => ({ amount: '999999999.1' }), 'amount'],
    ['until the past', () => ({ endsAt: new Date(app.clock.nowMs() - 1) }), 'endsAt'],
    ['until before it starts', () => ({ startsAt: new Date(app.clock.nowMs() + 3 * DAY_MS) }), 'endsAt'],
    ['without a reason', () => ({ reason: '' }), 'reason'],
  ])('of %s are refused', async (_name, more, field) => {
    const limitId = await makeLimit(app, ours);
    const terms = { limitId, amount: '1', endsAt: new Date(app.clock.nowMs() + DAY_MS), reason: 'x' };
    const answer = await app.gql(grant, { input: { ...terms, ...more() } });
    expect([codeOf(answer), fieldOf(answer)]).toEqual(['INVALID_REQUEST', field]);
  });

  it('bind what the amount can be raised to', async () => {
    const id = await makeLimit(app, ours);
    await give(id);
    expect(codeOf(await app.gql(update, { id, input: { amount: '999999990' } }))).toBe('INVALID_REQUEST');
    expect((await change(id, { amount: '999999980' })).effectiveAmount).toBe('1000000000');
  });

  it('of limits that are deleted or unknown are not found', async () => {
    const id = await makeLimit(app, ours);
    await must(app, remove, { id });
    for (const limitId of [id, newId('limit')]) {
      const terms = { amount: '1', endsAt: new Date(app.clock.nowMs() + DAY_MS), reason: 'x' };
      expect(codeOf(await app.gql(grant, { input: { limitId, ...terms } }))).toBe('NOT_FOUND');
    }
    expect(codeOf(await app.gql(revoke, { id: newId('limitGrant') }))).toBe('NOT_FOUND');
  });
});
