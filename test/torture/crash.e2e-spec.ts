import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Product, startProduct } from '../support/product.js';
import { closing } from '../support/streams.js';
import { startVendorServer } from '../support/vendor-server.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const STREAMS = 50;
const CALLS = '{ jobs(first: 200) { items { id status implicit calls { id state outcome tokensOut chargedCost } } } }';

interface CallRow {
  readonly id: string;
  readonly state: string;
  readonly tokensOut: string;
}
interface JobRow {
  readonly id: string;
  readonly status: string;
  readonly implicit: boolean;
  readonly calls: CallRow[];
}

let vendor: Awaited<ReturnType<typeof startVendorServer>>;
let dataDir: string;
let product: Product;
let world: World;

const post = (path: string, body: object): Promise<Response> =>
  fetch(`${product.url}/api/jobs/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function openStream(index: number): Promise<string> {
  const messages = [{ role: 'user', content: '[simulate tokens=400 pace_ms=10]' }];
  if (index % 2 === 0) {
    const response = await post('create-and-call-stream', { job_type: 'crash', messages });
    await closing(response, 3);
    return response.headers.get('x-call-id')!;
  }
  const created = (await (await post('create', { job_type: 'crash' })).json()) as { job_id: string };
  const response = await post(`${created.job_id}/llm-call-stream`, { messages });
  await closing(response, 3);
  return response.headers.get('x-call-id')!;
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['vendor-model'] });
  dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-crash-'));
  chmodSync(dataDir, 0o711);
  product = await startProduct(dataDir);
  world = await makeWorld(product, { baseUrl: vendor.url, model: 'vendor-model' });
}, 60_000);

afterAll(async () => {
  await product.stop('SIGTERM');
  await vendor.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe(`kill -9 in the middle of ${STREAMS} streams`, () => {
  it('gives every call exactly one end, a ledger that balances and every credit back', async () => {
    const callIds = await Promise.all(Array.from({ length: STREAMS }, (_, index) => openStream(index)));
    expect(new Set(callIds).size).toBe(STREAMS);
    expect((await creditsOf(product, world.teamId)).held).toBe(String(STREAMS));

    await product.stop('SIGKILL');
    product = await startProduct(dataDir);

    expect(await ledgerProblems(product)).toEqual([]);
    const jobs = (await must<{ jobs: { items: JobRow[] } }>(product, CALLS)).jobs.items;
    const calls = jobs.flatMap((job) => job.calls);
    expect(calls.map((call) => call.id).sort()).toEqual([...callIds].sort());
    for (const call of calls) {
      expect(call.state).toBe('RECOVERED');
      expect(Number(call.tokensOut)).toBeGreaterThan(0);
    }
    const open = jobs.filter((job) => job.status === 'IN_PROGRESS');
    expect(open).toHaveLength(STREAMS / 2);
    for (const job of jobs) expect(job.status).toBe(job.implicit ? 'FAILED' : 'IN_PROGRESS');

    const late = await post(`${open[0]!.id}/llm-call`, { messages: [{ role: 'user', content: 'Still there?' }] });
    expect(late.status).toBe(200);
    for (const job of open) expect((await post(`${job.id}/complete`, { status: 'completed' })).status).toBe(200);
    // One job made a successful call after the restart and is charged; a call that was cut off is none.
    expect(await creditsOf(product, world.teamId)).toMatchObject({
      allocated: '1000',
      used: '1',
      remaining: '999',
      held: '0',
    });
    expect(await ledgerProblems(product)).toEqual([]);
    expect(readdirSync(join(dataDir, 'flight')).length).toBeLessThanOrEqual(1);
  }, 60_000);

  it('refuses a second process on the same data directory, and stops cleanly when asked', async () => {
    await expect(startProduct(dataDir)).rejects.toThrow(/already running on .*choose another DATA_DIR/s);
    await product.stop('SIGTERM');
    product = await startProduct(dataDir);
    expect(product.output()).not.toMatch(/were ended/);
  }, 60_000);
});
