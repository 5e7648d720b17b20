import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { startProduct } from '../support/product.js';
import { closing, settled } from '../support/streams.js';
import { ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const OUT = 20;
const THRESHOLD = 50;
/** A long prompt costs twice as much going in and half as much again coming out; cached tokens cost the same. */
const PRICES = {
  ...{ input: '3', cachedRead: '0.3', output: '15' },
  tiers: [{ abovePromptTokens: THRESHOLD, prices: { input: '6', output: '22.5' } }],
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ listen: true });
});
afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

/** A prompt of so many tokens, as simulator and gateway count them: four for the message, and one for four letters. */
const prompt = (tokens: number, directive = `[simulate tokens=${OUT}]`): object[] => [
  { role: 'user', content: directive.padEnd((tokens - 4) * 4, 'x') },
];

const chat = (world: World, messages: object[], body: object = {}): Promise<Answer> =>
  app.asKey(world.key, 'POST', '/v1/chat/completions', { model: world.alias, messages, ...body });

/** The row of the call that an answer belongs to; what it cost in nano-dollars. */
async function costs(answer: Answer): Promise<{ provider: number; charged: number; overrun: string; row: object }> {
  expect(answer.status).toBe(200);
  const row = await settled(app, answer.headers['x-call-id'] as string);
  return { provider: Number(row.provider_cost), charged: Number(row.charged_cost), overrun: row.overrun, row };
}

const maxCost = async (world: World, tokens: number): Promise<string> => {
  const question = { model: world.alias, messages: prompt(tokens), max_tokens: 100 };
  return (await app.asKey(world.key, 'POST', '/v1/explain', question)).body.max_cost_usd as string;
};

describe('a call of a model with a tier', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(app, { prices: PRICES });
  });

  it.each([
    [THRESHOLD - 1, 3_000, 15_000],
    [THRESHOLD, 3_000, 15_000],
    [THRESHOLD + 1, 6_000, 22_500],
    [THRESHOLD + 400, 6_000, 22_500],
  ])('with %i tokens in is charged %i nano-dollars for each, and %i for each out', async (tokens, input, output) => {
    const found = await costs(await chat(world, prompt(tokens)));
    const cost = tokens * input + OUT * output;
    expect(found).toMatchObject({ provider: cost, charged: cost, overrun: '0' });
    expect(found.row).toMatchObject({ tokens_in: String(tokens), tokens_out: String(OUT), usage_source: 'vendor' });
  });

  it('counts cached tokens as prompt, at the price that the tier leaves as it is', async () => {
    const directive = `[simulate tokens=${OUT} cached_tokens=10]`;
    const found = await Promise.all(
      [THRESHOLD, THRESHOLD + 1].map(async (tokens) => costs(await chat(world, prompt(tokens, directive)))),
    );
    expect(found.map(({ charged }) => charged)).toEqual([
      40 * 3_000 + 10 * 300 + OUT * 15_000,
      41 * 6_000 + 10 * 300 + OUT * 22_500,
    ]);
  });

  it('is charged alike when it is streamed', async () => {
    const answer = await chat(world, prompt(THRESHOLD + 1), { stream: true });
    expect(await costs(answer)).toMatchObject({ charged: 51 * 6_000 + OUT * 22_500, overrun: '0' });
  });

  it('is charged by the tier of the estimate when its stream is cut before any usage', async () => {
    const directive = '[simulate tokens=200 cut_after=4]';
    for (const [tokens, input, output] of [
      [THRESHOLD, 3_000, 15_000],
      [THRESHOLD + 1, 6_000, 22_500],
    ] as const) {
      const { row, charged } = await costs(await chat(world, prompt(tokens, directive), { stream: true }));
      const { tokens_out: out, tokens_in: estimated, usage_source: source } = row as Record<string, string>;
      expect([estimated, source]).toEqual([String(tokens), 'estimated']);
      expect(Number(out)).toBeGreaterThan(0);
      expect(charged).toBe(tokens * input + Number(out) * output);
    }
  });

  it('holds what the tier in reach can cost, and no more for one that is not', async () => {
    const [flat, far] = await Promise.all([
      makeWorld(app, { prices: { ...PRICES, tiers: [] } }),
      makeWorld(app, { prices: { ...PRICES, tiers: [{ ...PRICES.tiers[0], abovePromptTokens: 100_000 }] } }),
    ]);
    const [near, without, beyond] = await Promise.all([world, flat, far].map((each) => maxCost(each, 60)));
    expect(beyond).toBe(without);
    expect(Number(near)).toBeGreaterThan(Number(without));
    // The bound of the input is the same: its bytes. So the difference is that of the prices alone.
    const bound = (cost: string, input: number, output: number): number => (Number(cost) * 1e9 - 100 * output) / input;
    expect(bound(near!, 6_000, 22_500)).toBeCloseTo(bound(without!, 3_000, 15_000), 3);
  });

  it('is put right by the tier of the usage that the vendor names later', async () => {
    const { row } = await costs(await chat(world, prompt(THRESHOLD + 1)));
    const { id } = row as { id: string };
    await app.db.query("UPDATE calls SET state = 'recovered', usage_source = 'estimated' WHERE id = $1", [id]);
    const correct = `mutation ($input: CorrectCallInput!) { correctCall(input: $input) {
      chargedDifference providerDifference call { chargedCost } } }`;
    const input = { callId: id, usage: { input: THRESHOLD, output: OUT }, reason: 'The invoice says so' };
    const { correctCall } = await must<{ correctCall: object }>(app, correct, { input });
    expect(correctCall).toMatchObject({ call: { chargedCost: '0.00045' } });
    expect(correctCall).toMatchObject({ chargedDifference: '-0.000306', providerDifference: '-0.000306' });
  });
});

describe('what tenants pay for an alias', () => {
  it.each([
    ['without tiers stands at any length', { input: '1' }, [1_000, 15_000], [1_000, 22_500]],
    [
      'with a tier stands above its own threshold',
      { tiers: [{ abovePromptTokens: 60, prices: { input: '12' } }] },
      ...[
        [3_000, 15_000],
        [6_000, 22_500],
        [12_000, 22_500],
      ],
    ],
    [
      'may fall for long prompts',
      { output: '9', tiers: [{ abovePromptTokens: 60, prices: { input: '0', output: '0' } }] },
      ...[
        [3_000, 9_000],
        [6_000, 9_000],
        [0, 0],
      ],
    ],
  ])('by an override that %s', async (_, priceOverride, ...expected) => {
    const world = await makeWorld(app, { prices: PRICES, priceOverride });
    const lengths = [50, 51, 61].slice(0, expected.length);
    for (const [at, tokens] of lengths.entries()) {
      const found = await costs(await chat(world, prompt(tokens)));
      const [input, output] = expected[at] as number[];
      expect([tokens, found.charged]).toEqual([tokens, tokens * input! + OUT * output!]);
      expect(found.provider).toBe(tokens * (tokens > 50 ? 6_000 : 3_000) + OUT * (tokens > 50 ? 22_500 : 15_000));
      expect(found.overrun).toBe('0');
    }
  });

  it('is shown over the thresholds of both', async () => {
    const priceOverride = { input: '1', tiers: [{ abovePromptTokens: 60, prices: { input: '12' } }] };
    const world = await makeWorld(app, { prices: PRICES, priceOverride });
    const fields = 'input cachedRead output tiers { abovePromptTokens prices { input cachedRead output } }';
    const query = `query ($name: String) { aliases(search: $name) { items { currentPrice { ${fields} }
      priceOverride { ${fields} } } } }`;
    const { aliases } = await must<{ aliases: { items: object[] } }>(app, query, { name: world.alias });
    expect(aliases.items[0]).toEqual({
      currentPrice: {
        ...{ input: '1', cachedRead: '0.3', output: '15' },
        tiers: [
          { abovePromptTokens: 50, prices: { input: '1', cachedRead: null, output: '22.5' } },
          { abovePromptTokens: 60, prices: { input: '12', cachedRead: null, output: '22.5' } },
        ],
      },
      priceOverride: {
        ...{ input: '1', cachedRead: null, output: null },
        tiers: [{ abovePromptTokens: 60, prices: { input: '12', cachedRead: null, output: null } }],
      },
    });
  });
});

describe('a call whose process is killed', () => {
  it('is charged by the tier that it left with', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-tiers-'));
    chmodSync(dataDir, 0o711);
    let product = await startProduct(dataDir);
    try {
      const world = await makeWorld(product, { prices: PRICES });
      const send = async (tokens: number): Promise<void> => {
        const messages = prompt(tokens, '[simulate tokens=400 pace_ms=20]');
        const response = await fetch(`${product.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: world.alias, messages, stream: true }),
        });
        await closing(response, 3);
      };
      await Promise.all([THRESHOLD, THRESHOLD + 1].map(send));
      await product.stop('SIGKILL');
      product = await startProduct(dataDir);
      const query = '{ jobs(first: 5) { items { calls { state usageSource tokensIn tokensOut chargedCost } } } }';
      type Ended = Record<'state' | 'usageSource' | 'tokensIn' | 'tokensOut' | 'chargedCost', string>;
      const { jobs } = await must<{ jobs: { items: { calls: Ended[] }[] } }>(product, query);
      const calls = jobs.items.flatMap((job) => job.calls).sort((a, b) => Number(a.tokensIn) - Number(b.tokensIn));
      expect(calls.map(({ state, usageSource, tokensIn }) => [state, usageSource, tokensIn])).toEqual([
        ['RECOVERED', 'estimated', '50'],
        ['RECOVERED', 'estimated', '51'],
      ]);
      const nano = ({ chargedCost }: Ended): number => Math.round(Number(chargedCost) * 1e9);
      expect(calls.map(nano)).toEqual([
        50 * 3_000 + Number(calls[0]!.tokensOut) * 15_000,
        51 * 6_000 + Number(calls[1]!.tokensOut) * 22_500,
      ]);
      expect(Number(calls[1]!.tokensOut)).toBeGreaterThan(0);
      expect(await ledgerProblems(product)).toEqual([]);
    } finally {
      await product.stop('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 120_000);
});
