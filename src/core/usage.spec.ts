import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type ClassPrices,
  costOf,
  dearestPrice,
  INPUT_CLASSES,
  OUTPUT_CLASSES,
  type PriceBook,
  priceOf,
  pricesAt,
  type PriceTier,
  spansWithin,
  tokensIn,
  tokensOut,
  totalTokens,
  type Usage,
  USAGE_CLASSES,
  type UsageClass,
} from './usage.js';

const anyOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Partial<Record<UsageClass, T>>> =>
  fc.record(Object.fromEntries(USAGE_CLASSES.map((each) => [each, value])) as Record<UsageClass, fc.Arbitrary<T>>, {
    requiredKeys: [],
  });
const usages: fc.Arbitrary<Usage> = anyOf(fc.nat({ max: 2_000_000_000 }));
const prices: fc.Arbitrary<ClassPrices> = anyOf(fc.bigInt({ min: 0n, max: 10n ** 17n }));
/** Thresholds are few and near, so that usages fall at them and beside them. */
const tiers: fc.Arbitrary<PriceTier[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 4 })
  .chain((lengths) =>
    fc.tuple(...lengths.sort((a, b) => a - b).map((above) => prices.map((each) => ({ above, prices: each })))),
  );
const books: fc.Arbitrary<PriceBook> = fc.tuple(prices, tiers).map(([own, all]) => ({ ...own, tiers: all }));
const anyUsage = fc.oneof(usages, anyOf(fc.nat({ max: 12 })));

/** Each class falls back on the one that it was split from; written out, so that it shares nothing with the code. */
const SPLIT_FROM: Readonly<Record<UsageClass, UsageClass | null>> = {
  input: null,
  cached_read: 'input',
  cache_write: 'input',
  cache_write_1h: 'cache_write',
  output: null,
  reasoning: 'output',
  image_in: 'input',
  image_out: 'output',
  audio_in: 'input',
  audio_out: 'output',
  request: null,
  tool_use: null,
};

const PROMPT = ['input', 'cached_read', 'cache_write', 'cache_write_1h', 'image_in', 'audio_in'] as const;

/** What a class costs: every tier is gone through, and each that the prompt is above takes the place of the one before. */
function priceIn(book: PriceBook, name: UsageClass, usage: Usage): bigint {
  const prompt = PROMPT.reduce((sum, each) => sum + (usage[each] ?? 0), 0);
  const stated = (each: UsageClass): bigint | undefined => {
    let price = book[each];
    for (const tier of book.tiers ?? []) if (prompt > tier.above) price = tier.prices[each] ?? book[each];
    return price;
  };
  for (let each: UsageClass | null = name; each; each = SPLIT_FROM[each]) {
    const price = stated(each);
    if (price !== undefined) return price;
  }
  return 0n;
}

/** Long multiplication and rounding on decimal digits: no bigint division, nothing of divideHalfUp. */
function costInDigits(usage: Usage, book: PriceBook): string {
  let millionths = 0n;
  for (const [name, units] of Object.entries(usage) as [UsageClass, number][])
    millionths += priceIn(book, name, usage) * BigInt(units);
  const digits = millionths.toString().padStart(7, '0');
  const whole = BigInt(digits.slice(0, -6));
  return (digits.at(-6)! >= '5' ? whole + 1n : whole).toString();
}

describe('costOf', () => {
  it('is the exact sum over all classes, in whatever tier, rounded half up once', () => {
    fc.assert(
      fc.property(anyUsage, books, (usage, book) => {
        expect(costOf(usage, book).toString()).toBe(costInDigits(usage, book));
      }),
      { numRuns: 1_000 },
    );
  });

  it('rounds the sum, not its parts', () => {
    const third = { input: 1, cached_read: 1, output: 1 };
    expect(costOf(third, { input: 166_666n, cached_read: 166_667n, output: 166_667n })).toBe(1n);
    expect(costOf(third, { input: 166_666n, cached_read: 166_666n, output: 166_667n })).toBe(0n);
    expect(costOf({ input: 1, output: 1 }, { input: 500_000n, output: 500_000n })).toBe(1n);
  });

  it('is exact where a JavaScript number is not', () => {
    expect(costOf({ input: 1_000_000, output: 1 }, { input: 2n ** 53n, output: 1_000_000n })).toBe(2n ** 53n + 1n);
  });

  it('costs nothing without use or without a price', () => {
    expect(costOf({}, { input: 5n })).toBe(0n);
    expect(costOf({ input: 9_999_999 }, {})).toBe(0n);
  });

  it.each([[{ input: 0.5 }], [{ input: Number.NaN }], [{ output: -1_000_000 }]])('refuses %p units', (usage) => {
    expect(() => costOf(usage, { input: 1_000_000n, output: 1_000_000n })).toThrow(RangeError);
  });
});

describe('priceOf', () => {
  it('takes the own price, a price of 0 too, before that of the class it was split from', () => {
    for (const each of USAGE_CLASSES) expect(priceOf(each, { input: 7n, output: 9n, [each]: 0n })).toBe(0n);
  });

  it('falls back on input, on output, or on nothing', () => {
    const prices = { input: 7n, output: 9n };
    for (const each of USAGE_CLASSES) {
      const expected = INPUT_CLASSES.includes(each) ? 7n : OUTPUT_CLASSES.includes(each) ? 9n : 0n;
      expect(priceOf(each, prices)).toBe(expected);
    }
    expect(priceOf('reasoning', { input: 7n })).toBeUndefined();
    expect(priceOf('cached_read', { output: 9n })).toBeUndefined();
  });
});

describe('tiers', () => {
  const million = 1_000_000n;
  const book: PriceBook = {
    ...{ input: 2n * million, cached_read: 1n * million, output: 3n * million, request: 7n * million },
    tiers: [
      { above: 100, prices: { input: 5n * million } },
      { above: 200, prices: { output: 11n * million, cached_read: 0n } },
    ],
  };

  it('hold from the token after their threshold on, for the call as a whole', () => {
    const at = (input: number): bigint => costOf({ input, output: 10, request: 1 }, book);
    expect([at(100), at(101), at(200), at(201)]).toEqual([
      ...[200n + 30n + 7n, 505n + 30n + 7n, 1_000n + 30n + 7n],
      // The last tier leaves input out: it costs what it does without tiers, not what it did in the tier before.
      402n + 110n + 7n,
    ]);
  });

  it('count every class going in as prompt, and none coming out', () => {
    const usage = { input: 20, cached_read: 20, cache_write: 20, cache_write_1h: 20, image_in: 10, audio_in: 10 };
    const cost = 80n * 2n + 20n;
    expect(costOf({ ...usage, output: 900, reasoning: 900 }, book)).toBe(cost + 1_800n * 3n);
    expect(costOf({ ...usage, audio_in: 11 }, book)).toBe(81n * 5n + 20n);
  });

  it('keep the own price of a class before what stands in for it in the tier', () => {
    expect(priceOf('cached_read', pricesAt(book, 101))).toBe(million);
    expect(priceOf('cache_write', pricesAt(book, 101))).toBe(5n * million);
    expect(priceOf('cached_read', pricesAt(book, 201))).toBe(0n);
    expect(priceOf('reasoning', pricesAt(book, 201))).toBe(11n * million);
  });
});

describe('the prices that a prompt can have', () => {
  it('are those of the tiers in reach, each with the longest prompt that has them', () => {
    const book: PriceBook = {
      input: 1n,
      tiers: [10, 20].map((above) => ({ above, prices: { input: BigInt(above) } })),
    };
    const spans = (most: number): unknown =>
      spansWithin(book, most).map(({ upTo, prices: { input } }) => [upTo, input]);
    expect(spans(0)).toEqual([[0, 1n]]);
    expect(spans(10)).toEqual([[10, 1n]]);
    expect(spans(11)).toEqual([[10, 1n], [11, 10n]]); // prettier-ignore
    expect(spans(20)).toEqual([[10, 1n], [20, 10n]]); // prettier-ignore
    expect(spans(9_999)).toEqual([[10, 1n], [20, 10n], [9_999, 20n]]); // prettier-ignore
    expect(spansWithin({ input: 1n }, 5)).toEqual([{ upTo: 5, prices: { input: 1n } }]);
  });

  /** The most that so many tokens can cost, in millionths of a nano-dollar. */
  const bound = (book: PriceBook, most: { in: number; out: number; requests: number; tools: number }): bigint =>
    spansWithin(book, most.in).reduce((max, { upTo, prices: each }) => {
      const cost =
        BigInt(upTo) * dearestPrice(INPUT_CLASSES, each) +
        BigInt(most.out) * dearestPrice(OUTPUT_CLASSES, each) +
        BigInt(most.requests) * (each.request ?? 0n) +
        BigInt(most.tools) * (each.tool_use ?? 0n);
      return cost > max ? cost : max;
    }, 0n);

  it('bound the cost of any split of as many tokens, and of any fewer', () => {
    fc.assert(
      fc.property(anyUsage, books, fc.nat({ max: 50 }), fc.nat({ max: 50 }), (usage, book, moreIn, moreOut) => {
        const most = {
          ...{ in: tokensIn(usage) + moreIn, out: tokensOut(usage) + moreOut },
          ...{ requests: usage.request ?? 0, tools: usage.tool_use ?? 0 },
        };
        expect(BigInt(costOf(usage, book)) * 1_000_000n <= bound(book, most) + 500_000n).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are no dearer for tiers that are out of reach', () => {
    fc.assert(
      fc.property(books, fc.nat({ max: 45 }), (book, most) => {
        const near = { ...book, tiers: book.tiers!.filter(({ above }) => above < most) };
        expect(spansWithin(book, most)).toEqual(spansWithin(near, most));
      }),
    );
  });
});

describe('dearestPrice', () => {
  it('is 0 when nothing is priced', () => {
    expect(dearestPrice(INPUT_CLASSES, { output: 5n })).toBe(0n);
    expect(dearestPrice(OUTPUT_CLASSES, { output: 5n, audio_out: 8n })).toBe(8n);
  });
});

describe('tokens', () => {
  it('are every class but requests and uses of tools, each in one direction', () => {
    const usage = Object.fromEntries(USAGE_CLASSES.map((each, at) => [each, 10 ** at])) as Usage;
    expect(tokensIn(usage) + tokensOut(usage)).toBe(totalTokens(usage));
    expect(totalTokens(usage)).toBe(1_111_111_111);
    expect(tokensOut(usage)).toBe(10 ** 4 + 10 ** 5 + 10 ** 7 + 10 ** 9);
    expect(totalTokens({ request: 4, tool_use: 5 })).toBe(0);
  });
});
