import { describe, expect, it } from '@jest/globals';
import { type DatedPrice, priceAt, stateOf } from './price-history.js';

const priced = (id: string, validFrom: string): DatedPrice => ({ id, validFrom, prices: {} as DatedPrice['prices'] });
const HISTORY = [
  priced('to come', '2027-01-01T00:00:00.000Z'),
  priced('now', '2026-06-01T00:00:00.000Z'),
  priced('first', '2025-01-01T00:00:00.000Z'),
];
const NOW = Date.parse('2026-11-21T12:00:00.000Z');

describe('the price at an instant', () => {
  it.each([
    ['2026-11-21T12:00:00.000Z', 'now'],
    ['2026-06-01T00:00:00.000Z', 'now'],
    ['2026-05-31T23:59:59.999Z', 'first'],
    ['2030-01-01T00:00:00.000Z', 'to come'],
  ])('at %s is the latest whose time has come: %s', (at, id) => {
    expect(priceAt(HISTORY, Date.parse(at))?.id).toBe(id);
  });

  it('is none before the first', () => {
    expect(priceAt(HISTORY, Date.parse('2024-12-31T23:59:59.999Z'))).toBeUndefined();
    expect(priceAt([], NOW)).toBeUndefined();
  });
});

it('tells the price in effect from those of the past and those to come', () => {
  expect(HISTORY.map((price) => stateOf(price, HISTORY, NOW))).toEqual(['planned', 'current', 'past']);
});
