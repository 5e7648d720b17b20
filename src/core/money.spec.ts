import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  creditsAsJsonNumber,
  divideHalfUp,
  divideUp,
  formatDecimal,
  formatUsd,
  MAX_AMOUNT,
  microCredits,
  nanoUsd,
  parseCredits,
  parseDecimal,
  parseUsd,
  usdAsJsonNumber,
} from './money.js';

const amount = fc.bigInt({ min: -MAX_AMOUNT, max: MAX_AMOUNT });
const scale = fc.integer({ min: 0, max: 18 });
const numerator = fc.bigInt({ min: 0n, max: 10n ** 40n });
const denominator = fc.bigInt({ min: 1n, max: 10n ** 20n });

describe('divideHalfUp', () => {
  it('is the nearest whole number, and of two equally near the larger', () => {
    fc.assert(
      fc.property(numerator, denominator, (n, d) => {
        // q - 1/2 <= n/d < q + 1/2, without a fraction.
        const q = divideHalfUp(n, d);
        expect((2n * q - 1n) * d <= 2n * n && 2n * n < (2n * q + 1n) * d).toBe(true);
      }),
    );
  });

  it.each([
    [0n, 1n, 0n],
    [1n, 2n, 1n],
    [3n, 2n, 2n],
    [499_999n, 1_000_000n, 0n],
    [500_000n, 1_000_000n, 1n],
    [1n, 3n, 0n],
    [10n ** 30n + 1n, 2n, 5n * 10n ** 29n + 1n],
  ])('%p / %p = %p', (n, d, result) => {
    expect(divideHalfUp(n, d)).toBe(result);
  });

  it.each([
    [-1n, 2n],
    [1n, 0n],
    [1n, -2n],
  ])('refuses %p / %p, whose half has no agreed direction', (n, d) => {
    expect(() => divideHalfUp(n, d)).toThrow(RangeError);
    expect(() => divideUp(n, d)).toThrow(RangeError);
  });
});

describe('divideUp', () => {
  it('is the least whole number that is not below the quotient', () => {
    fc.assert(
      fc.property(numerator, denominator, (n, d) => {
        const q = divideUp(n, d);
        expect(q * d >= n && (q - 1n) * d < n).toBe(true);
      }),
    );
  });
});

describe('decimals', () => {
  it('come back from text as they were, in every scale', () => {
    fc.assert(
      fc.property(amount, scale, (value, at) => expect(parseDecimal(formatDecimal(value, at), at)).toBe(value)),
    );
  });

  it('are written plainly: no exponent, no trailing zero, no bare point', () => {
    fc.assert(
      fc.property(amount, scale, (value, at) => {
        expect(formatDecimal(value, at)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  it('keep the extremes of the database', () => {
    expect(formatUsd(nanoUsd(MAX_AMOUNT))).toBe('9223372036.854775807');
    expect(parseUsd('9223372036.854775807')).toBe(MAX_AMOUNT);
    expect(parseUsd('-9223372036.854775807')).toBe(-MAX_AMOUNT);
    expect(parseUsd('9223372036.854775808')).toBeNull();
    expect(parseUsd('-9223372036.854775808')).toBeNull();
    expect(parseUsd('9999999999999999999')).toBeNull();
  });

  it.each([
    ['12.5', 12_500_000_000n],
    [' 0.000000001\n', 1n],
    ['7.', 7_000_000_000n],
    ['007', 7_000_000_000n],
    ['1.10000000000000000000', 1_100_000_000n],
    ['-0', 0n],
    ['-0.25', -250_000_000n],
  ])('reads %p', (text, value) => {
    expect(parseUsd(text)).toBe(value);
  });

  it.each([
    ...['', ' ', '.', '-', '.5', '--1', '+1', '1,5', '1 000', '1e3', '1E-9', '0x10', '1n', 'NaN', 'Infinity', '$1'],
    ...['1.2.3', '1-', '1\n2', '1\u00002', '١٢', '１２', '²', '1_000', 'null', '{}', `${'9'.repeat(100_000)}`],
  ])('takes no %.20p for an amount', (text) => {
    expect(parseUsd(text)).toBeNull();
    expect(parseCredits(text)).toBeNull();
  });

  it('are refused, not rounded, when they are finer than the unit', () => {
    expect(parseUsd('0.0000000001')).toBeNull();
    expect(parseCredits('0.0000001')).toBeNull();
    expect(parseCredits('0.000001')).toBe(1n);
  });

  it('never give an amount beyond the largest, whatever the text', () => {
    const hostile = fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,25}\.?\d{0,25}$/));
    fc.assert(
      fc.property(hostile, scale, (text, at) => {
        const value = parseDecimal(text, at);
        if (value !== null) expect(value <= MAX_AMOUNT && value >= -MAX_AMOUNT).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuse an endless fraction at once', () => {
    const startedMs = performance.now();
    expect(parseUsd(`1.${'0'.repeat(100_000)}1`)).toBeNull();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('numbers for JSON', () => {
  it.each([
    [1_234_567_499n, 1.234567],
    [1_234_567_500n, 1.234568],
    [499n, 0],
    [500n, 0.000001],
    [-500n, -0.000001],
    [0n, 0],
  ])('rounds %p nano-dollars half up to %p', (value, number) => {
    expect(usdAsJsonNumber(nanoUsd(value))).toBe(number);
  });

  it('has no negative zero', () => {
    expect(Object.is(usdAsJsonNumber(nanoUsd(-1n)), 0)).toBe(true);
  });

  it('shows credits to the micro-credit', () => {
    expect(creditsAsJsonNumber(microCredits(1_000_000n))).toBe(1);
    expect(creditsAsJsonNumber(microCredits(-1_250_001n))).toBe(-1.250001);
  });
});
