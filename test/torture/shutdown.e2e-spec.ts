import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Product, startProduct } from '../support/product.js';
import { events } from '../support/streams.js';
import { creditsOf, ledgerProblems, makeWorld, type World } from '../support/world.js';

let dataDir: string;
let product: Product;
let world: World;

const stream = (content: string): Promise<Response> =>
  fetch(`${product.url}/api/jobs/create-and-call-stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ job_type: 'x', messages: [{ role: 'user', content }] }),
  });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-shutdown-'));
  chmodSync(dataDir, 0o711);
  product = await startProduct(dataDir);
  world = await makeWorld(product, { maxOutputTokens: 5_000 });
}, 60_000);

afterAll(async () => {
  await product.stop('SIGTERM');
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe('SIGTERM', () => {
  it('lets a short stream finish, tells the client of a long one, and leaves nothing held', async () => {
    const short = await stream('[simulate tokens=40 pace_ms=50]');
    const long = await stream('[simulate tokens=4000 pace_ms=50]');
    const answers = Promise.all([events(short), events(long)]);
    await product.stop('SIGTERM');
    const [finished, cut] = await answers;
    expect(finished.at(-1)).toBe('[DONE]');
    expect(finished.join('')).not.toContain('error');
    expect(cut.at(-1)).toBe('[DONE]');
    expect(JSON.parse(cut.at(-2)!)).toMatchObject({ error: { code: 'overloaded', message: expect.any(String) } });

    product = await startProduct(dataDir);
    expect(product.output()).not.toMatch(/were ended/);
    expect(await ledgerProblems(product)).toEqual([]);
    expect(await creditsOf(product, world.teamId)).toMatchObject({ used: '1', held: '0' });
  }, 90_000);
});
