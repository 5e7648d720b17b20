import { describe, expect, it } from '@jest/globals';
import { spansWithin, USAGE_CLASSES } from '../../../core/usage.js';
import { PROVIDER_KINDS } from '../../../providers/index.js';
import { builtInList } from './built-in-list.js';
import { MAX_ENTRIES, readPriceList } from './price-list.js';

const ENTRY = { provider_kind: 'openai', name: 'gpt-x', prices: { input: '1.25', output: '10' } };

const TIER = { above_prompt_tokens: 200_000, prices: { input: '2.5' } };
const tiered = (...tiers: unknown[]): object => ({ ...ENTRY, prices: { ...ENTRY.prices, tiers } });

/** The fields that an entry is refused for. */
const refused = (entry: unknown): string[] => {
  const { models, invalid } = readPriceList({ models: [entry] });
  expect(models).toEqual([]);
  return invalid[0]!.problems.map(({ field }) => field);
};

describe('the price list that comes with the product', () => {
  const { models, invalid } = readPriceList(builtInList());

  it('is valid, and names no model of a kind twice', () => {
    expect(invalid).toEqual([]);
    expect(models.length).toBeGreaterThan(60);
  });

  it('has every vendor, with source and day, and a price of input and output for whatever talks', () => {
    const own = ['ollama', 'vllm', 'openai-compatible', 'simulator'];
    const listed = new Set(models.map((model) => model.providerKind));
    expect(PROVIDER_KINDS.filter((kind) => !own.includes(kind) && !listed.has(kind))).toEqual([]);
    for (const { name, source, asOf, prices, capabilities } of models) {
      expect([name, source, asOf]).toEqual([name, expect.any(String), expect.stringMatching(/^\d{4}-\d\d-\d\d$/)]);
      expect([name, prices.input! > 0n]).toEqual([name, true]);
      if (capabilities.includes('text')) expect([name, prices.output! > 0n]).toEqual([name, true]);
    }
  });

  it('charges no more for reading from a cache than for input, and no less for writing to one', () => {
    for (const { name, prices } of models)
      for (const { prices: each } of spansWithin(prices, Infinity)) {
        const { input = 0n, cached_read = 0n, cache_write = input, cache_write_1h = cache_write } = each;
        expect([name, cached_read <= input, cache_write >= input, cache_write_1h >= cache_write]).toEqual([
          ...[name, true, true, true],
        ]);
      }
  });

  it('has tiers that name every class of the book, none of them cheaper, and no remark in their place', () => {
    const tiered = models.filter(({ prices }) => prices.tiers);
    expect(tiered.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['gpt-5.5', 'gemini-2.5-pro', 'claude-sonnet-4-5', 'grok-4.3']),
    );
    for (const { name, note, prices } of tiered) {
      const { tiers, ...own } = prices;
      const [tier, ...others] = tiers!;
      expect([name, note, others]).toEqual([name, null, []]);
      expect([name, Object.keys(tier!.prices)]).toEqual([name, Object.keys(own)]);
      for (const each of USAGE_CLASSES) expect((tier!.prices[each] ?? 0n) >= (own[each] ?? 0n)).toBe(true);
    }
  });
});

describe('readPriceList', () => {
  it('reads an entry exactly', () => {
    const facts = { context_window: 1, max_output_tokens: null, capabilities: ['text'], note: 'n' };
    const entry = { ...ENTRY, ...facts, prices: { input: '0.000000001', cache_write_1h: '0' }, as_of: '2026-02-28' };
    expect(readPriceList({ models: [entry] }).models).toEqual([
      {
        providerKind: 'openai',
        name: 'gpt-x',
        contextWindow: 1,
        maxOutputTokens: null,
        capabilities: ['text'],
        prices: { input: 1n, cache_write_1h: 0n },
        source: null,
        asOf: '2026-02-28',
        note: 'n',
      },
    ]);
  });

  it('reads tiers exactly, and a list of none as none', () => {
    const read = (entry: object): unknown => readPriceList({ models: [entry] }).models[0]?.prices;
    expect(read(tiered(TIER))).toEqual({
      ...{ input: 1_250_000_000n, output: 10_000_000_000n },
      tiers: [{ above: 200_000, prices: { input: 2_500_000_000n } }],
    });
    expect(read(tiered())).toEqual({ input: 1_250_000_000n, output: 10_000_000_000n });
    expect(read({ ...ENTRY, prices: { input: '1', tiers: null } })).toEqual({ input: 1_000_000_000n });
  });

  it.each([
    ['models[0]', 'gpt-x'],
    ['models[0].provider_kind', { ...ENTRY, provider_kind: 'telepathy' }],
    ['models[0].name', { ...ENTRY, name: '' }],
    ['models[0].name', { ...ENTRY, name: undefined }],
    ['models[0].name', { ...ENTRY, name: 'a\u0000b' }],
    ['models[0].context_window', { ...ENTRY, context_window: 1.5 }],
    ['models[0].max_output_tokens', { ...ENTRY, max_output_tokens: '4096' }],
    ['models[0].capabilities', { ...ENTRY, capabilities: ['flying'] }],
    ['models[0].capabilities', { ...ENTRY, capabilities: ['text', 'text'] }],
    ['models[0].prices', { ...ENTRY, prices: {} }],
    ['models[0].prices', { ...ENTRY, prices: [] }],
    ['models[0].prices.input', { ...ENTRY, prices: { input: 1.25 } }],
    ['models[0].prices.input', { ...ENTRY, prices: { input: '-1' } }],
    ['models[0].prices.input', { ...ENTRY, prices: { input: '0.0000000001' } }],
    ['models[0].prices.output', { ...ENTRY, prices: { output: '100000001' } }],
    ['models[0].prices.video', { ...ENTRY, prices: { video: '1' } }],
    ['models[0].prices.tiers', { ...ENTRY, prices: { input: '1', tiers: TIER } }],
    ['models[0].prices.tiers', tiered(...[1, 2, 3, 4, 5].map((each) => ({ ...TIER, above_prompt_tokens: each })))],
    ['models[0].prices.tiers[0].above_prompt_tokens', tiered({ prices: TIER.prices })],
    ['models[0].prices.tiers[0].above_prompt_tokens', tiered({ ...TIER, above_prompt_tokens: '200000' })],
    ['models[0].prices.tiers[0].above_prompt_tokens', tiered({ ...TIER, above_prompt_tokens: 0 })],
    ['models[0].prices.tiers[1].above_prompt_tokens', tiered(TIER, TIER)],
    ['models[0].prices.tiers[1].above_prompt_tokens', tiered(TIER, { ...TIER, above_prompt_tokens: 1 })],
    ['models[0].prices.tiers[0].prices', tiered({ above_prompt_tokens: 1 })],
    ['models[0].prices.tiers[0].prices', tiered({ ...TIER, prices: {} })],
    ['models[0].prices.tiers[0].prices.output', tiered({ ...TIER, prices: { output: 2.5 } })],
    ['models[0].prices.tiers[0].prices.tiers', tiered({ ...TIER, prices: { input: '1', tiers: [] } })],
    ['models[0].prices.tiers[0].price', tiered({ ...TIER, price: '1' })],
    ['models[0].prices', { ...ENTRY, prices: { tiers: [TIER] } }],
    ['models[0].as_of', { ...ENTRY, as_of: '2026-13-01' }],
    ['models[0].source', { ...ENTRY, source: 'x'.repeat(201) }],
    ['models[0].price', { ...ENTRY, price: '1' }],
  ])('names %s', (field, entry) => {
    expect(refused(entry)).toEqual([field]);
  });

  it('names every field that is wrong, and goes on with the others', () => {
    expect(refused({ provider_kind: 1, prices: { input: 'x', y: '1' } })).toEqual([
      ...['models[0].provider_kind', 'models[0].name', 'models[0].prices.input', 'models[0].prices.y'],
    ]);
    const list = readPriceList({ models: [{}, ENTRY, ENTRY, { ...ENTRY, provider_kind: 'groq' }] });
    expect(list.models.map((model) => model.providerKind)).toEqual(['openai', 'groq']);
    expect(list.invalid.map(({ at }) => at)).toEqual(['models[0]', 'models[2]']);
  });

  it('refuses what is no list, and lists without an end', () => {
    const many = Array.from({ length: MAX_ENTRIES + 1 }, () => ENTRY);
    for (const value of [
      null,
      [],
      'x',
      {},
      { models: {} },
      { models: [] },
      { models: many },
      { models: [ENTRY], x: 1 },
    ])
      expect(() => readPriceList(value)).toThrow('list: ');
  });
});
