import { describe, expect, it } from '@jest/globals';
import { amountProblem, basisPoints, compareDecimals, showDecimal } from './decimal.js';

describe('showDecimal', () => {
  it.each([
    ['0', '0.00'],
    ['1234567.5', '1,234,567.50'],
    ['-1000', '-1,000.00'],
    ['0.000000001', '0.00'],
    ['0.000501', '0.000501'],
    ['12.100000', '12.10'],
    ['9007199254740993.123456789', '9,007,199,254,740,993.123456'],
  ])('shows %s as %s', (text, shown) => {
    expect(showDecimal(text, { least: 2, most: 6 })).toBe(shown);
  });

  it('leaves what is no decimal as it is', () => {
    expect(showDecimal('n/a', { least: 2, most: 6 })).toBe('n/a');
  });
});

describe('compareDecimals', () => {
  it.each([
    ['9', '10', -1],
    ['10.000000001', '10.000000000', 1],
    ['-1', '0', -1],
    ['1.50', '1.5', 0],
    ['90071992547409930', '90071992547409931', -1],
  ] as const)('%s against %s', (a, b, result) => {
    expect(compareDecimals(a, b)).toBe(result);
  });
});

describe('basisPoints', () => {
  it.each([
    ['1', '3', 3333],
    ['5', '0', 0],
    ['12', '10', 10_000],
    ['-1', '10', 0],
  ])('%s of %s', (part, whole, points) => {
    expect(basisPoints(part, whole)).toBe(points);
  });
});

describe('amountProblem', () => {
  it.each(['1', ' 0.25 ', '0.000001', '9007199254740993'])('accepts %s', (typed) => {
    expect(amountProblem(typed, 6)).toBeNull();
  });

  it.each([
    ['', 'Type a number'],
    ['1,000', 'Type a number'],
    ['1e3', 'Type a number'],
    ['0', 'above zero'],
    ['-5', 'above zero'],
    ['0.0000001', 'At most 6 digits'],
  ])('says what is wrong with "%s"', (typed, words) => {
    expect(amountProblem(typed, 6)).toContain(words);
  });
});
