import { showDecimal } from './decimal.js';

const LANGUAGE = 'en';

/** The viewer's, whose days and months the figures of a page mean. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const whole = new Intl.NumberFormat(LANGUAGE);
const short = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });
const per = new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium' });
const minute = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });
const second = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'medium' });
const utc = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
const hour = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: 'short' });
const monthDay = new Intl.DateTimeFormat(LANGUAGE, { month: 'short', day: 'numeric' });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });

/** US dollars of a decimal string: at least cents, at most a millionth. */
export function money(usd: string): string {
  const shown = showDecimal(usd, { least: 2, most: 6 });
  return shown.startsWith('-') ? `-$${shown.slice(1)}` : `$${shown}`;
}

/** US dollars to the cent, for tiles and axes; smaller amounts keep the digits that say something. */
export function moneyShort(usd: string): string {
  if (/^-?0(\.|$)/.test(usd)) return money(usd.replace(/^(-?0\.0*[1-9]\d{3})\d+$/, '$1'));
  return money(usd.replace(/(\.\d{2})\d+$/, '$1'));
}

export const credits = (amount: string): string => showDecimal(amount, { least: 0, most: 6 });
export const count = (value: number | string): string =>
  whole.format(typeof value === 'string' ? BigInt(value) : value);
export const compact = (value: number | string): string =>
  short.format(typeof value === 'string' ? BigInt(value) : value);
export const percent = (fraction: number): string => per.format(fraction);

export const date = (instant: string): string => day.format(new Date(instant));
export const dayShort = (instant: string): string => monthDay.format(new Date(instant));
export const clock = (instant: string): string => hour.format(new Date(instant));
export const dateTime = (instant: string): string => minute.format(new Date(instant));
export const dateTimeExact = (instant: string): string => second.format(new Date(instant));
export const dateTimeUtc = (instant: string): string => `${utc.format(new Date(instant))} UTC`;

const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** "3 hours ago", "in 2 days"; within a minute "now". */
export function ago(instant: string, now = Date.now()): string {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1_000);
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? relative.format(Math.round(seconds / step[1]), step[0]) : relative.format(0, 'second');
}

/** "850 ms", "2.4 s", "3 min". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `IN_PROGRESS` or `in_progress` as people read it: "In progress". */
export function words(code: string): string {
  const text = code.toLowerCase().replaceAll(/[_.]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
