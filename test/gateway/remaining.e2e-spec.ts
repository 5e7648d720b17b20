import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../../src/infra/database/index.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { makeLimit } from '../support/limits.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { ledgerProblems, makeWorld, type World } from '../support/world.js';

const SECOND_MS = 1_000;
const NANO = 1_000_000_000n;

let app: TestApp;
let vendor: VendorServer;

const ask = (world: World, body: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  app.rest('POST', '/v1/chat/completions', {
    body: { model: world.alias, messages: [{ role: 'user', content: 'Hello' }], ...body },
    headers: { 'x-admin-key': '', authorization: `Bearer ${world.key}`, ...headers },
  });
const says = (content: string): object => ({ messages: [{ role: 'user', content }] });
const told = ({ headers }: Answer): string[] => (headers['x-tollkeeper-remaining'] as string).split(', ');

/** What GET /v1/limits says is left, as the header would say it. */
async function left(world: World): Promise<string[]> {
  const { body } = await app.asKey(world.key, 'GET', '/v1/limits');
  return body.limits.map(
    ({
      scope,
      period,
      remaining,
      unit,
    }: {
      scope: { type: string };
      period: string;
      remaining: string;
      unit: string;
    }) => `${scope.type};${period};${remaining}${unit === 'usd' ? '' : `;${unit}`}`,
  );
}

const nano = (usd: string): bigint => {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole) * NANO + BigInt(fraction.padEnd(9, '0'));
};

async function limited(...limits: object[]): Promise<World> {
  const world = await makeWorld(app, {
    baseUrl: vendor.url,
    model: 'gpt-test',
    team: { budgetMode: 'CONSUMPTION_USD' },
  });
  for (const limit of limits) await makeLimit(app, world, limit);
  return world;
}

beforeAll(async () => {
  vendor = await startVendorServer({ paceMs: 0 });
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('x-tollkeeper-remaining', () => {
  it('is what every limit has left after the call, as GET /v1/limits says it', async () => {
    const day = { period: 'DAY', amount: '10' };
    const world = await limited(
      day,
      { unit: 'TOKEN', period: 'TOTAL', amount: '100000' },
      { unit: 'REQUEST', amount: '9' },
    );
    for (let call = 0; call < 4; call++) {
      const answer = await ask(world);
      expect(answer.status).toBe(200);
      expect(told(answer)).toEqual(await left(world));
    }
    expect(await left(world)).toContain('team;month;5;requests');
  });

  it('is of credits as exact, and is told with failures and by the jobs API', async () => {
    const world = await limited({ unit: 'CREDIT', amount: '500' });
    expect(told(await ask(world))).toEqual(await left(world));
    const failed = await ask(world, says('[simulate status=500]'));
    expect([failed.status, told(failed)]).toEqual([502, await left(world)]);
    const body = { job_type: 'x', model: world.alias, ...says('Hello') };
    const job = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', body);
    expect(told(job)).toEqual(await left(world));
    expect(told(job)[0]).toMatch(/^team;month;499\.\d+;credits$/);
  });

  it('of a stream is what is left while the call holds its most', async () => {
    const world = await limited({ amount: '10' });
    const stream = await ask(world, { stream: true, max_tokens: 100 });
    const [, , held] = told(stream)[0]!.split(';');
    const [, , after] = (await left(world))[0]!.split(';');
    // 100 tokens of output at 15 dollars a million are held, and the input.
    expect(nano('10') - nano(held!)).toBeGreaterThan(nano('0.0015'));
    expect(nano(after!)).toBeGreaterThan(nano(held!));
  });

  it('is absent without limits', async () => {
    expect((await ask(await limited())).headers).not.toHaveProperty('x-tollkeeper-remaining');
  });

  it('costs no statement of its own for a second', async () => {
    const world = await limited({ amount: '10' });
    await ask(world);
    const query = jest.spyOn(app.app.get(Database).pool, 'query');
    const reads = (): number =>
      query.mock.calls.filter(([said]) => (said as { name?: string }).name === 'limit_figures').length;
    app.clock.standAt(app.clock.now());
    await ask(world);
    const before = reads();
    const answers = [await ask(world), await ask(world)];
    expect(reads()).toBe(before);
    app.clock.advance(SECOND_MS);
    await ask(world);
    expect(reads()).toBe(before + 1);
    query.mockRestore();
    expect(nano(told(answers[0]!)[0]!.split(';')[2]!)).toBeGreaterThan(nano(told(answers[1]!)[0]!.split(';')[2]!));
  });

  it('follows a change of a limit at once, and what others spend within a second', async () => {
    const world = await limited({ amount: '10' });
    await ask(world);
    await makeLimit(app, world, { period: 'TOTAL', amount: '3' });
    expect(told(await ask(world))).toEqual(await left(world));
    await app.db.query('UPDATE limit_windows SET posted = posted + 1000000000 WHERE organization_id = $1', [
      world.organizationId,
    ]);
    app.clock.advance(SECOND_MS);
    expect(told(await ask(world))).toEqual(await left(world));
    await app.db.query('UPDATE limit_windows SET posted = posted - 1000000000 WHERE organization_id = $1', [
      world.organizationId,
    ]);
  });
});

describe('x-tollkeeper-timeout-ms', () => {
  it('ends the call in time, over all its attempts, and leaves the vendor', async () => {
    const world = await limited();
    const before = vendor.requests.length;
    const started = performance.now();
    const answer = await ask(world, says('[simulate delay_ms=60000]'), { 'x-tollkeeper-timeout-ms': '150' });
    expect([answer.status, answer.body.error.code]).toEqual([504, 'provider_timeout']);
    expect(answer.body.error.message).toContain('0.15 seconds');
    expect(performance.now() - started).toBeLessThan(10_000);
    const [request, ...more] = vendor.requests.slice(before);
    expect([await request!.ended, more]).toEqual(['client', []]);
  });

  it('holds for streams and jobs, and is no fact about the call', async () => {
    const world = await limited();
    const hurry = { 'x-tollkeeper-timeout-ms': '150', 'x-tollkeeper-shop': 'berlin' };
    const slow = says('[simulate delay_ms=60000]');
    expect((await ask(world, { ...slow, stream: true }, hurry)).status).toBe(504);
    const job = await app.rest('POST', '/api/jobs/create-and-call', {
      body: { job_type: 'x', model: world.alias, ...slow },
      headers: { 'x-admin-key': '', authorization: `Bearer ${world.key}`, ...hurry },
    });
    expect([job.status, job.body.code]).toEqual([504, 'provider_timeout']);
    const answer = await ask(world, {}, { ...hurry, 'x-tollkeeper-timeout-ms': '600000' });
    expect(answer.status).toBe(200);
    const { rows } = await app.db.query('SELECT metadata FROM calls WHERE id = $1', [answer.headers['x-call-id']]);
    expect(rows).toEqual([{ metadata: { shop: 'berlin' } }]);
  });

  it.each(['0', '-1', '1.5', '1e3', 'soon', '', '600001', '99999999999'])('is refused when it is %j', async (value) => {
    const world = await limited();
    const answer = await ask(world, {}, { 'x-tollkeeper-timeout-ms': value });
    expect([answer.status, answer.body.error.param]).toEqual([422, 'x-tollkeeper-timeout-ms']);
  });
});
