import { describe, expect, it } from '@jest/globals';
import { ago, count, duration, money, moneyShort, words } from './format.js';

describe('money', () => {
  it.each([
    ['46038.2259', '$46,038.2259'],
    ['-3.5', '-$3.50'],
    ['0.000501', '$0.000501'],
  ])('shows %s as %s', (usd, shown) => {
    expect(money(usd)).toBe(shown);
  });

  it.each([
    ['46038.2259', '$46,038.22'],
    ['0.000501', '$0.000501'],
    ['0.573566', '$0.5735'],
    ['0', '$0.00'],
    ['-12.999', '-$12.99'],
  ])('shows %s shortly as %s', (usd, shown) => {
    expect(moneyShort(usd)).toBe(shown);
  });
});

it('counts beyond what a number holds', () => {
  expect(count('9007199254740993')).toBe('9,007,199,254,740,993');
});

describe('ago', () => {
  const now = Date.UTC(2026, 0, 10, 12);
  it.each([
    ['2026-01-10T11:59:40Z', 'now'],
    ['2026-01-10T09:00:00Z', '3 hours ago'],
    ['2026-01-12T12:00:00Z', 'in 2 days'],
    ['2024-01-10T12:00:00Z', '2 years ago'],
  ])('%s is %s', (instant, said) => {
    expect(ago(instant, now)).toBe(said);
  });
});

it.each([
  [850, '850 ms'],
  [2_430, '2.4 s'],
  [180_000, '3 min'],
  [9_000_000, '2.5 h'],
])('%i ms is %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

it('reads codes as words', () => {
  expect(words('IN_PROGRESS')).toBe('In progress');
});
