import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Config } from '../../src/config/index.js';
import type { CallPlace } from '../../src/core/scope.js';
import { Database } from '../../src/infra/database/index.js';
import { Events } from '../../src/infra/events/index.js';
import { LIMITS_CHANGED } from '../../src/modules/ledger/index.js';
import { type LimitPath, LimitPaths, LimitsOf } from '../../src/modules/limits/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeLimit, use } from '../support/limits.js';
import { makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

let app: TestApp;
let paths: LimitPaths;
let world: World;
let place: CallPlace;
let serial = 0;

/** What another process, or one that was just started, would know. */
const anotherProcess = (bounds: object = {}): LimitPaths => {
  const config = { bounds: { ...app.config.bounds, ...bounds } } as Config;
  return new LimitPaths(app.app.get(Database), app.app.get(Events), config);
};

const day = (text: string): Date => new Date(`${text}Z`);
const update = (id: string, input: object): Promise<unknown> =>
  must(app, 'mutation ($id: ID!, $input: UpdateLimitInput!) { updateLimit(id: $id, input: $input) { id } }', {
    id,
    input,
  });
const shown = ({ slots }: LimitPath): (string | null)[][] =>
  slots.map(({ startsAt, endsAt }) => [startsAt.toISOString(), endsAt?.toISOString() ?? null]);

async function makeGroup(organizationId: string, userId: string): Promise<string> {
  const id = `ugr_${++serial}`;
  await app.db.query('INSERT INTO groups (id, organization_id, name) VALUES ($1, $2, $1)', [id, organizationId]);
  await app.db.query('INSERT INTO group_members (group_id, user_id, organization_id) VALUES ($1, $2, $3)', [
    id,
    userId,
    organizationId,
  ]);
  return id;
}

async function makeProject(organizationId: string): Promise<string> {
  const id = `prj_${++serial}`;
  await app.db.query('INSERT INTO projects (id, organization_id, code, name) VALUES ($1, $2, $1, $1)', [
    id,
    organizationId,
  ]);
  return id;
}

/** How many statements about limits the work has sent. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const query = jest.spyOn(app.app.get(Database).pool, 'query');
  try {
    await work();
    return query.mock.calls.filter(([said]) => /limit/.test(JSON.stringify(said))).length;
  } finally {
    query.mockRestore();
  }
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  paths = app.app.get(LimitPaths, { strict: false });
});
afterAll(() => app.close());
beforeEach(async () => {
  world = await makeWorld(app);
  const { organizationId, keyId, teamId } = world;
  place = { organizationId, keyId, teamId, projectId: null, userId: null };
});

describe('the path of a call', () => {
  it('is empty where there is no limit, of version 0 where there never was one', async () => {
    expect(await paths.of(place, app.clock.now())).toEqual({ version: 0n, slots: [] });
  });

  it('names all windows that it falls into, by id, and makes those that are missing', async () => {
    const team = await makeLimit(app, world, { zone: 'Europe/Berlin', period: 'DAY' });
    const scope = { scopeType: 'ORGANIZATION', scopeId: world.organizationId };
    const whole = await makeLimit(app, world, { ...scope, unit: 'TOKEN', period: 'TOTAL', enforcement: 'SOFT' });
    const { version, slots } = await paths.of(place, day('2026-12-01T22:59:59.999'));
    expect(version).toBe(2n);
    expect(slots.map((slot) => slot.windowId)).toEqual([...slots].map((slot) => slot.windowId).sort());
    expect(slots.every((slot) => slot.windowId >= 2n ** 40n)).toBe(true);
    const rest = { subject: '', windowId: expect.any(BigInt) };
    expect(slots.find((slot) => slot.limitId === team)).toEqual({
      ...{ limitId: team, scope: { type: 'team', id: world.teamId, memberId: null }, unit: 'nano_usd', period: 'day' },
      ...{ zone: 'Europe/Berlin', enforcement: 'hard', ...rest },
      ...{ startsAt: day('2026-11-30T23:00:00'), endsAt: day('2026-12-01T23:00:00') },
    });
    expect(slots.find((slot) => slot.limitId === whole)).toMatchObject({
      ...{ unit: 'token', period: 'total', enforcement: 'soft', startsAt: new Date(0), endsAt: null },
    });
    for (const slot of slots) expect(paths.slot(slot.windowId)).toEqual(slot);
    expect(paths.slot(1n)).toBeUndefined();
  });

  it('is the same for everybody who asks at once, in every process', async () => {
    for (const period of ['DAY', 'WEEK', 'MONTH', 'TOTAL']) await makeLimit(app, world, { period });
    const processes = [paths, anotherProcess(), anotherProcess(), anotherProcess()];
    const at = app.clock.now();
    const asked = Array.from({ length: 80 }, (_, index) => processes[index % processes.length]!.of(place, at));
    const answers = new Set((await Promise.all(asked)).map((path) => path.slots.map((slot) => slot.windowId).join()));
    expect(answers.size).toBe(1);
    const { rows } = await app.db.query('SELECT FROM limit_windows WHERE organization_id = $1', [world.organizationId]);
    expect(rows).toHaveLength(4);
  });

  it('is remembered until a window ends; the next windows take one statement', async () => {
    await makeLimit(app, world, { period: 'DAY' });
    const ask = (at: string): Promise<number> => statementsOf(() => paths.of(place, day(at)));
    expect(await ask('2026-12-01T12:00:00')).toBe(2);
    expect(await ask('2026-12-01T23:59:59.999')).toBe(0);
    expect(await ask('2026-12-02T00:00:00')).toBe(1);
    expect(await ask('2026-12-02T23:00:00')).toBe(0);
    paths.forget(world.organizationId);
    expect(await ask('2026-12-02T23:00:00')).toBe(2);
  });

  it('of a rush of calls asks once', async () => {
    await makeLimit(app, world);
    const at = app.clock.now();
    expect(await statementsOf(() => Promise.all(Array.from({ length: 50 }, () => paths.of(place, at))))).toBe(2);
  });

  it('is asked for anew after a failure, which is not remembered', async () => {
    await makeLimit(app, world);
    const query = jest.spyOn(app.app.get(Database).pool, 'query');
    query.mockImplementationOnce(
      () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })) as never,
    );
    await expect(paths.of(place, app.clock.now())).rejects.toMatchObject({ code: 'ledger_unavailable' });
    query.mockRestore();
    expect((await paths.of(place, app.clock.now())).slots).toHaveLength(1);
  });

  it('is remembered of so many keys at most, and as many windows have words', async () => {
    await makeLimit(app, world);
    const small = anotherProcess({ limitPathEntries: 3, limitSlotEntries: 2 });
    const at = app.clock.now();
    const places = Array.from({ length: 20 }, (_, index) => ({ ...place, keyId: `key_${index}` }));
    for (const each of places) await small.of(each, at);
    expect(await statementsOf(() => small.of(places.at(-1)!, at))).toBe(0);
    expect(await statementsOf(() => small.of(places[0]!, at))).toBeGreaterThan(0);
  });
});

describe('a path is of one version', () => {
  it('that every change of limits, groups and their members raises', async () => {
    const versions = [(await paths.of(place, app.clock.now())).version];
    const see = async (change: Promise<unknown>): Promise<void> => {
      await change;
      paths.forget(world.organizationId);
      versions.push((await paths.of(place, app.clock.now())).version);
    };
    const user = await makeUser(app, { memberships: { [world.organizationId]: 'member' } });
    const id = makeLimit(app, world);
    await see(id);
    await see(update(await id, { amount: '1' }));
    const group = makeGroup(world.organizationId, user);
    await see(group);
    await see(app.db.query('DELETE FROM group_members WHERE group_id = $1', [await group]));
    await see(app.db.query("UPDATE groups SET status = 'deleted' WHERE id = $1", [await group]));
    await see(must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id: await id }));
    expect(versions).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
    expect((await paths.of(place, app.clock.now())).slots).toEqual([]);
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['an update', (id) => update(id, { enforcement: 'SOFT' })],
    [
      'a grant',
      (limitId) => {
        const input = { limitId, amount: '1', endsAt: new Date(app.clock.nowMs() + DAY_MS), reason: 'x' };
        return must(app, 'mutation ($input: GrantLimitInput!) { grantLimit(input: $input) { id } }', { input });
      },
    ],
    ['a deletion', (id) => must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id })],
  ])('and is forgotten by every process after %s', async (_name, change) => {
    const id = await makeLimit(app, world);
    await paths.of(place, app.clock.now());
    const events = app.app.get(Events);
    const told = new Promise((resolve) => {
      const end = events.subscribe(LIMITS_CHANGED, ({ organizationId }) => {
        if (organizationId !== world.organizationId) return;
        end();
        resolve(null);
      });
    });
    await change(id);
    await told;
    expect(await statementsOf(() => paths.of(place, app.clock.now()))).toBeGreaterThan(0);
  });
});

describe('people and their groups', () => {
  it('have windows of their own in a project, and share those of its group', async () => {
    const { organizationId } = world;
    const projectId = await makeProject(organizationId);
    const users = await Promise.all([1, 2].map(() => makeUser(app, { memberships: { [organizationId]: 'member' } })));
    const group = await makeGroup(organizationId, users[0]!);
    const each = await makeLimit(app, world, { scopeType: 'USER_IN_PROJECT', scopeId: projectId });
    const named = { scopeType: 'USER_IN_PROJECT', scopeId: projectId, memberId: users[1], unit: 'TOKEN' };
    const own = await makeLimit(app, world, named);
    const shared = await makeLimit(app, world, { scopeType: 'GROUP', scopeId: group });
    const at = app.clock.now();
    const seen = await Promise.all(
      users.map(async (userId) => (await paths.of({ ...place, teamId: null, projectId, userId }, at)).slots),
    );
    const told = seen.map((slots) => slots.map((slot) => [slot.limitId, slot.subject]).sort());
    expect(told[0]).toEqual(
      [
        [each, users[0]],
        [shared, ''],
      ].sort(),
    );
    expect(told[1]).toEqual(
      [
        [each, users[1]],
        [own, ''],
      ].sort(),
    );
    expect(new Set(seen.flat().map((slot) => slot.windowId)).size).toBe(4);
  });

  it('lose the limits of a group that is deleted', async () => {
    const userId = await makeUser(app, { memberships: { [world.organizationId]: 'member' } });
    const scopeId = await makeGroup(world.organizationId, userId);
    await makeLimit(app, world, { scopeType: 'GROUP', scopeId });
    expect((await paths.of({ ...place, userId }, app.clock.now())).slots).toHaveLength(1);
    await app.db.query("UPDATE groups SET status = 'deleted' WHERE id = $1", [scopeId]);
    paths.forget(world.organizationId);
    expect((await paths.of({ ...place, userId }, app.clock.now())).slots).toEqual([]);
  });
});

describe('a changed rule', () => {
  it('lets the window that runs go on, and begins where that ends', async () => {
    const id = await makeLimit(app, world, { period: 'MONTH' });
    const now = app.clock.now();
    const before = await paths.of(place, now);
    await update(id, { period: 'DAY', zone: 'America/New_York' });
    paths.forget(world.organizationId);
    const after = await paths.of(place, now);
    expect(after.slots[0]).toMatchObject({ windowId: before.slots[0]!.windowId, period: 'day' });
    const end = before.slots[0]!.endsAt!;
    expect(shown(await paths.of(place, end))[0]![0]).toBe(end.toISOString());
    const first = (await paths.of(place, end)).slots[0]!;
    expect(first.endsAt!.getTime() - end.getTime()).toBeLessThan(DAY_MS);
  });

  it('that was a total begins at once', async () => {
    const id = await makeLimit(app, world, { period: 'TOTAL' });
    const before = await paths.of(place, app.clock.now());
    app.clock.advance(HOUR_MS);
    await update(id, { period: 'MONTH' });
    paths.forget(world.organizationId);
    const after = await paths.of(place, app.clock.now());
    expect(after.slots[0]!.windowId).not.toBe(before.slots[0]!.windowId);
    expect(app.clock.nowMs() - after.slots[0]!.startsAt.getTime()).toBeLessThan(60_000);
  });

  it('never makes windows that overlap, whatever the order of changes and calls', async () => {
    const projectId = await makeProject(world.organizationId);
    const userIds = await Promise.all(
      [1, 2].map(() => makeUser(app, { memberships: { [world.organizationId]: 'member' } })),
    );
    const step = fc.record({
      advanceMs: fc.integer({ min: 0, max: 40 * DAY_MS }),
      period: fc.option(fc.constantFrom('DAY', 'WEEK', 'MONTH', 'TOTAL')),
      zone: fc.option(fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York', 'Pacific/Kiritimati')),
      caller: fc.constantFrom(0, 1, null),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
        const each = await makeLimit(app, world, { scopeType: 'USER_IN_PROJECT', scopeId: projectId });
        for (const { advanceMs, period, zone, caller } of steps) {
          app.clock.advance(advanceMs);
          if (period || zone) await update(each, { period, zone });
          paths.forget(world.organizationId);
          if (caller === null) continue;
          const at = app.clock.now();
          const path = await paths.of({ ...place, projectId, userId: userIds[caller]! }, at);
          for (const { startsAt, endsAt } of path.slots)
            expect(startsAt <= at && (endsAt === null || at < endsAt)).toBe(true);
        }
        const { rows } = await app.db.query(
          `SELECT FROM limit_windows a JOIN limit_windows b ON a.limit_id = b.limit_id AND a.subject = b.subject
           AND a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at WHERE a.limit_id = $1`,
          [each],
        );
        expect(rows).toEqual([]);
        await must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id: each });
      }),
      { numRuns: 25 },
    );
  });

  it('of the zone itself, by a government, makes none either', async () => {
    const id = await makeLimit(app, world, { period: 'DAY' });
    await paths.of(place, day('2026-12-01T12:00:00'));
    await app.db.query("UPDATE limit_windows SET ends_at = '2026-12-01T23:00:00Z' WHERE limit_id = $1", [id]);
    paths.forget(world.organizationId);
    expect(shown(await paths.of(place, day('2026-12-01T23:30:00')))).toEqual([
      ['2026-12-01T23:00:00.000Z', '2026-12-02T00:00:00.000Z'],
    ]);
  });
});

describe('what a caller may still use', () => {
  it('is that of the own window, with the grants that run', async () => {
    const limitsOf = app.app.get(LimitsOf, { strict: false });
    const { organizationId } = world;
    const projectId = await makeProject(organizationId);
    const [one, two] = await Promise.all(
      [1, 2].map(() => makeUser(app, { memberships: { [organizationId]: 'member' } })),
    );
    const id = await makeLimit(app, world, { scopeType: 'USER_IN_PROJECT', scopeId: projectId, period: 'TOTAL' });
    const of = (userId: string | undefined): ReturnType<LimitsOf['of']> =>
      limitsOf.of({ ...place, projectId, userId: userId! }, app.clock.now());
    await of(one);
    await use(app, id, 30n, 5n);
    const input = { limitId: id, amount: '1', endsAt: new Date(app.clock.nowMs() + DAY_MS), reason: 'x' };
    await must(app, 'mutation ($input: GrantLimitInput!) { grantLimit(input: $input) { id } }', { input });
    const amount = 101_000_000_000n;
    const rule = {
      limitId: id,
      unit: 'nano_usd',
      period: 'total',
      zone: 'UTC',
      enforcement: 'hard',
      resetsAt: null,
      amount,
    };
    const scope = { type: 'user_in_project', id: projectId };
    expect(await of(one)).toEqual([
      { ...rule, scope: { ...scope, memberId: one }, posted: 30n, held: 5n, remaining: amount - 35n },
    ]);
    expect(await of(two)).toEqual([
      { ...rule, scope: { ...scope, memberId: two }, posted: 0n, held: 0n, remaining: amount },
    ]);
    await use(app, id, amount, 1n);
    expect(await of(one)).toMatchObject([{ remaining: 0n }]);
  });
});
