import { invalid } from '../../../core/errors.js';

/** Instants from (inclusive) and to (exclusive), as PostgreSQL reads them; open ends are infinite. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export const ALL_TIME: Span = Object.freeze({ from: '-infinity', to: 'infinity' });
const DAY_MS = 24 * 60 * 60 * 1000;
const MOST_DAYS = 366;

export const MONTH_OR_ALL = /^(2\d{3}-(0[1-9]|1[0-2])|all)$/;
export const MONTH_OR_ALL_RULE = 'must be a month such as 2025-01, in UTC, or all';

/** A month in UTC, as YYYY-MM, or all of time. */
export function spanOfPeriod(period: string): Span {
  if (period === 'all') return ALL_TIME;
  const [year = 0, month = 0] = period.split('-').map(Number);
  return spanOf(new Date(Date.UTC(year, month - 1)), new Date(Date.UTC(year, month)));
}

export const monthOf = (now: Date): string => now.toISOString().slice(0, 7);

export const spanOf = (from: Date | null | undefined, to: Date | null | undefined): Span => ({
  from: from?.toISOString() ?? ALL_TIME.from,
  to: to?.toISOString() ?? ALL_TIME.to,
});

/** The days of a report that shows each: those asked for, else the 30 that end today. @throws DomainError */
export function daysOf(
  from: Date | null | undefined,
  to: Date | null | undefined,
  now: Date,
): { from: Date; to: Date } {
  const tomorrow = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
  const end = to ?? (from ? new Date(Math.max(tomorrow.getTime(), from.getTime() + DAY_MS)) : tomorrow);
  const start = from ?? new Date(end.getTime() - 30 * DAY_MS);
  if (start >= end) throw invalid('end_date', 'must not lie before start_date');
  if (end.getTime() - start.getTime() > MOST_DAYS * DAY_MS)
    throw invalid('start_date', `must lie at most ${MOST_DAYS} days before end_date`);
  return { from: start, to: end };
}
