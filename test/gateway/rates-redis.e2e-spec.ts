import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis as Client } from 'ioredis';
import { Redis } from '../../src/infra/redis/index.js';
import { SLOTS } from '../../src/modules/rates/windows/sliding-window.js';
import { Metrics } from '../../src/infra/telemetry/index.js';
import { CORRECT, TAKE } from '../../src/modules/rates/stores/scripts.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { askAll, askRate, limitRate, placeOf } from '../support/rates.js';
import { arbitraryHistory, checkHistory, type Subject } from '../support/window-model.js';
import { makeWorld, type World } from '../support/world.js';

const REDIS_URL = process.env.TEST_REDIS_URL ?? '';
const TAG = `model-${randomBytes(4).toString('hex')}`;
const withRedis = REDIS_URL === '' ? describe.skip : describe;

/** Works a list of numbers off, several at a time. */
async function inLanes<T>(count: number, lanes: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) done.push(await work(next++));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}

/** Two processes' worth of the product on one database and one Redis. */
let apps: readonly [TestApp, TestApp];
let client: Client;
let world: World;

withRedis('with Redis', () => {
  beforeAll(async () => {
    const first = await startTestApp({ env: { REDIS_URL } });
    const DATABASE_URL = first.config.databaseUrl!.reveal();
    apps = [first, await startTestApp({ env: { REDIS_URL, DATABASE_URL } })];
    client = new Client(REDIS_URL);
  });
  afterAll(async () => {
    for (const app of [...apps].reverse()) await app.close();
    const left = await client.keys(`*${TAG}*`);
    if (left.length > 0) await client.unlink(...left);
    client.disconnect();
  });
  beforeEach(async () => {
    world = await makeWorld(apps[0]);
  });

  const isUp = (): boolean => apps.every(({ app }) => app.get(Redis).isUp);

  /** On a busy machine an answer may have come late just before. */
  async function untilUp(): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (!isUp() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isUp()).toBe(true);
  }

  /**
   * Compares a count that only Redis makes. Where this busy machine kept an answer from coming in time, the calls went
   * on without it, as they should, and the count says nothing: then it is made again.
   */
  async function counted(count: () => Promise<number>, expected: number): Promise<void> {
    for (let attempt = 1; attempt <= 5; attempt++) {
      await untilUp();
      const failures = await failuresOf();
      const found = await count();
      if ((await failuresOf()) === failures) return expect(found).toBe(expected);
    }
    throw new Error('Redis never answered in time');
  }

  const failuresOf = async (): Promise<number> => {
    const all = await Promise.all(apps.map(({ app }) => app.get(Metrics).redisFailures.get()));
    return all.flatMap(({ values }) => values).reduce((sum, { value }) => sum + value, 0);
  };

  /** Keys of all installations that name a limit; a limit's id is unique. */
  const keysOf = (limitId: string): Promise<string[]> => client.keys(`*${limitId}*`);

  describe('the script', () => {
    const subject = (windowMs: number): Subject => {
      const redis = apps[0].app.get(Redis);
      const bucket = `rate:${TAG}:${randomBytes(8).toString('hex')}`;
      const slotMs = windowMs / SLOTS;
      return {
        ask: async (nowMs, cost, amount) => {
          const values = [nowMs, 'call', 1_000, amount, slotMs, cost];
          const [isLetThrough, used, wait, reset, slot] = (await redis.run(TAKE, [bucket], values, 'test')) as number[];
          expect(isLetThrough === 1).toBe(wait === 0);
          return { used: used!, waitMs: wait === -1 ? null : wait!, resetMs: reset!, slot: slot! };
        },
        correct: async (nowMs, slot, difference) => {
          await redis.run(CORRECT, [bucket], [nowMs, slotMs, slot, difference], 'test');
        },
      };
    };

    it('does as the naive model, over histories of a turned clock', async () => {
      await untilUp();
      await fc.assert(
        fc.asyncProperty(arbitraryHistory(), (history) => checkHistory(subject(history.windowMs), history)),
        { numRuns: 100 },
      );
    }, 60_000);
  });

  it('lets exactly the amount through of what two instances ask for at once', () =>
    counted(async () => {
      const own = await makeWorld(apps[0]);
      await limitRate(apps[0], own, { amount: '137' });
      await limitRate(apps[0], own, { amount: '100000', unit: 'TOKEN', per: 'HOUR' });
      const place = placeOf(own);
      const ask = (index: number): ReturnType<typeof askRate> => askRate(apps[index % 2]!, place, { tokens: 10 });
      return (await inLanes(600, 100, ask)).filter(({ permit }) => permit).length;
    }, 137));

  it('takes all limits of a call or none', async () => {
    const requests = await limitRate(apps[0], world, { amount: '10' });
    const running = await limitRate(apps[0], world, { unit: 'CONCURRENT', per: null, amount: '5' });
    await limitRate(apps[0], world, { unit: 'TOKEN', amount: '100' });
    const place = placeOf(world);
    await untilUp();
    for (let count = 0; count < 12; count++)
      expect((await askRate(apps[count % 2]!, place, { tokens: 101 })).refusal!.details.unit).toBe('token');
    expect([...(await keysOf(requests)), ...(await keysOf(running))]).toEqual([]);
    const { permit } = await askRate(apps[0], place, { tokens: 20 });
    expect(permit!.headers).toMatchObject({
      'x-ratelimit-remaining-requests': '9',
      'x-ratelimit-remaining-tokens': '80',
    });
  });

  it('counts running calls over two instances, and those that end on either', async () => {
    const id = await limitRate(apps[0], world, { unit: 'CONCURRENT', per: null, amount: '5' });
    const place = placeOf(world);
    await untilUp();
    const asked = await Promise.all(Array.from({ length: 20 }, (_, index) => askRate(apps[index % 2]!, place)));
    const running = asked.flatMap(({ permit }) => (permit ? [permit] : []));
    expect(running).toHaveLength(5);
    const [key] = await keysOf(id);
    const untilMs = Number((await client.zrange(key!, 0, 0, 'WITHSCORES'))[1]);
    expect(Math.abs(untilMs - Date.now() - apps[0].config.bounds.rateLeaseMs)).toBeLessThan(5_000);
    // A process that was killed renews nothing: its calls run out.
    await client.zadd(key!, 'XX', Date.now() - 1, (await client.zrange(key!, 0, 0))[0]!);
    expect((await askRate(apps[1], place)).permit).not.toBeNull();
    expect((await askRate(apps[0], place)).refusal).not.toBeNull();
    for (const permit of running) permit.release();
    const deadline = Date.now() + 5_000;
    while ((await client.zcard(key!)) > 1 && Date.now() < deadline);
    expect(await askAll(apps[0], place)).toBe(4);
  });

  it('corrects tokens, and goes on after everything in it is gone', async () => {
    const id = await limitRate(apps[0], world, { unit: 'TOKEN', amount: '1000' });
    const place = placeOf(world);
    await untilUp();
    const { permit } = await askRate(apps[0], place, { tokens: 900 });
    permit!.settle(250);
    const left = async (): Promise<number> => {
      const { permit: next } = await askRate(apps[1], place, { tokens: 0 });
      return Number(next!.headers['x-ratelimit-remaining-tokens']);
    };
    const deadline = Date.now() + 5_000;
    while ((await left()) !== 750 && Date.now() < deadline);
    expect(await left()).toBe(750);
    const [key] = await keysOf(id);
    expect(await client.pttl(key!)).toBeGreaterThan(60_000);
    await client.del(key!); // As FLUSHALL does, to this limit alone: the server serves others, too.
    await client.script('FLUSH');
    expect(await left()).toBe(1000);
    expect((await askRate(apps[0], place, { tokens: 1000 })).permit).not.toBeNull();
    expect((await askRate(apps[1], place, { tokens: 1 })).refusal).not.toBeNull();
  });

  it('tells when to come back by its own clock, and it is true', async () => {
    await limitRate(apps[0], world, { amount: '2', per: 'SECOND' });
    const place = placeOf(world);
    await untilUp();
    expect(await askAll(apps[0], place)).toBeGreaterThanOrEqual(2);
    const { refusal } = await askRate(apps[1], place);
    expect(refusal!.details.retryAfterSeconds).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, refusal!.details.retryAfterSeconds! * 1_000));
    expect((await askRate(apps[1], place)).permit).not.toBeNull();
  });
});
