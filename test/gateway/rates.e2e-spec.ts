import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../../src/infra/database/index.js';
import { Instances } from '../../src/modules/rates/stores/instances.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeUser } from '../support/people.js';
import { askAll, askRate, limitRate, placeOf, type RateInput } from '../support/rates.js';
import { makeWorld, must, type World } from '../support/world.js';

const SLOT_MS = 60_000 / 50;

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp({ env: { REDIS_URL: '' } });
});
afterAll(() => app.close());
beforeEach(async () => {
  world = await makeWorld(app);
});

const limit = (fields: RateInput = {}): Promise<string> => limitRate(app, world, fields);
/** The start of a slot: whoever moves on from it by less than a slot stays in it. */
const slotStart = (): number => Math.ceil(app.clock.nowMs() / SLOT_MS) * SLOT_MS;

describe('requests', () => {
  it('are let through up to the amount, then refused until the first of them no longer counts', async () => {
    await limit({ amount: '3' });
    const place = placeOf(world);
    const startMs = slotStart();
    expect(await askAll(app, place, { at: new Date(startMs) })).toBe(3);
    const { refusal } = await askRate(app, place, { at: new Date(startMs + 500) });
    expect(refusal).toMatchObject({
      code: 'rate_limit_exceeded',
      message: `The rate limit of team '${world.teamId}', 3 requests a minute, is reached; retry in 61 s`,
      details: {
        ...{ retryAfterSeconds: 61, unit: 'request', per: 'minute', limit: 3 },
        scope: { type: 'team', id: world.teamId, member_id: null },
      },
      headers: { 'x-ratelimit-limit-requests': '3', 'x-ratelimit-remaining-requests': '0' },
    });
    const backMs = startMs + 60_000 + SLOT_MS;
    expect(await askAll(app, place, { at: new Date(backMs - 1) })).toBe(0);
    expect(await askAll(app, place, { at: new Date(backMs) })).toBe(3);
  });

  it('are told the truth in headers', async () => {
    await limit({ amount: '7' });
    await limit({ amount: '1000', per: 'HOUR' });
    const place = placeOf(world);
    const startMs = slotStart();
    for (let left = 6; left >= 0; left--) {
      const { permit } = await askRate(app, place, { at: new Date(startMs) });
      expect(permit!.headers).toEqual({
        'x-ratelimit-limit-requests': '7',
        'x-ratelimit-remaining-requests': String(left),
        'x-ratelimit-reset-requests': '61.2s',
      });
    }
    const { refusal } = await askRate(app, place, { at: new Date(startMs + 200) });
    expect(refusal!.headers['x-ratelimit-reset-requests']).toBe('61s');
    const reset = new Date(startMs + 200 + 61_000);
    expect((await askRate(app, place, { at: new Date(reset.getTime() - 1) })).refusal).not.toBeNull();
    expect((await askRate(app, place, { at: reset })).permit!.headers['x-ratelimit-remaining-requests']).toBe('6');
  });

  it('of keys that nothing limits cost nothing and get no headers', async () => {
    const { permit } = await askRate(app, placeOf(world));
    expect(permit!.headers).toEqual({});
    const query = jest.spyOn(app.app.get(Database).pool, 'query');
    const at = app.clock.now();
    for (let count = 0; count < 100; count++) await askRate(app, placeOf(world), { at });
    const asked = query.mock.calls.map(([statement]) => JSON.stringify(statement)).filter((text) => /rate/.test(text));
    query.mockRestore();
    expect(asked).toEqual([]);
  });
});

describe('tokens', () => {
  it('are reserved by the most that a call can use, and corrected to what it used', async () => {
    await limit({ unit: 'TOKEN', amount: '1000' });
    const place = placeOf(world);
    const { permit } = await askRate(app, place, { tokens: 800 });
    expect(permit!.headers).toMatchObject({
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '200',
    });
    expect((await askRate(app, place, { tokens: 201 })).refusal!.details).toMatchObject({ unit: 'token', limit: 1000 });
    permit!.settle(300);
    permit!.settle(0); // Only the first settlement counts.
    expect((await askRate(app, place, { tokens: 700 })).permit!.headers).toMatchObject({
      'x-ratelimit-remaining-tokens': '0',
    });
    expect((await askRate(app, place, { tokens: 1 })).refusal).not.toBeNull();
  });

  it('used beyond what was reserved count too', async () => {
    await limit({ unit: 'TOKEN', amount: '1000' });
    const place = placeOf(world);
    (await askRate(app, place, { tokens: 100 })).permit!.settle(950);
    expect((await askRate(app, place, { tokens: 51 })).refusal).not.toBeNull();
    expect((await askRate(app, place, { tokens: 50 })).permit).not.toBeNull();
  });

  it('above the whole amount are refused without a time to come back', async () => {
    await limit({ unit: 'TOKEN', amount: '1000' });
    const { refusal } = await askRate(app, placeOf(world), { tokens: 1001 });
    expect(refusal!.message).toBe(
      `The rate limit of team '${world.teamId}', 1000 tokens a minute, is less than the 1001 tokens that this call may ` +
        'use; ask for fewer output tokens',
    );
    expect(refusal!.details).not.toHaveProperty('retryAfterSeconds');
  });
});

describe('calls at once', () => {
  const atOnce = (amount: string): Promise<string> => limit({ unit: 'CONCURRENT', per: null, amount });

  it('are let through up to the amount, and again when one ends; ending twice is ending once', async () => {
    await atOnce('2');
    const place = placeOf(world);
    const [first, second] = [await askRate(app, place), await askRate(app, place)];
    expect((await askRate(app, place)).refusal).toMatchObject({
      message: `The rate limit of team '${world.teamId}', 2 calls at once, is reached; retry in 1 s`,
      details: { unit: 'concurrent', per: null, limit: 2, retryAfterSeconds: 1 },
      headers: {},
    });
    first.permit!.release();
    first.permit!.release();
    expect(await askAll(app, place)).toBe(1);
    second.permit!.release();
    expect(await askAll(app, place)).toBe(1);
  });

  it('that nobody ended stop counting after the longest that a call can run', async () => {
    await atOnce('1');
    const place = placeOf(world);
    await askRate(app, place);
    const { rateLeaseMostMs } = app.config.bounds;
    const nowMs = app.clock.nowMs();
    expect(await askAll(app, place, { at: new Date(nowMs + rateLeaseMostMs - 1_000) })).toBe(0);
    expect(await askAll(app, place, { at: new Date(nowMs + rateLeaseMostMs + 1_000) })).toBe(1);
  });
});

describe('several limits', () => {
  it('are taken all or none', async () => {
    await limit({ amount: '10' });
    await limit({ unit: 'TOKEN', amount: '100' });
    await limit({ unit: 'CONCURRENT', per: null, amount: '5' });
    const place = placeOf(world);
    for (let count = 0; count < 20; count++)
      expect((await askRate(app, place, { tokens: 101 })).refusal!.details.unit).toBe('token');
    const { permit } = await askRate(app, place, { tokens: 20 });
    expect(permit!.headers).toMatchObject({
      'x-ratelimit-remaining-requests': '9',
      'x-ratelimit-remaining-tokens': '80',
    });
    for (let left = 3; left >= 0; left--) await askRate(app, place, { tokens: 20 });
    expect((await askRate(app, place, { tokens: 0 })).refusal!.details.unit).toBe('concurrent');
  });

  it('of different kinds all bind; the one that refuses longest is told of', async () => {
    await limit({ amount: '2', per: 'HOUR' });
    await limit({ amount: '2', scopeType: 'ORGANIZATION', scopeId: world.organizationId });
    await limit({ amount: '5', scopeType: 'KEY', scopeId: world.keyId });
    expect(await askAll(app, placeOf(world))).toBe(2);
    const { refusal } = await askRate(app, placeOf(world));
    expect(refusal!.details).toMatchObject({ scope: { type: 'team' }, per: 'hour' });
  });

  it('of one scope, unit and time: the lowest binds', async () => {
    await limit({ amount: '9' });
    await limit({ amount: '4' });
    expect(await askAll(app, placeOf(world))).toBe(4);
  });
});

describe('people, groups and projects', () => {
  const project = async (): Promise<string> => {
    const id = `prj_${world.teamId}`;
    await app.db.query('INSERT INTO projects (id, organization_id, code, name) VALUES ($1, $2, $1, $1)', [
      id,
      world.organizationId,
    ]);
    return id;
  };
  const group = async (...userIds: string[]): Promise<string> => {
    const id = `ugr_${world.teamId}`;
    await app.db.query('INSERT INTO groups (id, organization_id, name) VALUES ($1, $2, $1)', [
      id,
      world.organizationId,
    ]);
    for (const userId of userIds)
      await app.db.query('INSERT INTO group_members (group_id, user_id, organization_id) VALUES ($1, $2, $3)', [
        id,
        userId,
        world.organizationId,
      ]);
    return id;
  };
  const member = (): Promise<string> => makeUser(app, { memberships: { [world.organizationId]: 'member' } });
  const keyOf = (userId: string, projectId: string | null = null): ReturnType<typeof placeOf> =>
    placeOf(world, { keyId: `key-of-${userId}`, teamId: null, userId, projectId });

  it('each member has a count of their own, where the limit names none; who is named has another', async () => {
    const [ann, bob, cid] = [await member(), await member(), await member()];
    const projectId = await project();
    await limit({ scopeType: 'USER_IN_PROJECT', scopeId: projectId, amount: '2' });
    await limit({ scopeType: 'USER_IN_PROJECT', scopeId: projectId, memberId: cid, amount: '4' });
    for (const [userId, most] of [
      [ann, 2],
      [bob, 2],
      [cid, 4],
    ] as const)
      expect(await askAll(app, keyOf(userId, projectId))).toBe(most);
    expect((await askRate(app, keyOf(ann, projectId))).refusal!.message).toMatch(
      /^The rate limit of each user in project 'prj_.*', 2 requests a minute, is reached/,
    );
    expect((await askRate(app, keyOf(cid, projectId))).refusal!.message).toContain(`user '${cid}' in project`);
  });

  it('a group shares one count; who is not in it is not bound, nor anybody once it is deleted', async () => {
    const [ann, bob, eve] = [await member(), await member(), await member()];
    const groupId = await group(ann, bob);
    await limit({ scopeType: 'GROUP', scopeId: groupId, amount: '3' });
    await askRate(app, keyOf(ann));
    expect(await askAll(app, keyOf(bob))).toBe(2);
    expect((await askRate(app, keyOf(ann))).refusal).not.toBeNull();
    expect((await askRate(app, keyOf(eve))).permit!.headers).toEqual({});
    await app.db.query("UPDATE groups SET status = 'deleted' WHERE id = $1", [groupId]);
    const later = new Date(app.clock.nowMs() + app.config.bounds.rateRulesMs + 1_000);
    expect((await askRate(app, keyOf(ann), { at: later })).permit!.headers).toEqual({});
  });
});

describe('a change', () => {
  /** Until every process has heard of it. */
  async function soon(check: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!(await check())) {
      if (Date.now() > deadline) throw new Error('nobody heard of the change');
      await turn(); // What is remembered is given without waiting, and the event would never get its turn.
    }
  }

  it('holds at once: a new limit, another amount, none', async () => {
    const place = placeOf(world);
    const at = app.clock.now(); // Time stands still, so that nothing is forgotten by age.
    const limitNow = async (): Promise<string | undefined> => {
      const { permit, refusal } = await askRate(app, place, { at });
      return (permit ?? refusal).headers['x-ratelimit-limit-requests'];
    };
    expect(await limitNow()).toBeUndefined();
    const id = await limit({ amount: '100000' });
    await soon(async () => (await limitNow()) === '100000');
    const update =
      'mutation ($id: ID!, $input: UpdateRateLimitInput!) { updateRateLimit(id: $id, input: $input) { id } }';
    await must(app, update, { id, input: { amount: '200000' } });
    await soon(async () => (await limitNow()) === '200000');
    await must(app, 'mutation ($id: ID!) { deleteRateLimit(id: $id) { id } }', { id });
    await soon(async () => (await limitNow()) === undefined);
  });
});

describe('several instances without Redis', () => {
  const instances = (): Instances => app.app.get(Instances, { strict: false });
  const join = (name: string, agoMs: number): Promise<unknown> =>
    app.db.query(
      `INSERT INTO instances (instance_id, host, pid, heartbeat_at)
       VALUES ($1, 'elsewhere', 1, now() - $2 * interval '1 millisecond')`,
      [name, agoMs],
    );

  it('let their share through each, at least 1; those that died or ended do not count', async () => {
    expect(instances().alive).toBe(1);
    await join('one', 0);
    await join('two', app.config.bounds.deadAfterMs - 5_000);
    await join('dead', app.config.bounds.deadAfterMs + 1_000);
    await join('ended', 0);
    await app.db.query("UPDATE instances SET ended_at = now() WHERE instance_id = 'ended'");
    try {
      await instances().count();
      expect(instances().alive).toBe(3);
      const at = app.clock.now();
      await limit({ amount: '11' });
      expect(await askAll(app, placeOf(world), { at })).toBe(3);
      await limit({ amount: '2', scopeType: 'KEY', scopeId: world.keyId });
      const other = placeOf(world, { keyId: world.keyId, teamId: null });
      expect(await askAll(app, other, { at: new Date(at.getTime() + 10_000) })).toBe(1);
    } finally {
      await app.db.query("UPDATE instances SET ended_at = now() WHERE host = 'elsewhere'");
      await instances().count();
    }
    expect(instances().alive).toBe(1);
  });

  it('let a call through that is larger than the share but not than the limit, alone', async () => {
    await join('one', 0);
    try {
      await instances().count();
      await limit({ unit: 'TOKEN', amount: '1000' });
      const { permit } = await askRate(app, placeOf(world), { tokens: 900 });
      expect(permit).not.toBeNull();
      expect((await askRate(app, placeOf(world), { tokens: 1 })).refusal).not.toBeNull();
      permit!.settle(100);
      expect((await askRate(app, placeOf(world), { tokens: 400 })).permit).not.toBeNull();
      expect((await askRate(app, placeOf(world), { tokens: 1001 })).refusal!.details).not.toHaveProperty(
        'retryAfterSeconds',
      );
    } finally {
      await app.db.query("UPDATE instances SET ended_at = now() WHERE host = 'elsewhere'");
      await instances().count();
    }
  });
});

describe('over HTTP', () => {
  const call = (): ReturnType<TestApp['asKey']> =>
    app.asKey(world.key, 'POST', '/api/jobs/create-and-call', {
      job_type: 'test',
      messages: [{ role: 'user', content: 'Hi' }],
    });

  it('every answer tells what is left, and 429 when to come back', async () => {
    await limit({ amount: '2' });
    const answers = [await call(), await call(), await call()];
    expect(answers.map((each) => each.status)).toEqual([200, 200, 429]);
    const left = answers.map((each) => [
      each.headers['x-ratelimit-limit-requests'],
      each.headers['x-ratelimit-remaining-requests'],
    ]);
    expect(left).toEqual([
      ['2', '1'],
      ['2', '0'],
      ['2', '0'],
    ]);
    expect(answers[2]!.body).toMatchObject({ code: 'rate_limit_exceeded', unit: 'request', limit: 2 });
    expect(Number(answers[2]!.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('a running call counts until it has ended, and no longer', async () => {
    await limit({ unit: 'CONCURRENT', per: null, amount: '1' });
    const [first, second] = await Promise.all([call(), call()]);
    expect([first.status, second.status].sort()).toEqual([200, 429]);
    expect((await call()).status).toBe(200);
  });
});
