import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundariesDue, boundaryAfter, type RefillCalendar } from './refill-plan.js';

const calendars: fc.Arbitrary<RefillCalendar> = fc.record({
  period: fc.constantFrom('day', 'week', 'month'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Apia', 'Africa/Cairo'),
});
const instants = fc.date({ min: new Date('2010-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
const DAY_MS = 24 * 60 * 60 * 1000;
const MANY = 1_000;

const iso = (dates: readonly Date[]): string[] => dates.map((each) => each.toISOString());

describe('the next boundary', () => {
  it.each([
    ['day', 'UTC', '2026-11-21T12:00:00Z', '2026-11-22T00:00:00.000Z'],
    ['day', 'Europe/Berlin', '2026-03-28T23:30:00Z', '2026-03-29T22:00:00.000Z'],
    ['week', 'UTC', '2026-11-21T12:00:00Z', '2026-11-23T00:00:00.000Z'],
    ['month', 'Europe/Berlin', '2026-10-31T22:59:59Z', '2026-10-31T23:00:00.000Z'],
    ['month', 'UTC', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
  ] as const)('of each %s in %s after %s', (period, zone, from, next) => {
    expect(boundaryAfter({ period, zone }, new Date(from)).toISOString()).toBe(next);
  });
});

describe('the boundaries that are due', () => {
  const daily: RefillCalendar = { period: 'day', zone: 'UTC' };
  const at = (day: number, time = '00:00:00'): Date => new Date(`2026-11-0${day}T${time}Z`);

  it('are none before the next has come, and it alone when it has', () => {
    expect(boundariesDue(daily, at(2), at(1, '23:59:59'), MANY)).toEqual([]);
    expect(iso(boundariesDue(daily, at(2), at(2), MANY))).toEqual(iso([at(2)]));
  });

  it('are each one that was missed, up to so many', () => {
    expect(iso(boundariesDue(daily, at(2), at(5, '10:00:00'), MANY))).toEqual(iso([at(2), at(3), at(4), at(5)]));
    expect(iso(boundariesDue(daily, at(2), at(5), 2))).toEqual(iso([at(2), at(3)]));
  });

  it('are the same whether they are asked for at once or from time to time', () => {
    const spans = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(calendars, instants, spans, (calendar, start, days) => {
        const first = boundaryAfter(calendar, start);
        let [nextAt, now] = [first, start];
        const seen: Date[] = [];
        for (const each of days) {
          now = new Date(now.getTime() + each * DAY_MS);
          const due = boundariesDue(calendar, nextAt, now, MANY);
          seen.push(...due);
          if (due.length > 0) nextAt = boundaryAfter(calendar, due.at(-1)!);
        }
        expect(iso(seen)).toEqual(iso(boundariesDue(calendar, first, now, MANY)));
        expect(new Set(iso(seen)).size).toBe(seen.length);
      }),
      { numRuns: 300 },
    );
  });
});
