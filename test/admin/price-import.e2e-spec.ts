import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { must } from '../support/world.js';

const PREVIEW = `query ($input: PriceImportPreviewInput) { priceImportPreview(input: $input) { fingerprint validFrom
  rows { id difference providerKind name modelId source asOf note changes { abovePromptTokens usageClass before after percent }
    problems { field message } } } }`;
const IMPORT = `mutation ($input: ImportPricesInput!) {
  importPrices(input: $input) { validFrom modelsCreated pricesAdded } }`;
const DAY_MS = 86_400_000;

interface Row {
  readonly id: string;
  readonly difference: string;
  readonly name: string;
  readonly modelId: string | null;
  readonly changes: readonly object[];
  readonly problems: readonly object[];
}
interface Preview {
  readonly fingerprint: string;
  readonly validFrom: string;
  readonly rows: readonly Row[];
}

let app: TestApp;
let serial = 0;
/** Of a model of its own for each test. */
let name: string;

beforeAll(async () => {
  app = await startTestApp({ env: { DEMO: 'off' } });
  letUsersIn(app);
});
afterAll(() => app.close());
beforeEach(() => {
  name = `listed-${++serial}`;
});

const entry = (input: string, more: object = {}): object => ({
  provider_kind: 'openai',
  name,
  prices: { input, ...more },
});
const listOf = (...models: object[]): object => ({ models });

const preview = async (input: object = {}): Promise<Preview> =>
  (await must<{ priceImportPreview: Preview }>(app, PREVIEW, { input })).priceImportPreview;

/** Looks at a list and takes of it what is asked for. */
async function take(input: object, rowIds: readonly string[] | null = null) {
  const { fingerprint } = await preview(input);
  const sent = { input: { ...input, fingerprint, rowIds } };
  return (await must<{ importPrices: object }>(app, IMPORT, sent)).importPrices;
}

const refusal = async (document: string, input: object, headers?: Record<string, string>) => {
  const { body } = await app.gql(document, { input }, headers);
  return { code: body.errors?.[0]?.extensions.code, message: body.errors?.[0]?.message };
};

const rowOf = async (input: object): Promise<Row> => (await preview(input)).rows.find((row) => row.name === name)!;

async function models(): Promise<{ id: string; plans: string[]; prices: { validFrom: string; prices: object }[] }[]> {
  const query = `query ($name: String) { models(filter: { name: $name }) { items { id provider { id } plans
    contextWindow maxOutputTokens capabilities prices { validFrom prices { input output } } } } }`;
  return (await must<{ models: { items: never[] } }>(app, query, { name })).models.items;
}

const tables = async (): Promise<string> =>
  (await app.db.query("SELECT md5(string_agg(t::text, ',' ORDER BY id)) AS sum FROM prices t")).rows[0].sum +
  (await app.db.query("SELECT md5(string_agg(t::text, ',' ORDER BY id)) AS sum FROM models t")).rows[0].sum;

describe('a price list', () => {
  it('that comes with the product is new at first, and changes nothing the second time', async () => {
    const { rows } = await preview();
    expect(new Set(rows.map((row) => row.difference))).toEqual(new Set(['NEW']));
    expect(await take({})).toMatchObject({ modelsCreated: rows.length, pricesAdded: rows.length });
    expect((await preview()).rows.every((row) => row.difference === 'UNCHANGED')).toBe(true);
    const before = await tables();
    expect(await take({})).toMatchObject({ modelsCreated: 0, pricesAdded: 0 });
    expect(await tables()).toBe(before);
  });

  it('makes models that any provider of their kind serves, with what the list says of them', async () => {
    const facts = { context_window: 1000, max_output_tokens: 100, capabilities: ['text', 'tools'] };
    const list = listOf({ ...entry('1.25', { output: '10' }), ...facts });
    expect(await rowOf({ list })).toMatchObject({ id: `openai/${name}`, difference: 'NEW', modelId: null });
    expect(await take({ list })).toMatchObject({ modelsCreated: 1, pricesAdded: 1 });
    const shown = {
      provider: null,
      plans: [],
      contextWindow: 1000,
      maxOutputTokens: 100,
      capabilities: ['text', 'tools'],
    };
    expect(await models()).toMatchObject([{ ...shown, prices: [{ prices: { input: '1.25', output: '10' } }] }]);
  });

  it('shows class by class what changes, and adds a price beside the old one', async () => {
    await take({ list: listOf(entry('2', { output: '8', request: '1' })) });
    app.clock.advance(1000);
    const list = listOf(entry('1', { output: '10', cached_read: '0.5' }));
    const row = await rowOf({ list });
    expect(row).toMatchObject({ difference: 'CHANGED', modelId: (await models())[0]!.id });
    expect(row.changes).toMatchObject([
      { usageClass: 'input', before: '2', after: '1', percent: -50 },
      { usageClass: 'cached_read', before: null, after: '0.5', percent: null },
      { usageClass: 'output', before: '8', after: '10', percent: 25 },
      { usageClass: 'request', before: '1', after: null, percent: null },
    ]);
    expect(await take({ list })).toMatchObject({ modelsCreated: 0, pricesAdded: 1 });
    const [model] = await models();
    expect(model!.prices.map((each) => each.prices)).toEqual([
      { input: '1', output: '10' },
      { input: '2', output: '8' },
    ]);
  });

  it('may hold from a day to come, against the price that holds then', async () => {
    await take({ list: listOf(entry('1')) });
    const [validFrom, later] = [1, 2].map((days) => new Date(app.clock.nowMs() + days * DAY_MS).toISOString());
    const list = listOf(entry('2'));
    expect(await take({ list, validFrom })).toEqual({ validFrom, modelsCreated: 0, pricesAdded: 1 });
    expect(await take({ list, validFrom })).toEqual({ validFrom, modelsCreated: 0, pricesAdded: 0 });
    expect((await rowOf({ list, validFrom: later })).difference).toBe('UNCHANGED');
    expect((await rowOf({ list })).difference).toBe('CHANGED');
    const past = new Date(app.clock.nowMs() - 1).toISOString();
    expect(await refusal(PREVIEW, { list, validFrom: past })).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is taken row by row, and never deletes', async () => {
    const second = { ...entry('1'), name: `${name}-b` };
    await take({ list: listOf(entry('1')) });
    expect(await take({ list: listOf(entry('5'), second) }, [`openai/${name}-b`])).toMatchObject({ modelsCreated: 1 });
    expect((await models())[0]!.prices).toMatchObject([{ prices: { input: '1' } }]);
    expect((await rowOf({ list: listOf(second) })).difference).toBe('MISSING');
    const { fingerprint } = await preview({ list: listOf(second) });
    const ids = [(await models())[0]!.id];
    const missing = await refusal(IMPORT, { list: listOf(second), fingerprint, rowIds: ids });
    expect(missing).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(ids[0]!) });
    const unknown = await refusal(IMPORT, { list: listOf(second), fingerprint, rowIds: ['openai/nothing'] });
    expect(unknown.code).toBe('INVALID_REQUEST');
  });

  it('is refused when the catalogue has changed since the preview, and taken once when sent twice', async () => {
    const list = listOf(entry('3'));
    const { fingerprint } = await preview({ list });
    const other = { ...entry('9'), name: `${name}-other` };
    await take({ list: listOf(other) });
    expect((await refusal(IMPORT, { list, fingerprint })).code).toBe('CONFLICT');
    expect(await models()).toEqual([]);
    const fresh = { list, fingerprint: (await preview({ list })).fingerprint, rowIds: [`openai/${name}`] };
    const twice = await Promise.all([1, 2].map(() => must<{ importPrices: object }>(app, IMPORT, { input: fresh })));
    expect(twice.map((each) => (each.importPrices as { pricesAdded: number }).pricesAdded).sort()).toEqual([0, 1]);
    expect((await models())[0]!.prices).toHaveLength(1);
  });

  it('has tiers, which are compared, dated and recorded like any price', async () => {
    const tiers = (input: string, above_prompt_tokens = 200_000): object => ({
      tiers: [{ above_prompt_tokens, prices: { input } }],
    });
    await take({ list: listOf(entry('1')) });
    const list = listOf(entry('1', tiers('2')));
    const change = { abovePromptTokens: 200_000, usageClass: 'input' };
    const row = await rowOf({ list });
    expect(row).toMatchObject({ difference: 'CHANGED', problems: [] });
    expect(row.changes).toEqual([{ ...change, before: null, after: '2', percent: null }]);
    const looked = await preview({ list });
    expect((await preview({ list: listOf(entry('1', tiers('2.000000001'))) })).fingerprint).not.toBe(
      looked.fingerprint,
    );
    expect((await preview({ list: listOf(entry('1', tiers('2', 200_001))) })).fingerprint).not.toBe(looked.fingerprint);
    expect(await take({ list })).toMatchObject({ modelsCreated: 0, pricesAdded: 1 });
    expect(await rowOf({ list })).toMatchObject({ difference: 'UNCHANGED', changes: [] });
    expect((await rowOf({ list: listOf(entry('1', tiers('3'))) })).changes).toEqual([
      { ...change, before: '2', after: '3', percent: 50 },
    ]);
    expect((await rowOf({ list: listOf(entry('1')) })).changes).toEqual([
      { ...change, before: '2', after: null, percent: null },
    ]);
    const id = (await models())[0]!.id;
    const query = `query ($id: ID!) { model(id: $id) { currentPrice { prices { input output tiers {
      abovePromptTokens prices { input output } } } } } }`;
    const { model } = await must<{ model: { currentPrice: { prices: object } } }>(app, query, { id });
    expect(model.currentPrice.prices).toEqual({
      ...{ input: '1', output: null },
      tiers: [{ abovePromptTokens: 200_000, prices: { input: '2', output: null } }],
    });
    const { rows } = await app.db.query("SELECT * FROM audit_entries WHERE action = 'price.import' ORDER BY seq DESC");
    const stored = { input: '1000000000', tiers: [{ above: 200_000, prices: { input: '2000000000' } }] };
    expect(rows[0].changes[0]).toMatchObject({
      before: { prices: { [`openai/${name} (${id})`]: { input: '1000000000' } } },
      after: { prices: { [`openai/${name} (${id})`]: stored } },
    });
  });

  it('names what is wrong with an entry, and goes on with the others', async () => {
    const wrongTier = { above_prompt_tokens: 0, prices: {} };
    const bad = { ...entry('1'), prices: { input: 1.5, tiers: [wrongTier] }, flavour: 'sweet' };
    const list = listOf(bad, { ...entry('1'), name: `${name}-good` });
    const { rows } = await preview({ list });
    const wrong = rows.find((row) => row.difference === 'INVALID')!;
    expect(wrong).toMatchObject({ id: 'models[0]', name, changes: [] });
    expect(wrong.problems.map((each) => (each as { field: string }).field)).toEqual([
      ...['models[0].flavour', 'models[0].prices.input'],
      ...['models[0].prices.tiers[0].above_prompt_tokens', 'models[0].prices.tiers[0].prices'],
    ]);
    expect(await take({ list })).toMatchObject({ modelsCreated: 1 });
    const { message } = await refusal(PREVIEW, { list: { models: 'none' } });
    expect(message).toBe('list: must be an object with a list of `models`');
  });

  it('leaves one audit row that tells every price before and after', async () => {
    await take({ list: listOf(entry('1')) });
    await take({ list: listOf(entry('2'), { ...entry('4'), name: `${name}-b` }) });
    const { rows } = await app.db.query("SELECT * FROM audit_entries WHERE action = 'price.import' ORDER BY seq DESC");
    const id = (await models())[0]!.id;
    expect(rows[0]).toMatchObject({ status: 'success', entity_type: 'PriceImport', entity_name: 'Price list' });
    expect(rows[0].changes).toMatchObject([
      {
        before: { prices: { [`openai/${name} (${id})`]: { input: '1000000000' }, [`openai/${name}-b`]: null } },
        after: { prices: { [`openai/${name} (${id})`]: { input: '2000000000' }, [`openai/${name}-b`]: {} } },
      },
    ]);
  });

  it('is looked at by the platform, and taken by its administrators alone', async () => {
    const list = listOf(entry('1'));
    const auditor = asUser(await makeUser(app, { role: 'auditor' }));
    expect((await app.gql(PREVIEW, { input: { list } }, auditor)).body.errors).toBeUndefined();
    expect((await refusal(IMPORT, { list, fingerprint: 'x' }, auditor)).code).toBe('FORBIDDEN');
    const nobody = { 'x-admin-key': '' };
    expect((await refusal(IMPORT, { list, fingerprint: 'x' }, nobody)).code).toBe('UNAUTHENTICATED');
    await app.db.query("INSERT INTO organizations (id, name) VALUES ('org-a', 'A') ON CONFLICT DO NOTHING");
    const owner = asUser(await makeUser(app, { memberships: { 'org-a': 'owner' } }), 'org-a');
    expect((await refusal(PREVIEW, { list }, owner)).code).toBe('FORBIDDEN');
  });
});

describe('by REST', () => {
  const call = (method: string, path: string, body?: object) => app.rest(method, `/api/price-list${path}`, { body });

  it('is looked at and taken with the same rules', async () => {
    const builtIn = await call('GET', '/preview');
    expect(builtIn.status).toBe(200);
    expect(builtIn.body.rows.length).toBeGreaterThan(60);
    const list = listOf(entry('0.000000001'));
    const { body } = await call('POST', '/preview', { list });
    expect(body.rows[0]).toMatchObject({
      row_id: `openai/${name}`,
      difference: 'new',
      changes: [{ above_prompt_tokens: null, usage_class: 'input', before: null, after: '0.000000001', percent: null }],
    });
    const done = await call('POST', '/import', { list, fingerprint: body.fingerprint });
    expect(done.body).toMatchObject({ models_created: 1, prices_added: 1 });
    const stale = await call('POST', '/import', { list: listOf(entry('2')), fingerprint: body.fingerprint });
    expect([stale.status, stale.body.code]).toEqual([409, 'conflict']);
    const row_ids = ['nothing'];
    const wrong = await call('POST', '/import', { list, fingerprint: body.fingerprint, row_ids });
    expect(wrong.body).toMatchObject({ code: 'invalid_request', field: 'row_ids' });
  });
});
