import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type KeyedPost, post } from '../support/keyed.js';
import { type Product, startProduct } from '../support/product.js';
import { startVendorServer } from '../support/vendor-server.js';
import { creditsOf, ledgerProblems, makeWorld, type World } from '../support/world.js';

const REQUESTS = 200;
const COPIES = 3;
/** Copies on their way at a time: those of eight requests. */
const CLIENTS = 24;
const TRIES = 400;

let vendor: Awaited<ReturnType<typeof startVendorServer>>;
let database: TestDatabase;
let world: World;
const products: Product[] = [];
const dataDirs: string[] = [];

const start = (index: number): Promise<Product> =>
  startProduct(dataDirs[index]!, {
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: 'encryption-key-of-the-tests-0123456789',
    REDIS_URL: process.env.TEST_REDIS_URL ?? '',
  });

const requestOf = (index: number): KeyedPost => ({
  path: index % 2 === 0 ? 'create-and-call' : 'create-and-call-stream',
  body: { job_type: 'torture', messages: [{ role: 'user', content: `[simulate tokens=20 delay_ms=60] ${index}` }] },
  key: `request-${index}`,
});

/** Sends until there is an answer that is one: to another process when the one is dead, later when it says so. */
async function insist(index: number, copy: number): Promise<string> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const product = products[(copy + attempt) % products.length]!;
    try {
      const { status, text } = await post(product.url, world.key, requestOf(index));
      if (status !== 409 && status !== 503) return `${status} ${text}`;
      await sleep(100);
    } catch {
      await sleep(50); // The connection was refused, or broke in the middle of the answer.
    }
  }
  throw new Error(`request ${index} was never answered`);
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['vendor-model'], paceMs: 5 });
  database = await createTestDatabase();
  for (const name of ['a', 'b']) {
    dataDirs.push(mkdtempSync(join(tmpdir(), `tollkeeper-keyed-${name}-`)));
    chmodSync(dataDirs.at(-1)!, 0o711);
  }
  for (const index of dataDirs.keys()) products.push(await start(index));
  world = await makeWorld(products[0]!, { baseUrl: vendor.url, model: 'vendor-model' });
}, 60_000);

afterAll(async () => {
  for (const product of products) await product.stop('SIGTERM');
  await database.drop();
  await vendor.close();
  for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe(`${REQUESTS} requests, each ${COPIES} times at once, over two processes of which one is killed`, () => {
  it('are charged once each, reach the vendor once at most, and have one answer each', async () => {
    const answers: string[][] = Array.from({ length: REQUESTS }, () => []);
    const work = Array.from({ length: REQUESTS * COPIES }, (_, turn) => [Math.floor(turn / COPIES), turn % COPIES]);
    let done = 0;
    const client = async (): Promise<void> => {
      for (let next = work.shift(); next; next = work.shift()) {
        answers[next[0]!]!.push(await insist(next[0]!, next[1]!));
        done += 1;
      }
    };
    const killing = (async () => {
      for (const part of [1 / 4, 1 / 2]) {
        while (done < REQUESTS * COPIES * part) await sleep(5);
        await products[0]!.stop('SIGKILL');
        products[0] = await start(0);
      }
    })();
    await Promise.all([killing, ...Array.from({ length: CLIENTS }, client)]);

    expect(answers.filter((each) => each.length !== COPIES || new Set(each).size !== 1)).toEqual([]);
    const [statuses, lost] = [
      answers.map(([text]) => text!.slice(0, 3)),
      answers.filter(([text]) => text!.startsWith('502')),
    ];
    expect(statuses.filter((status) => status !== '200' && status !== '502')).toEqual([]);
    for (const [text] of lost) expect(text).toContain('The gateway stopped while this request ran');

    const prompts = vendor.requests.map(({ body }) => /delay_ms=60\] (\d+)/.exec(body)![1]!);
    expect(new Set(prompts).size).toBe(prompts.length);
    expect(prompts.length).toBeLessThanOrEqual(REQUESTS);
    const { rows } = await database.owner.query<{ n: number; jobs: number }>(
      `SELECT count(*)::int AS n, count(DISTINCT job_id)::int AS jobs FROM calls WHERE state IN ('settled', 'recovered')`,
    );
    expect(rows[0]).toEqual({ n: REQUESTS, jobs: REQUESTS });
    const charged = Number((await creditsOf(products[1]!, world.teamId)).used);
    expect(charged).toBeLessThanOrEqual(REQUESTS);
    expect(charged).toBeGreaterThanOrEqual(REQUESTS - lost.length);
    expect(await ledgerProblems(products[1]!)).toEqual([]);
  }, 120_000);
});
