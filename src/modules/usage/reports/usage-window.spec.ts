import { describe, expect, it } from '@jest/globals';
import { spanOf, UsageWindow } from './usage-window.js';

const NOW = new Date('2026-11-21T12:34:20.500Z');
const HOUR_MS = 60 * 60 * 1000;

describe('a window', () => {
  it.each([
    [UsageWindow.LAST_1H, 60, 60, 1],
    [UsageWindow.LAST_4H, 48, 300, 4],
    [UsageWindow.LAST_12H, 72, 600, 12],
    [UsageWindow.LAST_1D, 96, 900, 24],
    [UsageWindow.LAST_7D, 84, 7_200, 7 * 24],
    [UsageWindow.LAST_30D, 120, 21_600, 30 * 24],
    [UsageWindow.LAST_90D, 90, 86_400, 90 * 24],
    [UsageWindow.LAST_365D, 365, 86_400, 365 * 24],
  ])('of %s has %d buckets of %d seconds', (window, buckets, seconds, hours) => {
    const span = spanOf(window, NOW, 'UTC');
    expect([span.starts.length, span.bucketSeconds]).toEqual([buckets, seconds]);
    expect(span.to.getTime() - span.from.getTime()).toBe(hours * HOUR_MS);
    expect(span.from.getTime() - span.previousFrom.getTime()).toBe(hours * HOUR_MS);
    expect(span.starts[0]).toEqual(span.from);
    for (const [index, start] of span.starts.entries())
      expect(start.getTime()).toBe(span.from.getTime() + index * seconds * 1000);
    expect(span.from <= NOW && NOW < span.to).toBe(true);
  });

  it('up to a day ends with the running minute, a longer one with the hour, the longest with the day', () => {
    expect(spanOf(UsageWindow.LAST_1H, NOW, 'UTC').to.toISOString()).toBe('2026-11-21T12:35:00.000Z');
    expect(spanOf(UsageWindow.LAST_4H, NOW, 'UTC').from.toISOString()).toBe('2026-11-21T08:35:00.000Z');
    expect(spanOf(UsageWindow.LAST_7D, NOW, 'UTC').to.toISOString()).toBe('2026-11-21T13:00:00.000Z');
    expect(spanOf(UsageWindow.LAST_90D, NOW, 'UTC').to.toISOString()).toBe('2026-11-22T00:00:00.000Z');
  });

  it('counts an instant that is a whole minute into the next bucket', () => {
    const whole = new Date('2026-11-21T12:35:00.000Z');
    expect(spanOf(UsageWindow.LAST_1H, whole, 'UTC').to.toISOString()).toBe('2026-11-21T12:36:00.000Z');
  });

  it('of days follows the clocks of the place', () => {
    const { starts, to } = spanOf(UsageWindow.LAST_90D, NOW, 'Europe/Berlin');
    const lengths = [...starts.slice(1), to].map((end, index) => (end.getTime() - starts[index]!.getTime()) / HOUR_MS);
    expect(lengths.filter((hours) => hours !== 24)).toEqual([25]);
    expect(to.toISOString()).toBe('2026-11-21T23:00:00.000Z');
  });
});
