import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../core/errors.js';
import { costOf, type PriceBook, pricesAt, type Usage, USAGE_CLASSES, type UsageClass } from '../../../core/usage.js';
import {
  bookOf,
  fieldsOf,
  isWithin,
  MAX_PRICE,
  overrideBookOf,
  overridden,
  readPrices,
  storePrices,
} from './price-book.js';
import type { PriceFields } from './price-fields.js';

const problemOf = (work: () => unknown): { code: string; field: unknown } | null => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, field: error.details.field };
    throw error;
  }
  return null;
};

describe('price book', () => {
  it('survives the database and the API with every class, exactly', () => {
    const book = Object.fromEntries(USAGE_CLASSES.map((each, index) => [each, BigInt(index) * 123_456_789n]));
    expect(readPrices(JSON.parse(JSON.stringify(storePrices(book))) as never)).toEqual(book);
    expect(bookOf(fieldsOf(book), 'prices')).toEqual(book);
    expect(Object.keys(fieldsOf(book))).toHaveLength(USAGE_CLASSES.length + 1);
  });

  it('keeps a price of 0 apart from no price', () => {
    const book = bookOf({ input: 0n, output: null }, 'prices');
    expect(book).toEqual({ input: 0n });
    expect(storePrices(book)).toEqual({ input: '0' });
    expect(readPrices({ input: '0' })).toEqual({ input: 0n });
    expect(fieldsOf(book)).toMatchObject({ input: 0n, output: null, cachedRead: null });
  });

  it('refuses prices below zero, beyond reason, and none at all, naming the field', () => {
    const refused = (field: string) => ({ code: 'invalid_request', field });
    expect(problemOf(() => bookOf({ cachedRead: -1n }, 'prices'))).toEqual(refused('prices.cachedRead'));
    expect(problemOf(() => bookOf({ output: MAX_PRICE + 1n }, 'prices'))).toEqual(refused('prices.output'));
    expect(problemOf(() => bookOf({}, 'priceOverride'))).toEqual(refused('priceOverride'));
    expect(problemOf(() => bookOf({ output: MAX_PRICE }, 'prices'))).toBeNull();
  });

  it('ignores classes in the database that this version does not know', () => {
    expect(readPrices({ input: '5', video_in: '7' } as never)).toEqual({ input: 5n });
  });

  it('lets an override win class by class', () => {
    const prices = { input: 10n, output: 20n, request: 1n };
    expect(overridden(prices, { output: 0n })).toEqual({ input: 10n, output: 0n, request: 1n });
    expect(overridden(prices, null)).toEqual(prices);
  });

  it('knows when a book says nothing new', () => {
    expect(isWithin({ input: 10n }, { input: 10n, output: 20n })).toBe(true);
    expect(isWithin({ input: 0n }, { output: 20n })).toBe(false);
    expect(isWithin({}, {})).toBe(true);
  });
});

/** Books with few classes and near thresholds, so that they meet. */
const price = fc.bigInt({ min: 0n, max: 9n }).map((each) => each * 1_000_000n);
const CLASSES = ['input', 'cached_read', 'output', 'reasoning', 'request'] as const;
const classes = fc.record(Object.fromEntries(CLASSES.map((each) => [each, price])), { requiredKeys: [] });
const books: fc.Arbitrary<PriceBook> = fc
  .tuple(classes, fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }), fc.infiniteStream(classes))
  .map(([own, lengths, more]) => {
    const prices = more[Symbol.iterator]();
    const tiers = lengths.sort((a, b) => a - b).map((above) => ({ above, prices: prices.next().value! }));
    return tiers.length === 0 ? own : { ...own, tiers };
  });
const usages: fc.Arbitrary<Usage> = fc.record({
  ...{ input: fc.nat({ max: 6 }), cached_read: fc.nat({ max: 6 }), output: fc.nat({ max: 9 }) },
  ...{ reasoning: fc.nat({ max: 9 }), request: fc.constant(1) },
});

const tier = (abovePromptTokens: number, prices: PriceFields = { input: 2n }) => ({ abovePromptTokens, prices });

describe('tiers', () => {
  const book: PriceBook = { input: 1n, tiers: [{ above: 200_000, prices: { input: 2n, cache_write_1h: 0n } }] };

  it('survive the database and the API, and rows without them stay as they are', () => {
    expect(storePrices(book)).toEqual({
      input: '1',
      tiers: [{ above: 200_000, prices: { input: '2', cache_write_1h: '0' } }],
    });
    fc.assert(
      fc.property(books, (each) => {
        expect(readPrices(JSON.parse(JSON.stringify(storePrices(each))) as never)).toEqual(each);
      }),
    );
    expect(overrideBookOf(fieldsOf(book), 'prices')).toEqual(book);
    expect(fieldsOf({ input: 1n }).tiers).toEqual([]);
    expect(readPrices({ input: '1' })).toEqual({ input: 1n });
  });

  it.each<[string, PriceFields['tiers']]>([
    ['prices.tiers', [1, 2, 3, 4, 5].map((above) => tier(above))],
    ['prices.tiers.0.abovePromptTokens', [tier(0)]],
    ['prices.tiers.0.abovePromptTokens', [tier(-5)]],
    ['prices.tiers.0.abovePromptTokens', [tier(1.5)]],
    ['prices.tiers.0.abovePromptTokens', [tier(Number.NaN)]],
    ['prices.tiers.0.abovePromptTokens', [tier('200000' as never)]],
    ['prices.tiers.0.abovePromptTokens', [tier(1_000_000_001)]],
    ['prices.tiers.1.abovePromptTokens', [tier(5), tier(5)]],
    ['prices.tiers.1.abovePromptTokens', [tier(6), tier(5), tier(7)]],
    ['prices.tiers.0.prices', [tier(1, {})]],
    ['prices.tiers.0.prices', [tier(1, { input: null })]],
    ['prices.tiers.1.prices.cachedRead', [tier(1), tier(2, { cachedRead: -1n })]],
    ['prices.tiers.0.prices.output', [tier(1, { output: MAX_PRICE + 1n })]],
  ])('refuse %s', (field, tiers) => {
    expect(problemOf(() => bookOf({ input: 1n, tiers }, 'prices'))).toEqual({ code: 'invalid_request', field });
  });

  it('may be four, up to a billion tokens, and alone in an override but not for a model', () => {
    const four = [1, 2, 3, 1_000_000_000].map((above) => tier(above));
    expect(bookOf({ input: 1n, tiers: four }, 'prices').tiers).toHaveLength(4);
    expect(overrideBookOf({ tiers: [tier(9)] }, 'priceOverride')).toEqual({
      tiers: [{ above: 9, prices: { input: 2n } }],
    });
    const problem = problemOf(() => bookOf({ tiers: [tier(9)] }, 'prices'));
    expect(problem).toEqual({ code: 'invalid_request', field: 'prices' });
    expect(bookOf({ input: 1n, tiers: [] }, 'prices')).toEqual({ input: 1n });
  });
});

describe('an override over a vendor with tiers', () => {
  const vendor: PriceBook = {
    ...{ input: 10n, output: 20n },
    tiers: [{ above: 200, prices: { input: 15n, output: 30n } }],
  };

  it('without tiers stands at any length, and leaves the other classes their tiers', () => {
    expect(overridden(vendor, { input: 1n })).toEqual({
      ...{ input: 1n, output: 20n },
      tiers: [{ above: 200, prices: { input: 1n, output: 30n } }],
    });
    expect(overridden(vendor, { input: 1n, output: 2n })).toEqual({ input: 1n, output: 2n });
  });

  it('with tiers is merged over the thresholds of both', () => {
    const override = { tiers: [{ above: 100, prices: { input: 5n } }, { above: 300, prices: { output: 7n } }] }; // prettier-ignore
    expect(overridden(vendor, override)).toEqual({
      ...{ input: 10n, output: 20n },
      tiers: [
        { above: 100, prices: { input: 5n, output: 20n } },
        { above: 200, prices: { input: 5n, output: 30n } },
        { above: 300, prices: { input: 15n, output: 7n } },
      ],
    });
  });

  it('is at any length its own price, else that of the vendor', () => {
    fc.assert(
      fc.property(books, books, fc.nat({ max: 10 }), (prices, override, length) => {
        const [paid, billed, own] = [overridden(prices, override), prices, override].map((each) =>
          pricesAt(each, length),
        );
        for (const each of CLASSES) expect(paid![each]).toBe(own![each] ?? billed![each]);
        expect(paid).not.toHaveProperty('tiers');
      }),
      { numRuns: 1_000 },
    );
  });

  it('costs what it says: the cost of a call is that of the merged book', () => {
    fc.assert(
      fc.property(books, books, usages, (prices, override, usage) => {
        const length = (usage.input ?? 0) + (usage.cached_read ?? 0);
        const flat = { ...pricesAt(prices, length), ...pricesAt(override, length) };
        expect(costOf(usage, overridden(prices, override))).toBe(costOf(usage, flat));
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps tiers ascending, none of them empty and none without effect', () => {
    fc.assert(
      fc.property(books, books, (prices, override) => {
        const named = (book: PriceBook): boolean =>
          (book.tiers ?? []).every((each) => Object.keys(each.prices).length > 0);
        fc.pre(named(prices) && named(override));
        const { tiers = [], ...own } = overridden(prices, override);
        expect(tiers.map(({ above }) => above)).toEqual(
          [...new Set(tiers.map(({ above }) => above))].sort((a, b) => a - b),
        );
        const full = [own, ...tiers.map((each) => ({ ...own, ...each.prices }))];
        for (const [at, each] of tiers.entries()) {
          expect(Object.keys(each.prices).length).toBeGreaterThan(0);
          expect(full[at + 1]).not.toEqual(full[at]);
        }
      }),
    );
  });

  it('says nothing new when the vendor bills the same at every length', () => {
    expect(isWithin({ input: 10n }, vendor)).toBe(false);
    expect(isWithin({ input: 10n, tiers: [{ above: 200, prices: { input: 15n } }] }, vendor)).toBe(true);
    expect(isWithin({ tiers: [{ above: 300, prices: { input: 15n } }] }, vendor)).toBe(true);
    expect(isWithin({ tiers: [{ above: 100, prices: { input: 15n } }] }, vendor)).toBe(false);
    fc.assert(
      fc.property(books, books, (part, whole) => {
        const both = overridden(whole, part);
        const agrees = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].every((length) =>
          CLASSES.every((each: UsageClass) => pricesAt(both, length)[each] === pricesAt(whole, length)[each]),
        );
        expect(isWithin(part, whole)).toBe(agrees);
        expect(isWithin(whole, whole)).toBe(true);
      }),
    );
  });
});
