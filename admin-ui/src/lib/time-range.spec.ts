import { describe, expect, it } from '@jest/globals';
import { fromLocalField, timeRange, toLocalField } from './time-range.js';

const NOW = Date.parse('2026-11-21T10:30:45.678Z');

describe('the range of time in an address bar', () => {
  it('ends now when it goes by a name, exact to the minute', () => {
    expect(timeRange({ range: 'D1', from: '2020-01-01T00:00:00Z' }, NOW)).toEqual({
      from: '2026-11-20T10:30:00.000Z',
      to: null,
    });
  });

  it('is any other from and to', () => {
    const asked = { from: '2026-11-01T00:00:00+01:00', to: '2026-11-02T00:00:00.000Z' };
    expect(timeRange(asked, NOW)).toEqual({ from: '2026-10-31T23:00:00.000Z', to: '2026-11-02T00:00:00.000Z' });
  });

  it.each<Record<string, string>>([{}, { range: 'toString' }, { range: 'H9' }, { from: 'yesterday', to: '' }])(
    'is none for %j',
    (asked) => {
      expect(timeRange(asked, NOW)).toEqual({ from: null, to: null });
    },
  );
});

describe('a field for a local time', () => {
  it('gives back the minute that it was given', () => {
    expect(fromLocalField(toLocalField('2026-11-21T10:30:00.000Z'))).toBe('2026-11-21T10:30:00.000Z');
  });

  it('is empty for no instant, and means none when empty', () => {
    expect(toLocalField(null)).toBe('');
    expect(fromLocalField('')).toBeNull();
  });
});
