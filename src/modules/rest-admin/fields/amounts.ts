import {
  creditsAsJsonNumber,
  divideHalfUp,
  formatDecimal,
  microCredits,
  nanoUsd,
  usdAsJsonNumber,
} from '../../../core/money.js';

/**
 * A JSON number as the plain decimal that its sender wrote, which is the shortest that reads back as the same number.
 * Null for what is no number. Numbers that print in exponent form are written out.
 */
export function decimalText(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - whole.length)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(shift, '0')}`;
}

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
