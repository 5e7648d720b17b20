import { describe, expect, it } from '@jest/globals';
import {
  classesIn,
  classesInTiers,
  emptyTier,
  fallbackName,
  hasOwnPrice,
  PRICE_CLASSES,
  type PriceForm,
  priceForm,
  priceProblems,
  type Prices,
  pricesAbove,
  thresholdsIn,
  typedPrices,
} from './prices.js';

type Typed = Partial<Record<(typeof PRICE_CLASSES)[number], string>>;
const typed = (prices: Typed): PriceForm => ({ ...priceForm(null), ...prices });
const tier = (abovePromptTokens: string, prices: Typed = { input: '1' }) => ({
  abovePromptTokens,
  prices: { ...emptyTier().prices, ...prices },
});
const book = (prices: Partial<Prices>): Prices =>
  ({ ...Object.fromEntries(PRICE_CLASSES.map((each) => [each, null])), ...prices }) as Prices;

describe('prices as they are typed', () => {
  it('keep every digit, and leave out what is empty', () => {
    expect(typedPrices(typed({ input: ' 0.000000001 ', output: '12', reasoning: '  ' }))).toEqual({
      input: '0.000000001',
      output: '12',
    });
    expect(typedPrices(typed({ output: ' ' }))).toBeNull();
  });

  it('begin with the prices there are', () => {
    const prices = { ...Object.fromEntries(PRICE_CLASSES.map((each) => [each, null])), input: '3' };
    expect(priceForm(prices as never)).toMatchObject({ input: '3', output: '' });
  });

  it.each(['0', '0.15', '100000000', '100000000.000000000', '.5'.padStart(3, '0')])('take %s', (price) => {
    expect(priceProblems(typed({ input: price }))).toEqual({});
  });

  it.each(['-1', '1e3', '1,5', '1.', '.5', '$2', '0.0000000001', '1234567890', 'free'])('refuse %s', (price) => {
    expect(priceProblems(typed({ cachedRead: price })).cachedRead).toMatch(/^Dollars such as/);
  });

  it('refuse more than a hundred million dollars', () => {
    expect(priceProblems(typed({ output: '100000000.000000001' })).output).toMatch(/^At most/);
  });
});

describe('classes', () => {
  it('are those that any book has, input and output always', () => {
    expect(classesIn(null, book({ audioIn: '40' }))).toEqual(['input', 'output', 'audioIn']);
    expect(classesIn(undefined)).toEqual(['input', 'output']);
  });

  it('say what holds in place of a price of their own', () => {
    expect(fallbackName('cachedRead')).toBe('as input');
    expect(fallbackName('cacheWrite1h')).toBe('as cache write');
    expect(fallbackName('reasoning')).toBe('as output');
    expect(fallbackName('request')).toBe('No price');
    expect(fallbackName('input')).toBe('No price');
  });
});

describe('tiers as they are typed', () => {
  it('are sent with whole numbers and every digit, and left out when there is none', () => {
    const form = { ...typed({ input: '1' }), tiers: [tier(' 200000 ', { input: ' 0.000000002 ', output: '' })] };
    expect(typedPrices(form)).toEqual({
      input: '1',
      tiers: [{ abovePromptTokens: 200_000, prices: { input: '0.000000002' } }],
    });
    expect(typedPrices({ ...form, input: '' })).toEqual({ tiers: [expect.anything()] });
    expect([hasOwnPrice(form), hasOwnPrice({ ...form, input: ' ' })]).toEqual([true, false]);
    expect(typedPrices(typed({ input: '1' }))).not.toHaveProperty('tiers');
  });

  it('begin with those there are', () => {
    const prices = book({ input: '1', tiers: [{ abovePromptTokens: 200_000, prices: { input: '2', output: null } }] });
    expect(priceForm(prices).tiers).toEqual([tier('200000', { input: '2' })]);
    expect(typedPrices(priceForm(prices))).toEqual({
      input: '1',
      tiers: [{ abovePromptTokens: 200_000, prices: { input: '2' } }],
    });
  });

  it.each<[string, PriceForm['tiers'], RegExp]>([
    ['tiers.0.abovePromptTokens', [tier('')], /^A whole number/],
    ['tiers.0.abovePromptTokens', [tier('0')], /^A whole number/],
    ['tiers.0.abovePromptTokens', [tier('200,000')], /^A whole number/],
    ['tiers.0.abovePromptTokens', [tier('1.5')], /^A whole number/],
    ['tiers.0.abovePromptTokens', [tier('1000000001')], /^A whole number/],
    ['tiers.1.abovePromptTokens', [tier('200000'), tier('200000')], /^More than the 200,000/],
    ['tiers.1.abovePromptTokens', [tier('200000'), tier('9')], /^More than the 200,000/],
    ['tiers.0.prices.input', [tier('5', { input: ' ' })], /^Enter at least one/],
    ['tiers.0.prices.cachedRead', [tier('5', { cachedRead: '1e3' })], /^Dollars such as/],
    ['tiers.0.prices.output', [tier('5', { output: '100000001' })], /^At most/],
  ])('refuse %s', (field, tiers, words) => {
    const problems = priceProblems({ ...typed({ input: '1' }), tiers });
    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field as 'input']).toMatch(words);
  });
});

describe('prices of long prompts', () => {
  const prices = book({
    ...{ input: '1', output: '5' },
    tiers: [
      { abovePromptTokens: 128_000, prices: { input: '2' } },
      { abovePromptTokens: 200_000, prices: { output: '7', cachedRead: '0' } },
    ],
  });

  it('are those of the last tier up to a length, and the own ones beside them', () => {
    const at = (length: number) => {
      const { input, output, cachedRead } = pricesAbove(prices, length)!;
      return [input, output, cachedRead];
    };
    expect([at(0), at(128_000), at(200_000), at(900_000)]).toEqual([
      ...[['1', '5', null], ['2', '5', null], ['1', '7', '0'], ['1', '7', '0']], // prettier-ignore
    ]);
    expect(pricesAbove(null, 5)).toBeNull();
  });

  it('know their classes and lengths', () => {
    expect(classesInTiers(prices, null)).toEqual(['input', 'output', 'cachedRead']);
    expect(classesIn(prices)).toEqual(['input', 'output', 'cachedRead']);
    const other = book({ tiers: [{ abovePromptTokens: 150_000, prices: {} }, prices.tiers![1]!] });
    expect(thresholdsIn(prices, undefined, other)).toEqual([128_000, 150_000, 200_000]);
  });
});
