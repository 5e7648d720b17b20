import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../core/errors.js';
import { requestHash } from './request-hash.js';

const hex = (input: unknown): string => requestHash(input).toString('hex');

describe('the hash of an input', () => {
  it('is the same whatever the order of the fields, and without those that are undefined', () => {
    expect(hex({ b: [1, { d: 4n, c: 3n }], a: 'x' })).toBe(hex({ a: 'x', b: [1, { c: 3n, d: 4n }], e: undefined }));
    expect(requestHash({})).toHaveLength(32);
  });

  it('tells apart whatever means something else', () => {
    const date = new Date('2026-11-21T00:00:00.000Z');
    const inputs: unknown[] = [
      ...[null, '', '5', 5, 5n, 5.5, true, [], {}, [5], ['5'], [[5]], { a: 5 }, { a: 5n }, { a: '5' }, { a: null }],
      ...[date, date.toISOString(), date.getTime(), [['a', 5]], { a: { b: 1 } }, { a: 1, b: 1 }, [1, 2], [2, 1]],
      ...[{ bigint: '5' }, { date: date.toISOString() }, 'a,b', ['a', 'b']],
    ];
    expect(new Set(inputs.map(hex)).size).toBe(inputs.length);
  });

  it('is not made of an input that is nested without end', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;
    expect(requestHash(nested(90))).toHaveLength(32);
    expect(() => requestHash(nested(100_000))).toThrow(DomainError);
  });
});
