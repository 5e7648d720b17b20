/**
 * Exact money. USD is a bigint of nano-dollars (1e-9 USD), credits are a bigint of micro-credits (1e-6 credit), prices
 * are nano-dollars per million units. No value of these types ever passes through a JavaScript number.
 */
declare const unit: unique symbol;
export type NanoUsd = bigint & { readonly [unit]: 'nano_usd' };
export type MicroCredits = bigint & { readonly [unit]: 'micro_credit' };

export const nanoUsd = (value: bigint): NanoUsd => value as NanoUsd;
export const microCredits = (value: bigint): MicroCredits => value as MicroCredits;

export const ZERO_USD = nanoUsd(0n);
export const NANO_PER_USD = 1_000_000_000n;
export const MICRO_PER_CREDIT = 1_000_000n;
export const ONE_CREDIT = microCredits(MICRO_PER_CREDIT);

/** Largest amount that fits a PostgreSQL bigint, in whichever unit. */
export const MAX_AMOUNT = 9_223_372_036_854_775_807n;

/** The one rounding of the product: half up, for numerator >= 0 and denominator > 0. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (numerator < 0n || denominator <= 0n)
    throw new RangeError('divideHalfUp takes numerator >= 0 and denominator > 0');
  return (2n * numerator + denominator) / (2n * denominator);
}

/** Division rounded up, for upper bounds (a hold must never be too small); numerator >= 0, denominator > 0. */
export function divideUp(numerator: bigint, denominator: bigint): bigint {
  if (numerator < 0n || denominator <= 0n) throw new RangeError('divideUp takes numerator >= 0 and denominator > 0');
  return (numerator + denominator - 1n) / denominator;
}

/** Bounded in both parts: trimming zeros off an endless fraction would take time that grows with its square. */
const DECIMAL = /^(-?)(\d{1,19})(?:\.(\d{0,40}))?$/;

/** Reads a plain decimal ("12.5") into units of 10^-scale. Null when it is no decimal, too fine or too large. */
export function parseDecimal(text: string, scale: number): bigint | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > scale) return null;
  const value = BigInt(match[2]! + fraction.padEnd(scale, '0'));
  if (value > MAX_AMOUNT) return null;
  return match[1] === '-' ? -value : value;
}

/** Writes units of 10^-scale as a plain decimal without trailing zeros: (12500000n, 6) > "12.5". */
export function formatDecimal(value: bigint, scale: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : digits.slice(digits.length - scale).replace(/0+$/, '');
  return sign + whole + (fraction ? `.${fraction}` : '');
}

export const formatUsd = (value: NanoUsd): string => formatDecimal(value, 9);
export const formatCredits = (value: MicroCredits): string => formatDecimal(value, 6);

export function parseUsd(text: string): NanoUsd | null {
  const value = parseDecimal(text, 9);
  return value === null ? null : nanoUsd(value);
}

export function parseCredits(text: string): MicroCredits | null {
  const value = parseDecimal(text, 6);
  return value === null ? null : microCredits(value);
}

/**
 * JSON number for the seed-compatible REST, rounded half up to six decimals of a dollar. The only way out of exact
 * money; the result is shown, never computed with.
 */
export function usdAsJsonNumber(value: NanoUsd): number {
  const magnitude = divideHalfUp(value < 0n ? -value : value, 1_000n);
  return Number(formatDecimal(value < 0n ? -magnitude : magnitude, 6));
}

/** JSON number of credits for the seed-compatible REST; shown, never computed with. */
export const creditsAsJsonNumber = (value: MicroCredits): number => Number(formatCredits(value));

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
