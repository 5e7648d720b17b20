import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  costOf,
  dearestPrice,
  INPUT_CLASSES,
  OUTPUT_CLASSES,
  type PriceBook,
  priceOf,
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
const books: fc.Arbitrary<PriceBook> = anyOf(fc.bigInt({ min: 0n, max: 10n ** 17n }));

/** Each class falls back on the one that it was split from; written out, so that it shares nothing with the code. */
const SPLIT_FROM: Readonly<Record<UsageClass, UsageClass | null>> = {
  input: null,
  cached_read: 'input',
  cache_write: 'input',
  cache_write_1h: 'input',
  output: null,
  reasoning: 'output',
  image_in: 'input',
  image_out: 'output',
  audio_in: 'input',
  audio_out: 'output',
  request: null,
  tool_use: null,
};

/** Long multiplication and rounding on decimal digits: no bigint division, nothing of divideHalfUp. */
function costInDigits(usage: Usage, prices: PriceBook): string {
  let millionths = 0n;
  for (const [name, units] of Object.entries(usage) as [UsageClass, number][]) {
    const from = SPLIT_FROM[name];
    millionths += (prices[name] ?? (from ? prices[from] : undefined) ?? 0n) * BigInt(units);
  }
  const digits = millionths.toString().padStart(7, '0');
  const whole = BigInt(digits.slice(0, -6));
  return (digits.at(-6)! >= '5' ? whole + 1n : whole).toString();
}

describe('costOf', () => {
  it('is the exact sum over all classes, rounded half up once', () => {
    fc.assert(
      fc.property(usages, books, (usage, prices) => {
        expect(costOf(usage, prices).toString()).toBe(costInDigits(usage, prices));
      }),
      { numRuns: 500 },
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

describe('dearestPrice', () => {
  it('bounds the cost of any split of the same tokens', () => {
    fc.assert(
      fc.property(usages, books, (usage, prices) => {
        const bound =
          BigInt(tokensIn(usage)) * dearestPrice(INPUT_CLASSES, prices) +
          BigInt(tokensOut(usage)) * dearestPrice(OUTPUT_CLASSES, prices) +
          BigInt(usage.request ?? 0) * (prices.request ?? 0n) +
          BigInt(usage.tool_use ?? 0) * (prices.tool_use ?? 0n);
        expect(BigInt(costOf(usage, prices)) * 1_000_000n <= bound + 500_000n).toBe(true);
      }),
    );
  });

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
