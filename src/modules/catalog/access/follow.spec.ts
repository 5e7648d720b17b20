import { describe, expect, it } from '@jest/globals';
import { follow } from './follow.js';

describe('follow', () => {
  const [a, b, c] = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

  it('gives each start its rows in the order of the rows', () => {
    const pairs = [['x', 'b'] as const, ['y', 'b'] as const, ['x', 'a'] as const, ['x', 'gone'] as const];
    const found = follow(pairs, [a, b, c]);
    expect(found.get('x')).toEqual([a, b]);
    expect(found.get('y')).toEqual([b]);
    expect([...found.keys()].sort()).toEqual(['x', 'y']);
  });

  it('gives nothing for nothing', () => {
    expect(follow([], [a]).size).toBe(0);
    expect(follow([['x', 'a']], []).size).toBe(0);
  });
});
