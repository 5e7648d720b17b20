/**
 * Exact decimal strings, as the API sends money and credits. They are shown, compared and added as text and bigint,
 * never as a JavaScript number, which would round them.
 */
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Digits after the point that a sum keeps: more than any amount of the product has. */
const SCALE = 12;

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

interface Digits {
  readonly least: number;
  readonly most: number;
}

/** Groups thousands, and cuts what lies behind the last wanted digit. A text that is no decimal is shown as it is. */
export function showDecimal(text: string, { least, most }: Digits): string {
  const match = DECIMAL.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const kept = fraction.slice(0, most).replace(/0+$/, '').padEnd(least, '0');
  return `${sign}${grouped(whole)}${kept === '' ? '' : `.${kept}`}`;
}

/** @returns the value times 10^12 */
function scaled(text: string): bigint {
  const match = DECIMAL.exec(text);
  if (!match) return 0n;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const value = BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, '0'));
  return sign === '-' ? -value : value;
}

/** How two amounts stand to each other: below, equal to or above zero. */
export const compareDecimals = (a: string, b: string): number =>
  Number(scaled(a) > scaled(b)) - Number(scaled(a) < scaled(b));

/** Part of the whole in hundredths of a per cent, between 0 and 10,000; for bars and pictures alone. */
export function basisPoints(part: string, whole: string): number {
  const all = scaled(whole);
  if (all <= 0n) return 0;
  const points = (scaled(part) * 10_000n) / all;
  return Number(points < 0n ? 0n : points > 10_000n ? 10_000n : points);
}

/** What is wrong with an amount that somebody typed: above zero, with at most so many digits behind the point. */
export function amountProblem(typed: string, digits: number): string | null {
  const match = DECIMAL.exec(typed.trim());
  if (!match) return 'Type a number, such as 1000 or 0.25.';
  if ((match[3] ?? '').length > digits) return `At most ${digits} digits can stand behind the point.`;
  return scaled(typed.trim()) > 0n ? null : 'It must be above zero.';
}
