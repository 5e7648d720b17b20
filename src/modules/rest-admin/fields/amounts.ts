import {
  creditsAsJsonNumber,
  divideHalfUp,
  formatDecimal,
  microCredits,
  nanoUsd,
  usdAsJsonNumber,
} from '../../../core/money.js';

/** Sums and columns of the database, as this edge shows them: exact until here, rounded once. */
export const credits = (micro: bigint): number => creditsAsJsonNumber(microCredits(micro));
export const usd = (nano: bigint): number => usdAsJsonNumber(nanoUsd(nano));

/** Part of a whole in percent, to two decimals; null of nothing. */
export function percentOf(part: bigint, whole: bigint): number | null {
  if (whole <= 0n) return null;
  const magnitude = divideHalfUp((part < 0n ? -part : part) * 10_000n, whole);
  return Number(formatDecimal(part < 0n ? -magnitude : magnitude, 2));
}

/** A whole JSON number that validation has been over, as services take it; null and undefined stay what they are. */
export function wholeOrNone(value: number | null | undefined): bigint | null | undefined {
  return typeof value === 'number' ? BigInt(value) : value;
}
