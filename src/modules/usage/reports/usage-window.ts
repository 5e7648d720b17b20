import { registerEnumType } from '@nestjs/graphql';
import { TimeZone } from './time-zone.js';

export enum UsageWindow {
  LAST_1H = '1h',
  LAST_4H = '4h',
  LAST_12H = '12h',
  LAST_1D = '1d',
  LAST_7D = '7d',
  LAST_30D = '30d',
  LAST_90D = '90d',
  LAST_365D = '365d',
}
registerEnumType(UsageWindow, {
  name: 'UsageWindow',
  description: 'Up to a day it ends with the running minute, up to 30 days with the running hour, else with the day.',
});

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Buckets of one length; `unitMs` is what the end is rounded up to. */
interface Even {
  readonly buckets: number;
  readonly bucketMs: number;
  readonly unitMs: number;
}

const EVEN: Readonly<Partial<Record<UsageWindow, Even>>> = {
  [UsageWindow.LAST_1H]: { buckets: 60, bucketMs: MINUTE_MS, unitMs: MINUTE_MS },
  [UsageWindow.LAST_4H]: { buckets: 48, bucketMs: 5 * MINUTE_MS, unitMs: MINUTE_MS },
  [UsageWindow.LAST_12H]: { buckets: 72, bucketMs: 10 * MINUTE_MS, unitMs: MINUTE_MS },
  [UsageWindow.LAST_1D]: { buckets: 96, bucketMs: 15 * MINUTE_MS, unitMs: MINUTE_MS },
  [UsageWindow.LAST_7D]: { buckets: 84, bucketMs: 2 * HOUR_MS, unitMs: HOUR_MS },
  [UsageWindow.LAST_30D]: { buckets: 120, bucketMs: 6 * HOUR_MS, unitMs: HOUR_MS },
};

/** A window cut into buckets, and the window of as many before it. */
export interface Span {
  readonly previousFrom: Date;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  /** Of a bucket; a day of the calendar may be an hour longer or shorter. */
  readonly bucketSeconds: number;
  /** Where each bucket begins; the first at `from`. */
  readonly starts: readonly Date[];
}

/** @throws DomainError invalid_request for an unknown time zone */
export function spanOf(window: UsageWindow, now: Date, timeZone: string): Span {
  const zone = new TimeZone(timeZone);
  const even = EVEN[window];
  return even ? evenSpan(even, now) : daySpan(window === UsageWindow.LAST_90D ? 90 : 365, now, zone);
}

function evenSpan({ buckets, bucketMs, unitMs }: Even, now: Date): Span {
  const toMs = (Math.floor(now.getTime() / unitMs) + 1) * unitMs;
  const lengthMs = buckets * bucketMs;
  return {
    previousFrom: new Date(toMs - 2 * lengthMs),
    from: new Date(toMs - lengthMs),
    to: new Date(toMs),
    bucketSeconds: bucketMs / SECOND_MS,
    starts: Array.from({ length: buckets }, (_, index) => new Date(toMs - lengthMs + index * bucketMs)),
  };
}

function daySpan(days: number, now: Date, zone: TimeZone): Span {
  const today = zone.dayAt(now);
  const start = (offset: number): Date => zone.startOf({ ...today, day: today.day + offset });
  const starts = Array.from({ length: days }, (_, index) => start(index + 1 - days));
  return {
    previousFrom: start(1 - 2 * days),
    from: starts[0]!,
    to: start(1),
    bucketSeconds: DAY_MS / SECOND_MS,
    starts,
  };
}
