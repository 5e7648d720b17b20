import { invalid } from '../../core/errors.js';
import { divideHalfUp, formatDecimal, parseDecimal } from '../../core/money.js';
import type { LimitUnit } from './limit-words.js';

/** Decimals of a unit as people write it: dollars and credits have some, tokens and requests none. */
const SCALES: Readonly<Record<LimitUnit, number>> = { nano_usd: 9, micro_credit: 6, token: 0, request: 0 };

/** The most that a limit allows with all its grants, as stored; sums of several stay within a bigint. */
const MOST = 1_000_000_000_000_000_000n;

export const formatAmount = (value: bigint, unit: LimitUnit): string => formatDecimal(value, SCALES[unit]);

/** @throws DomainError invalid_request for what is no decimal of 0 or more, too fine for the unit or too large */
export function readAmount(text: string, unit: LimitUnit): bigint {
  const amount = parseDecimal(text, SCALES[unit]);
  const decimals = SCALES[unit] === 0 ? 'a whole number' : `a decimal number with at most ${SCALES[unit]} decimals`;
  if (amount === null || amount < 0n) throw invalid('amount', `must be ${decimals}, of 0 or more`);
  return withinMost(amount, unit);
}

/** @throws DomainError invalid_request */
export function withinMost(amount: bigint, unit: LimitUnit): bigint {
  if (amount > MOST) throw invalid('amount', `must not come to more than ${formatAmount(MOST, unit)}, grants included`);
  return amount;
}

/** Part of a whole in percent to two decimals, to be shown; null of nothing. */
export function percentOf(part: bigint, whole: bigint): number | null {
  return whole > 0n ? Number(formatDecimal(divideHalfUp(part * 10_000n, whole), 2)) : null;
}
