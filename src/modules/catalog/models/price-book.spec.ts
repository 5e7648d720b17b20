import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../core/errors.js';
import { USAGE_CLASSES } from '../../../core/usage.js';
import { bookOf, fieldsOf, isWithin, MAX_PRICE, overridden, readPrices, storePrices } from './price-book.js';

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
    expect(Object.keys(fieldsOf(book))).toHaveLength(USAGE_CLASSES.length);
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
