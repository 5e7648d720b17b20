import { type Period, windowOf } from '../../../../core/window.js';

/** When a refill comes. */
export interface RefillCalendar {
  readonly period: Exclude<Period, 'total'>;
  /** IANA. */
  readonly zone: string;
}

/** The first boundary of a period after an instant. */
export const boundaryAfter = ({ period, zone }: RefillCalendar, instant: Date): Date =>
  windowOf({ period, zone, anchoredAt: null }, instant).endsAt!;

/** Every boundary from the next one on that has come by now, at most so many, the earliest first. */
export function boundariesDue(calendar: RefillCalendar, nextAt: Date, now: Date, most: number): Date[] {
  const due: Date[] = [];
  for (let at = nextAt; at <= now && due.length < most; at = boundaryAfter(calendar, at)) due.push(at);
  return due;
}
