import { describe, expect, it } from '@jest/globals';
import { TimeZone } from './time-zone.js';

const startOf = (zone: string, text: string): string => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return new TimeZone(zone).startOf({ year, month, day }).toISOString();
};

describe('the start of a day', () => {
  it.each([
    ['UTC', '2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['America/New_York', '2026-01-31', '2026-01-31T05:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-21', '2026-11-20T18:30:00.000Z'],
    ['Asia/Kathmandu', '2026-11-21', '2026-11-20T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-21', '2026-11-20T10:00:00.000Z'],
    ['Pacific/Auckland', '2026-04-05', '2026-04-04T11:00:00.000Z'],
  ])('in %s of %s', (zone, day, instant) => {
    expect(startOf(zone, day)).toBe(instant);
  });

  it('is the first moment that exists where clocks skip midnight', () => {
    expect(startOf('America/Santiago', '2025-09-07')).toBe('2025-09-07T04:00:00.000Z');
    expect(startOf('Africa/Cairo', '2025-04-25')).toBe('2025-04-24T22:00:00.000Z');
  });

  it('is midnight itself where clocks go back across it', () => {
    expect(startOf('America/Santiago', '2025-04-06')).toBe('2025-04-06T04:00:00.000Z');
  });

  it('runs on beyond the ends of a month and of a year', () => {
    expect(startOf('UTC', '2026-3-0')).toBe('2026-02-28T00:00:00.000Z');
    expect(startOf('UTC', '2026-0-1')).toBe('2025-12-01T00:00:00.000Z');
  });
});

describe('the day of an instant', () => {
  it('is that of the place', () => {
    const instant = new Date('2026-01-01T03:00:00Z');
    expect(new TimeZone('America/New_York').dayAt(instant)).toEqual({ year: 2025, month: 12, day: 31 });
    expect(new TimeZone('Asia/Tokyo').dayAt(instant)).toEqual({ year: 2026, month: 1, day: 1 });
  });
});

it.each(['Mars/Olympus', '', "'; --", 'Europe/Berlin '])('refuses the unknown zone %j', (name) => {
  expect(() => new TimeZone(name)).toThrow('timeZone');
});
