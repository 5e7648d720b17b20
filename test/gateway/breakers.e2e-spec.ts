import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { addTarget, ledgerProblems, makeWorld, type World } from '../support/world.js';

const MODELS = ['model-a', 'model-b', 'model-c'];
const AT_ONCE = 4;
const CALLS = 200;

let app: TestApp;
let vendor: VendorServer;
let world: World;
/** The model that answers with status 503, if any. */
let failing = '';

const attemptsOf = async (sinceId: number): Promise<number[]> =>
  (
    await app.db.query<{ count: number }>(
      'SELECT jsonb_array_length(attempts) AS count FROM calls ORDER BY created_at, id OFFSET $1',
      [sinceId],
    )
  ).rows.map(({ count }) => count);

/** Makes so many calls, some at once; gives how many failed. */
async function calls(count: number): Promise<number> {
  let [left, failed] = [count, 0];
  const content = failing === '' ? 'Hello' : `[simulate model=${failing} status=503]`;
  const body = { model: world.alias, messages: [{ role: 'user', content }] };
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const { status } = await app.asKey(world.key, 'POST', '/v1/chat/completions', body);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  return failed;
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: MODELS, paceMs: 0 });
  app = await startTestApp();
  world = await makeWorld(app, { baseUrl: vendor.url, model: MODELS[0]! });
  for (const model of MODELS.slice(1)) await addTarget(app, world, model);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('R15: one of three targets fails', () => {
  it('is hardly seen by clients, costs few attempts, and is over 30 s after it is mended', async () => {
    expect(await calls(20)).toBe(0);
    failing = 'model-a';
    const before = (await attemptsOf(0)).length;
    expect(await calls(CALLS)).toBeLessThanOrEqual(5);
    const attempts = await attemptsOf(before);
    expect(attempts).toHaveLength(CALLS);
    expect(Math.max(...attempts)).toBeLessThanOrEqual(3);
    expect(attempts.reduce((sum, each) => sum + each, 0) / CALLS).toBeLessThanOrEqual(1.2);
    failing = '';
    app.clock.advance(30_000);
    const sent = vendor.requests.length;
    expect(await calls(10)).toBe(0);
    const models = vendor.requests.slice(sent).map(({ json }) => json!.model);
    expect(models.filter((model) => model === 'model-a').length).toBeGreaterThanOrEqual(5);
  });

  it('is tried all the same when it is the last one', async () => {
    const alone = await makeWorld(app, { baseUrl: vendor.url, model: 'model-a' });
    const ask = async (content: string): Promise<number> => {
      const body = { model: alone.alias, messages: [{ role: 'user', content }] };
      return (await app.asKey(alone.key, 'POST', '/v1/chat/completions', body)).status;
    };
    for (let count = 0; count < 6; count++) expect(await ask('[simulate status=500]')).toBe(502);
    expect(await ask('Hello')).toBe(200);
  });
});
