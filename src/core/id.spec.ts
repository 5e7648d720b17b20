import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ID_PREFIX, type IdKind, isUuid, newId, newUuid, SLUG, uuidRange } from './id.js';

const KINDS = Object.keys(ID_PREFIX) as IdKind[];
const MAX_MS = 2 ** 48 - 1;
const twoTimes = fc
  .tuple(fc.nat({ max: MAX_MS }), fc.nat({ max: MAX_MS }))
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

describe('newId', () => {
  it('tells its kind by a prefix that no other kind has', () => {
    expect(new Set(Object.values(ID_PREFIX)).size).toBe(KINDS.length);
    for (const kind of KINDS) expect(newId(kind)).toMatch(new RegExp(`^${ID_PREFIX[kind]}_[0-9a-hjkmnp-tv-z]{26}$`));
  });

  it('sorts as text by time of creation, to the millisecond', () => {
    fc.assert(
      fc.property(twoTimes, ([earlier, later]) => expect(newId('key', earlier) < newId('key', later)).toBe(true)),
    );
  });

  it('is never the same twice, not within a millisecond either', () => {
    expect(new Set(Array.from({ length: 20_000 }, () => newId('key', 1_700_000_000_000))).size).toBe(20_000);
  });

  it('spreads its randomness over all 16 random characters', () => {
    const ids = Array.from({ length: 500 }, () => newId('audit', 0));
    for (let place = 15; place < 30; place++) expect(new Set(ids.map((id) => id[place])).size).toBeGreaterThan(20);
  });
});

describe('newUuid', () => {
  it('has the form of version 7: time, version, variant', () => {
    fc.assert(
      fc.property(fc.nat({ max: MAX_MS }), (ms) => {
        const uuid = newUuid(ms);
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
        expect(isUuid(uuid)).toBe(true);
      }),
    );
  });

  it('sorts as text by time of creation', () => {
    fc.assert(fc.property(twoTimes, ([earlier, later]) => expect(newUuid(earlier) < newUuid(later)).toBe(true)));
  });

  it('is never the same twice within a millisecond', () => {
    expect(new Set(Array.from({ length: 20_000 }, () => newUuid(5))).size).toBe(20_000);
  });
});

describe('isUuid', () => {
  it('takes either case, and no other text', () => {
    expect(isUuid('0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B')).toBe(true);
    const uuid = newUuid();
    for (const text of [
      '',
      `${uuid}\n`,
      ` ${uuid}`,
      uuid.slice(1),
      uuid.replaceAll('-', ''),
      `{${uuid}}`,
      `g${uuid.slice(1)}`,
    ])
      expect(isUuid(text)).toBe(false);
  });
});

describe('SLUG', () => {
  it.each(['ab', 'a1', 'team-1_x', `a${'b'.repeat(62)}`])('takes %p', (text) => expect(SLUG.test(text)).toBe(true));

  it.each(['', 'a', '1a', '-a', 'Ab', 'a b', 'a.b', 'a/b', 'ab\n', 'ä1', `a${'b'.repeat(63)}`])('refuses %p', (text) =>
    expect(SLUG.test(text)).toBe(false),
  );
});

describe('uuidRange', () => {
  it('holds exactly the ids that start with the text', () => {
    expect(uuidRange('0190A')).toEqual({
      low: '0190a000-0000-0000-0000-000000000000',
      high: '0190afff-ffff-ffff-ffff-ffffffffffff',
    });
    expect(uuidRange('0190abcd-12')).toEqual({
      low: '0190abcd-1200-0000-0000-000000000000',
      high: '0190abcd-12ff-ffff-ffff-ffffffffffff',
    });
    const id = newUuid();
    expect(uuidRange(id)).toEqual({ low: id, high: id });
  });

  it.each(['type-3', '0190abcd1', '0190abcd-1234-1234-1234-1234567890123', '%', ' '])(
    'is null for %j, with which no id starts',
    (text) => {
      expect(uuidRange(text)).toBeNull();
    },
  );
});
