import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Period, PERIODS, type TimeWindow, windowOf } from './window.js';
import { isZone, zoneDays } from './zone-days.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Zones with whole and odd offsets, with clocks that change at, over and next to midnight, and with skipped days. */
const ZONES = [
  ...['UTC', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Sao_Paulo', 'America/Santiago'],
  ...['America/Havana', 'America/St_Johns', 'America/Asuncion', 'Africa/Cairo', 'Africa/Casablanca', 'Asia/Beirut'],
  ...['Asia/Tehran', 'Asia/Gaza', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Tokyo', 'Asia/Amman', 'Asia/Pyongyang'],
  ...['Australia/Lord_Howe', 'Australia/Sydney', 'Pacific/Apia', 'Pacific/Kiritimati', 'Pacific/Chatham'],
  ...['Pacific/Auckland', 'Pacific/Fakaofo', 'Pacific/Kwajalein', 'Antarctica/Troll', 'Atlantic/Azores'],
];

const FROM = new Date('1972-01-01T00:00:00Z');
const TO = new Date('2037-12-31T00:00:00Z');
const instants = fc.date({ min: FROM, max: TO, noInvalidDate: true });
const periods = fc.constantFrom<Period>('day', 'week', 'month');
/** Instants within two days of the days that are longer or shorter than others, of which a zone has two a year. */
const nearChanges = new Map(ZONES.map((zone) => [zone, changesOf(zone)]));

function changesOf(zone: string): fc.Arbitrary<Date>[] {
  const days = zoneDays(zone);
  const isOdd = (first: number, next: number): boolean =>
    days.startOf(next) - days.startOf(first) !== (next - first) * DAY_MS;
  const odd: number[] = [];
  for (let week = 4_000; week < 24_000; week += 7)
    if (isOdd(week, week + 7)) odd.push(...Array.from({ length: 7 }, (_, index) => week + index));
  const long = odd.filter((day) => isOdd(day, day + 1));
  if (long.length === 0) return [];
  const around = fc.integer({ min: -2 * DAY_MS, max: 3 * DAY_MS });
  return [fc.tuple(fc.constantFrom(...long), around).map(([day, ms]) => new Date(days.startOf(day) + ms))];
}

const moments = fc
  .constantFrom(...ZONES)
  .chain((zone) => fc.tuple(fc.constant(zone), fc.oneof(instants, ...nearChanges.get(zone)!), periods));

const rule = (zone: string, period: Period, anchoredAt: Date | null = null) => ({ zone, period, anchoredAt });
const shown = ({ startsAt, endsAt }: TimeWindow): (string | null)[] => [
  startsAt.toISOString(),
  endsAt?.toISOString() ?? null,
];
const windowAt = (zone: string, period: Period, instant: string): (string | null)[] =>
  shown(windowOf(rule(zone, period), new Date(instant)));

const dateIn = (zone: string): ((ms: number) => string) => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (ms) => format.format(ms);
};

/** The definition, by looking at every minute: the first one whose local date is the wanted one or a later one. */
function naiveStart(zone: string, day: number): number {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  const local = dateIn(zone);
  let ms = day * DAY_MS - 30 * 60 * MINUTE_MS;
  while (local(ms) < date) ms += MINUTE_MS;
  return ms;
}

describe('the windows of a rule', () => {
  it('cut time without gap or overlap, over every change of the clocks', () => {
    fc.assert(
      fc.property(moments, ([zone, instant, period]) => {
        const window = windowOf(rule(zone, period), instant);
        expect(window.startsAt <= instant && instant < window.endsAt!).toBe(true);
        expect(shown(windowOf(rule(zone, period), window.startsAt))).toEqual(shown(window));
        expect(shown(windowOf(rule(zone, period), new Date(window.endsAt!.getTime() - 1)))).toEqual(shown(window));
        expect(windowOf(rule(zone, period), window.endsAt!).startsAt).toEqual(window.endsAt);
      }),
      { numRuns: 2_000 },
    );
  });

  it('begin with the first minute of their first day, as counted by hand', () => {
    fc.assert(
      fc.property(moments, ([zone, instant]) => {
        const day = zoneDays(zone).dayAt(instant.getTime());
        expect(zoneDays(zone).startOf(day)).toBe(naiveStart(zone, day));
      }),
      { numRuns: 150 },
    );
  });

  it('of weeks and months are whole days', () => {
    fc.assert(
      fc.property(moments, ([zone, instant]) => {
        for (const period of ['week', 'month'] as const) {
          const { startsAt, endsAt } = windowOf(rule(zone, period), instant);
          expect(windowOf(rule(zone, 'day'), startsAt).startsAt).toEqual(startsAt);
          expect(windowOf(rule(zone, 'day'), new Date(endsAt!.getTime() - 1)).endsAt).toEqual(endsAt);
        }
      }),
    );
  });

  it('never reach over the instant at which a changed rule begins, and still cut all of time', () => {
    const anchored = fc.tuple(moments, instants, fc.constantFrom(...PERIODS));
    fc.assert(
      fc.property(anchored, ([[zone, instant], anchor, period]) => {
        const its = rule(zone, period, anchor);
        const { startsAt, endsAt } = windowOf(its, instant);
        expect(startsAt <= instant && (endsAt === null || instant < endsAt)).toBe(true);
        expect(startsAt < anchor && (endsAt === null || endsAt > anchor)).toBe(false);
        expect(shown(windowOf(its, startsAt))).toEqual(shown({ startsAt, endsAt }));
        if (endsAt) expect(windowOf(its, endsAt).startsAt).toEqual(endsAt);
        expect(windowOf(its, anchor).startsAt).toEqual(anchor);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a day', () => {
  it.each([
    ['UTC', '2026-11-21T12:00:00Z', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['Europe/Berlin, 23 hours', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['Europe/Berlin, 25 hours', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['America/New_York, 23 hours', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['America/New_York, 25 hours', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['Africa/Cairo, no midnight', '2025-04-25T12:00:00Z', '2025-04-24T22:00:00.000Z', '2025-04-25T21:00:00.000Z'],
    ['Africa/Cairo, midnight twice', '2025-10-30T21:30:00Z', '2025-10-29T21:00:00.000Z', '2025-10-30T22:00:00.000Z'],
    ['America/Sao_Paulo, no midnight', '2018-11-04T12:00:00Z', '2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    ['America/Sao_Paulo, twice', '2018-02-18T02:30:00Z', '2018-02-17T02:00:00.000Z', '2018-02-18T03:00:00.000Z'],
    ['Pacific/Apia, the last before', '2011-12-30T09:59:59Z', '2011-12-29T10:00:00.000Z', '2011-12-30T10:00:00.000Z'],
    ['Pacific/Apia, the first after', '2011-12-30T10:00:00Z', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-21T00:00:00Z', '2026-11-20T18:15:00.000Z', '2026-11-21T18:15:00.000Z'],
    ['America/St_Johns, over midnight', '2006-10-29T03:15:00Z', '2006-10-29T02:30:00.000Z', '2006-10-30T03:30:00.000Z'],
    ['Europe/Berlin, leap day', '2028-02-29T12:00:00Z', '2028-02-28T23:00:00.000Z', '2028-02-29T23:00:00.000Z'],
  ])('of %s', (name, instant, startsAt, endsAt) => {
    expect(windowAt(name.split(',')[0]!, 'day', instant)).toEqual([startsAt, endsAt]);
  });

  it('holds its last millisecond, and not the next', () => {
    const last = windowAt('Europe/Berlin', 'day', '2026-11-21T22:59:59.999Z');
    expect(last).toEqual(['2026-11-20T23:00:00.000Z', '2026-11-21T23:00:00.000Z']);
    expect(windowAt('Europe/Berlin', 'day', '2026-11-21T23:00:00.000Z')[0]).toBe(last[1]);
  });
});

describe('longer periods', () => {
  it('a week begins on Monday, a month on its first', () => {
    expect(windowAt('UTC', 'week', '2027-01-03T23:59:59Z')).toEqual([
      '2026-12-28T00:00:00.000Z',
      '2027-01-04T00:00:00.000Z',
    ]);
    expect(windowAt('Asia/Kathmandu', 'month', '2028-02-29T18:14:59Z')).toEqual([
      '2028-01-31T18:15:00.000Z',
      '2028-02-29T18:15:00.000Z',
    ]);
    expect(windowAt('Pacific/Apia', 'month', '2011-12-30T12:00:00Z')).toEqual([
      '2011-12-01T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });

  it('a total has always run and never ends', () => {
    expect(windowAt('Asia/Tokyo', 'total', '2026-11-21T12:00:00Z')).toEqual(['1970-01-01T00:00:00.000Z', null]);
  });

  it('a changed zone waits for the end of the window before it', () => {
    const anchor = new Date('2026-11-30T23:00:00Z'); // The end of November in Berlin.
    const its = rule('America/New_York', 'month', anchor);
    expect(shown(windowOf(its, anchor))).toEqual(['2026-11-30T23:00:00.000Z', '2026-12-01T05:00:00.000Z']);
    expect(shown(windowOf(its, new Date('2026-12-01T05:00:00Z')))).toEqual([
      '2026-12-01T05:00:00.000Z',
      '2027-01-01T05:00:00.000Z',
    ]);
    expect(windowOf(its, new Date('2026-11-30T22:59:59.999Z')).endsAt).toEqual(anchor);
  });
});

it.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])('knows the zone %s', (name) => {
  expect(isZone(name)).toBe(true);
});

it.each(['', 'Mars/Olympus', 'Europe/Berlin ', '+02:00', "'; --", `A${'a'.repeat(64)}`, 'Europe/\0Berlin'])(
  'refuses the zone %j',
  (name) => {
    expect(isZone(name)).toBe(false);
  },
);
