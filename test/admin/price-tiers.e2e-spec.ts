import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeWorld, must, type World } from '../support/world.js';

const ADD = 'mutation ($id: ID!, $input: AddPriceInput!) { addModelPrice(modelId: $id, input: $input) { id } }';
const OVERRIDE = 'mutation ($id: ID!, $input: UpdateAliasInput!) { updateAlias(id: $id, input: $input) { id } }';
const ALIAS = `query ($name: String) { aliases(search: $name) { items { id targets { modelId }
  priceOverride { input output tiers { abovePromptTokens prices { input output } } } } } }`;
const PAST = '2020-01-01T00:00:00Z';

interface AliasRow {
  readonly id: string;
  readonly targets: readonly { readonly modelId: string }[];
  readonly priceOverride: object | null;
}

let app: TestApp;
let world: World;
beforeAll(async () => {
  app = await startTestApp();
  world = await makeWorld(app);
});
afterAll(() => app.close());

const alias = async (name = world.alias): Promise<AliasRow> =>
  (await must<{ aliases: { items: AliasRow[] } }>(app, ALIAS, { name })).aliases.items[0]!;

const tier = (abovePromptTokens: unknown, prices: object = { input: '2' }): object => ({ abovePromptTokens, prices });

async function refusal(
  document: string,
  variables: object,
): Promise<{ code: string; field: unknown; message: string }> {
  const { body } = await app.gql(document, variables);
  const { message, extensions } = body.errors[0] as { message: string; extensions: { code: string; field?: string } };
  return { code: extensions.code, field: extensions.field, message };
}

const five = [1, 2, 3, 4, 5].map((each) => tier(each));

describe('tiers of a price', () => {
  it.each<[string, object[]]>([
    ['tiers', five],
    ['tiers.0.abovePromptTokens', [tier(0)]],
    ['tiers.0.abovePromptTokens', [tier(-200_000)]],
    ['tiers.0.abovePromptTokens', [tier(2_000_000_000)]],
    ['tiers.1.abovePromptTokens', [tier(200_000), tier(200_000)]],
    ['tiers.1.abovePromptTokens', [tier(200_000), tier(128_000)]],
    ['tiers.0.prices', [tier(200_000, {})]],
    ['tiers.0.prices', [tier(200_000, { output: null })]],
    ['tiers.1.prices.cachedRead', [tier(1), tier(2, { cachedRead: '-0.1' })]],
    ['tiers.0.prices.output', [tier(1, { output: '100000001' })]],
  ])('are refused by the name %s, of a model and of an alias', async (field, tiers) => {
    const { id, targets } = await alias();
    const price = { id: targets[0]!.modelId, input: { prices: { input: '1', tiers } } };
    expect(await refusal(ADD, price)).toMatchObject({ code: 'INVALID_REQUEST', field: `prices.${field}` });
    const override = { id, input: { priceOverride: { tiers } } };
    expect(await refusal(OVERRIDE, override)).toMatchObject({
      code: 'INVALID_REQUEST',
      field: `priceOverride.${field}`,
    });
    expect((await alias()).priceOverride).toBeNull();
  });

  it.each<[string, object]>([
    ['tiers[0].abovePromptTokens', tier(1.5)],
    ['tiers[0].abovePromptTokens', tier('200000')],
    ['tiers[0].abovePromptTokens', tier(3_000_000_000)],
    ['tiers[0].prices.input', tier(5, { input: 2.5 })],
    ['tiers[0].prices', tier(5, { tiers: [] })],
    ['tiers[0]', { abovePromptTokens: 5 }],
    ['tiers[0]', { prices: { input: '1' } }],
  ])('are refused where they do not fit the schema, naming %s', async (path, wrong) => {
    const { targets } = await alias();
    const { code, message } = await refusal(ADD, {
      id: targets[0]!.modelId,
      input: { prices: { input: '1', tiers: [wrong] } },
    });
    expect(code).toBe('INVALID_REQUEST');
    expect(message).toContain(`prices.${path}`);
  });

  it('need a price beside them in a model, which nobody could call otherwise', async () => {
    const { targets } = await alias();
    const input = { prices: { tiers: [tier(200_000)] } };
    expect(await refusal(ADD, { id: targets[0]!.modelId, input })).toMatchObject({ field: 'prices' });
  });

  it('stand in the audit row of the price, and in that of the override', async () => {
    const { id, targets } = await alias();
    const tiers = [tier(128_000, { input: '2' }), tier(200_000, { output: '0.000000001' })];
    await must(app, ADD, { id: targets[0]!.modelId, input: { validFrom: PAST, prices: { input: '1', tiers } } });
    await must(app, OVERRIDE, { id, input: { priceOverride: { tiers } } });
    const stored = [
      { above: 128_000, prices: { input: '2000000000' } },
      { above: 200_000, prices: { output: '1' } },
    ];
    const last = 'SELECT changes FROM audit_entries WHERE action = $1 ORDER BY seq DESC LIMIT 1';
    const price = (await app.db.query(last, ['price.create'])).rows[0].changes;
    expect(price[0].after.prices).toEqual({ input: '1000000000', tiers: stored });
    const override = (await app.db.query(last, ['alias.update'])).rows[0].changes;
    expect(override[0].after.priceOverride).toEqual({ tiers: stored });
    expect((await alias()).priceOverride).toEqual({
      ...{ input: null, output: null },
      tiers: [
        { abovePromptTokens: 128_000, prices: { input: '2', output: null } },
        { abovePromptTokens: 200_000, prices: { input: null, output: '0.000000001' } },
      ],
    });
  });

  it('leave the order of aliases to the price without them', async () => {
    const names = await Promise.all(
      [
        { input: '1', tiers: [tier(5, { input: '900' })] },
        { input: '2', tiers: [tier(5, { input: '1' })] },
      ].map(async (prices) => (await makeWorld(app, { prices })).alias),
    );
    const query = '{ aliases(orderBy: INPUT_PRICE_ASC) { items { name } } }';
    const { aliases } = await must<{ aliases: { items: { name: string }[] } }>(app, query);
    const sorted = aliases.items.map(({ name }) => name).filter((name) => names.includes(name));
    expect(sorted).toEqual(names);
  });
});

describe('tiers of an alias by REST', () => {
  const call = (method: string, path: string, body?: object) => app.rest(method, `/api/model-aliases${path}`, { body });
  const TIERS = [{ above_prompt_tokens: 200_000, pricing_input: 6, pricing_output: 22.5 }];
  const book = { display_name: 'R', provider: 'openai', pricing_input: 3, pricing_output: 15, pricing_tiers: TIERS };
  const make = async (model_alias: string): Promise<void> => {
    const made = await call('POST', '/create', { ...book, model_alias, actual_model: `${model_alias}-vendor` });
    expect([made.status, made.body]).toMatchObject([200, { pricing_input: 3, pricing_tiers: TIERS }]);
  };

  it('become the price of a model without one, and are shown', async () => {
    await make('rest-made');
    expect((await call('GET', '/rest-made')).body).toMatchObject({ pricing_output: 15, pricing_tiers: TIERS });
    expect((await alias('rest-made')).priceOverride).toBeNull();
  });

  it('stay when what was read is written back, whole or in part', async () => {
    await make('rest-same');
    const { body } = await call('GET', '/rest-same');
    const { pricing_input, pricing_output, pricing_tiers } = body as typeof book;
    for (const same of [
      { pricing_input, pricing_output, pricing_tiers },
      { pricing_input, pricing_output },
    ]) {
      const answer = await call('PUT', '/rest-same', { display_name: 'Other', ...same });
      expect([answer.status, answer.body]).toMatchObject([200, { display_name: 'Other', pricing_tiers: TIERS }]);
      expect((await alias('rest-same')).priceOverride).toBeNull();
    }
  });

  it('give way to another price for any length, and come back as a whole', async () => {
    await make('rest-flat');
    const flat = await call('PUT', '/rest-flat', { pricing_input: 4 });
    expect(flat.body).toMatchObject({
      ...{ pricing_input: 4, pricing_output: 15 },
      pricing_tiers: [{ above_prompt_tokens: 200_000, pricing_input: 4, pricing_output: 22.5 }],
    });
    expect((await alias('rest-flat')).priceOverride).toMatchObject({ input: '4', output: null, tiers: [] });
    const none = await call('PUT', '/rest-flat', { pricing_tiers: [] });
    expect(none.body).toMatchObject({ pricing_input: 4, pricing_output: 15, pricing_tiers: [] });
    const own = [{ above_prompt_tokens: 100, pricing_output: 20 }];
    const last = await call('PUT', '/rest-flat', { pricing_input: 3, pricing_tiers: own });
    expect(last.body).toMatchObject({
      ...{ pricing_input: 3, pricing_output: 15 },
      pricing_tiers: [{ above_prompt_tokens: 100, pricing_input: 3, pricing_output: 20 }],
    });
    const back = await call('PUT', '/rest-flat', { pricing_input: 3, pricing_output: 15, pricing_tiers: TIERS });
    expect(back.body).toMatchObject({ pricing_input: 3, pricing_tiers: TIERS });
    expect((await alias('rest-flat')).priceOverride).toBeNull();
  });

  it.each<[string, unknown]>([
    ['pricing_tiers', 'none'],
    ['pricing_tiers', ['none']],
    ['pricing_tiers', [null]],
    ['pricing_tiers', Array.from({ length: 5 }, (_, at) => ({ above_prompt_tokens: at + 1, pricing_input: 1 }))],
    ['pricing_tiers.0.above_prompt_tokens', [{ pricing_input: 1 }]],
    ['pricing_tiers.0.above_prompt_tokens', [{ above_prompt_tokens: 0, pricing_input: 1 }]],
    ['pricing_tiers.0.above_prompt_tokens', [{ above_prompt_tokens: 1.5, pricing_input: 1 }]],
    ['pricing_tiers.0.pricing_input', [{ above_prompt_tokens: 5, pricing_input: -1 }]],
    ['pricing_tiers.0.pricing_output', [{ above_prompt_tokens: 5, pricing_output: 1e9 }]],
    ['pricing_tiers.0.input', [{ above_prompt_tokens: 5, pricing_input: 1, input: 1 }]],
    ['pricing_tiers.0', [{ above_prompt_tokens: 5 }]],
    ['pricing_tiers.1.above_prompt_tokens', [5, 5].map((each) => ({ above_prompt_tokens: each, pricing_input: 1 }))],
  ])('are refused by the name %s: %j', async (field, pricing_tiers) => {
    const body = { display_name: 'R', provider: 'openai', pricing_input: 3, pricing_output: 15, pricing_tiers };
    const answer = await call('POST', '/create', { ...body, model_alias: 'rest-wrong', actual_model: 'x' });
    expect([answer.status, answer.body]).toMatchObject([422, { code: 'invalid_request', field }]);
    expect((await call('GET', '/rest-wrong')).status).toBe(404);
  });
});
