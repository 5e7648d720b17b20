import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { addTarget, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const MODELS = ['model-a', 'model-b', 'model-c'];

let app: TestApp;
let vendor: VendorServer;
let world: World;
let alias: { id: string; targets: { modelId: string; weight: number }[] };

const chat = (content = 'Hello', headers: Record<string, string> = {}): Promise<Answer> =>
  app.rest('POST', '/v1/chat/completions', {
    body: { model: world.alias, messages: [{ role: 'user', content }] },
    headers: { 'x-admin-key': '', authorization: `Bearer ${world.key}`, ...headers },
  });

async function route(routingStrategy: string, weights: readonly number[]): Promise<void> {
  const update = 'mutation ($id: ID!, $input: UpdateAliasInput!) { updateAlias(id: $id, input: $input) { id } }';
  await must(app, update, { id: alias.id, input: { routingStrategy } });
  const set = 'mutation ($id: ID!, $input: SetAliasTargetsInput!) { setAliasTargets(id: $id, input: $input) { id } }';
  const targets = alias.targets.map(({ modelId }, at) => ({ modelId, weight: weights[at]! }));
  await must(app, set, { id: alias.id, input: { targets } });
}

/** The models that were asked for the calls made by the work, in order. */
async function asked(work: () => Promise<unknown>): Promise<string[]> {
  const before = vendor.requests.length;
  await work();
  return vendor.requests.slice(before).map(({ json }) => json!.model as string);
}

async function calls(count: number): Promise<void> {
  for (let made = 0; made < count; made++) expect((await chat()).status).toBe(200);
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: MODELS, paceMs: 0 });
  app = await startTestApp();
  world = await makeWorld(app, { baseUrl: vendor.url, model: MODELS[0]! });
  for (const model of MODELS.slice(1)) await addTarget(app, world, model);
  const query = 'query ($name: String) { aliases(search: $name) { items { id targets { modelId weight } } } }';
  const { aliases } = await must<{ aliases: { items: (typeof alias)[] } }>(app, query, { name: world.alias });
  alias = aliases.items[0]!;
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('an alias with weighted targets', () => {
  it('asks them in their order until it is told otherwise', async () => {
    expect(await asked(() => calls(3))).toEqual(['model-a', 'model-a', 'model-a']);
  });

  it('draws anew for every call, though its route is remembered', async () => {
    await route('WEIGHTED', [500, 500, 0]);
    const models = await asked(() => calls(60));
    // Each stays out of all 60 calls once in 10^18 runs.
    expect([...new Set(models)].sort()).toEqual(['model-a', 'model-b']);
  });

  it('goes on to those that are left, those of weight 0 last', async () => {
    await route('WEIGHTED', [0, 1_000, 0]);
    const models = await asked(() => chat('[simulate model=model-b status=503]'));
    expect(models).toEqual(['model-b', 'model-a']);
    const all = await asked(() => chat('[simulate model=model-b status=503] [simulate model=model-a status=503]'));
    expect(all).toEqual(['model-b', 'model-a', 'model-c']);
    expect(await asked(() => chat('Hello', { 'x-no-fallback': 'true' }))).toEqual(['model-b']);
  });

  it('asks one that fails after the others, whatever its weight', async () => {
    await route('WEIGHTED', [1, 1_000, 0]);
    for (let count = 0; count < 5; count++) await chat('[simulate model=model-b status=500]');
    const models = await asked(() => calls(10));
    expect(models).not.toContain('model-b');
  });

  it('shows strategy and shares, largest first, to whoever asks for an explanation', async () => {
    await route('WEIGHTED', [1, 3, 0]);
    const explain = (): Promise<Answer> =>
      app.asKey(world.key, 'POST', '/v1/explain', { model: world.alias, messages: [{ role: 'user', content: 'x' }] });
    expect((await explain()).body).toMatchObject({ targets: 3, strategy: 'weighted', shares: [75, 25, 0] });
    await route('ORDERED', [1, 3, 0]);
    expect((await explain()).body).toMatchObject({ strategy: 'ordered', shares: [100, 0, 0] });
  });

  it('is set by REST, too', async () => {
    const path = `/api/model-aliases/${world.alias}`;
    const set = await app.rest('PUT', path, { body: { routing_strategy: 'weighted', weights: [0, 0, 7] } });
    expect(set.body).toMatchObject({ routing_strategy: 'weighted', weights: [0, 0, 7] });
    const short = await app.rest('PUT', path, { body: { weights: [1] } });
    expect([short.status, short.body.field]).toEqual([422, 'weights']);
    expect((await app.rest('PUT', path, { body: { weights: [1, 1_001, 1] } })).status).toBe(422);
    expect((await app.rest('GET', path)).body.weights).toEqual([0, 0, 7]);
    expect(await asked(() => calls(1))).toEqual(['model-c']);
  });
});

describe('the attempts of a call', () => {
  it('are shown to its team without the vendors, and to administrators with them', async () => {
    await route('ORDERED', [1, 1, 1]);
    const failed = '[simulate model=model-a status=503]';
    const { body } = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', {
      ...{ job_type: 'x', model: world.alias, messages: [{ role: 'user', content: failed }] },
    });
    const own = await app.asKey(world.key, 'GET', `/api/jobs/${body.job_id}`);
    const [error, success] = [
      { outcome: 'error', reason: expect.any(String), status: 503, latency_ms: expect.any(Number) },
      { outcome: 'success', reason: null, status: null, latency_ms: expect.any(Number) },
    ];
    expect(own.body.calls).toMatchObject([{ model: world.alias, outcome: 'success', attempts: [error, success] }]);
    expect(JSON.stringify(own.body)).not.toContain('model-a');
    const seen = await app.rest('GET', `/api/jobs/teams/${world.teamId}/${body.job_id}`);
    expect(seen.body.calls[0].attempts).toMatchObject([
      { ...error, model: 'model-a' },
      { ...success, provider: expect.stringContaining('provider-') },
    ]);
  });
});
