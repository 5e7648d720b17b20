import { type ZoneDays, zoneDays } from './zone-days.js';

export const PERIODS = ['day', 'week', 'month', 'total'] as const;
/** Days, ISO weeks and months of a zone; `total` never ends. */
export type Period = (typeof PERIODS)[number];

/** How time is cut into windows. */
export interface WindowRule {
  readonly period: Period;
  /** IANA. */
  readonly zone: string;
  /** Where the rule begins that a change of period or zone has made; null for one that never changed. */
  readonly anchoredAt: Date | null;
}

/** A stretch of time with its start and without its end; null never ends. */
export interface TimeWindow {
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

interface Days {
  readonly first: number;
  readonly next: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const EPOCH = new Date(0);

/** Monday of the week of 1970-01-01, which was a Thursday. */
const weekOf = (day: number): Days => {
  const first = day - ((((day + 3) % 7) + 7) % 7);
  return { first, next: first + 7 };
};

const monthOf = (day: number): Days => {
  const date = new Date(day * DAY_MS);
  const startOf = (month: number): number => Date.UTC(date.getUTCFullYear(), month, 1) / DAY_MS;
  return { first: startOf(date.getUTCMonth()), next: startOf(date.getUTCMonth() + 1) };
};

const DAYS = {
  day: (day: number): Days => ({ first: day, next: day + 1 }),
  week: weekOf,
  month: monthOf,
} as const;

function ofCalendar(zone: ZoneDays, period: keyof typeof DAYS, instant: Date): TimeWindow {
  const { first, next } = DAYS[period](zone.dayAt(instant.getTime()));
  return { startsAt: new Date(zone.startOf(first)), endsAt: new Date(zone.startOf(next)) };
}

/**
 * The window that an instant counts in. The windows of a rule cut time without gap or overlap, whatever the clocks of
 * the zone do; none reaches over the instant at which the rule begins.
 */
export function windowOf(rule: WindowRule, instant: Date): TimeWindow {
  const { period, anchoredAt } = rule;
  const { startsAt, endsAt } =
    period === 'total' ? { startsAt: EPOCH, endsAt: null } : ofCalendar(zoneDays(rule.zone), period, instant);
  if (anchoredAt === null) return { startsAt, endsAt };
  if (instant >= anchoredAt) return { startsAt: startsAt > anchoredAt ? startsAt : anchoredAt, endsAt };
  return { startsAt, endsAt: endsAt !== null && endsAt < anchoredAt ? endsAt : anchoredAt };
}
