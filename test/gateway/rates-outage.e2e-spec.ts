import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallPlace } from '../../src/core/scope.js';
import { Redis } from '../../src/infra/redis/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { askRate, limitRate, placeOf } from '../support/rates.js';
import { StandInRedis, USED_HERE } from '../support/stand-in-redis.js';
import { makeWorld } from '../support/world.js';

const AMOUNT = 100_000;
const FALLBACK_MS = 60;
const RETURN_MS = 2_000;
const ROUNDS = 3;

const redis = new StandInRedis();
let app: TestApp;
let place: CallPlace;

beforeAll(async () => {
  await redis.open();
  // The queue stays on PostgreSQL: it needs a whole Redis. So the service is told of this one past the start.
  app = await startTestApp({ env: { REDIS_URL: '', LOG_LEVEL: 'silent' } });
  const service = app.app.get(Redis);
  const { Secret } = await import('../../src/core/secret.js');
  Object.assign(service, { config: app.config.with({ redisUrl: new Secret(redis.url) }) });
  await service.onApplicationBootstrap();
});
afterAll(async () => {
  await app.close();
  await redis.close();
});

interface Asked {
  readonly byRedis: boolean;
  readonly ms: number;
  readonly end: () => void;
}

/** Whether Redis counted a call, and how long that took; the call goes on running. */
async function begin(): Promise<Asked> {
  const startMs = performance.now();
  const { permit } = await askRate(app, place);
  const ms = performance.now() - startMs;
  const left = Number(permit!.headers['x-ratelimit-remaining-requests']);
  return { byRedis: left === AMOUNT - USED_HERE - 1, ms, end: () => permit!.release() };
}

async function ask(): Promise<Asked> {
  const asked = await begin();
  asked.end();
  return asked;
}

/** Until Redis counts again; how long that took. */
async function untilBack(): Promise<number> {
  const startMs = performance.now();
  while (!(await ask()).byRedis) {
    if (performance.now() - startMs > 10_000) throw new Error('nobody went back to Redis');
    await sleep(10);
  }
  return performance.now() - startMs;
}

beforeEach(async () => {
  const world = await makeWorld(app);
  await limitRate(app, world, { amount: String(AMOUNT) });
  await limitRate(app, world, { unit: 'CONCURRENT', per: null, amount: '1000' });
  place = placeOf(world);
  await untilBack();
});

/** Each figure in several rounds, since another process may take the time of one: the best must keep it. */
async function rounds(fail: () => Promise<void>, recover: () => Promise<void>): Promise<void> {
  const [fallbackMs, returnMs]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    await fail();
    const first = await ask();
    expect(first.byRedis).toBe(false);
    fallbackMs!.push(first.ms);
    const taken = redis.asked.take;
    for (let count = 0; count < 200; count++) expect((await ask()).byRedis).toBe(false);
    expect(redis.asked.take).toBe(taken); // It is left alone meanwhile.
    await recover();
    returnMs!.push(await untilBack());
  }
  expect(Math.min(...fallbackMs!)).toBeLessThanOrEqual(FALLBACK_MS);
  expect(Math.min(...returnMs!)).toBeLessThanOrEqual(RETURN_MS);
}

describe(`a call goes on without Redis within ${FALLBACK_MS} ms, and back to it within ${RETURN_MS / 1000} s`, () => {
  it('when it stalls', () =>
    rounds(
      async () => void (redis.mode = 'stall'),
      async () => redis.goOn(),
    ));

  it('when it stalls for longer than a connection is kept', async () => {
    redis.mode = 'stall';
    expect((await ask()).byRedis).toBe(false);
    await sleep(4_500);
    redis.goOn();
    expect(await untilBack()).toBeLessThanOrEqual(RETURN_MS);
  });

  it('when it answers with errors', () =>
    rounds(
      async () => void (redis.mode = 'error'),
      async () => redis.goOn(),
    ));

  it('when it is away', () =>
    rounds(
      () => redis.close(),
      () => redis.open(),
    ));
});

describe('calls that Redis counted', () => {
  it('end there once it is back, though they ended while it was away', async () => {
    const calls = [await begin(), await begin(), await begin()];
    expect(calls.map(({ byRedis }) => byRedis)).toEqual([true, true, true]);
    redis.mode = 'stall';
    await begin();
    const before = redis.asked.release;
    for (const { end } of calls) end();
    redis.goOn();
    // Also that of the call whose answer came too late; this wait begins none.
    const ended = before + calls.length + 1;
    const deadline = Date.now() + 10_000;
    while (redis.asked.release < ended && Date.now() < deadline) await sleep(10);
    expect(redis.asked.release).toBe(ended);
  });
});
