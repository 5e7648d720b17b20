import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bothWays, containing, orderOf, type SortColumns } from './keyset.js';

/** SQL's LIKE with its default escape, by the book: one character at a time. */
function like(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === '%') return like(rest, text) || (text !== '' && like(pattern, text.slice(1)));
  if (text === '') return false;
  if (first === '_') return like(rest, text.slice(1));
  if (first === '\\') return rest[0] === text[0] && like(rest.slice(1), text.slice(1));
  return first === text[0] && like(rest, text.slice(1));
}

describe('containing', () => {
  it('matches exactly the texts that contain it, wildcards and backslashes taken literally', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', '\\', "'"), maxLength: 6 });
    fc.assert(
      fc.property(text, text, text, (search, before, after) => {
        expect(like(containing(search), before + after)).toBe((before + after).includes(search));
        expect(like(containing(search), before + search + after)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('orderOf', () => {
  const columns: SortColumns<'name_asc' | 'name_desc' | 'last_used_desc' | 'last_used_asc'> = {
    name: ['key.name', 'text'],
    last_used: ['key.lastUsedAt', 'timestamptz', 'nullable'],
  };

  it('takes column and direction from the choice', () => {
    const name = { expression: 'key.name', type: 'text', isNullable: false };
    expect(orderOf(columns, 'name_asc')).toEqual({ ...name, direction: 'ASC' });
    expect(orderOf(columns, 'name_desc')).toEqual({ ...name, direction: 'DESC' });
    const used = { expression: 'key.lastUsedAt', type: 'timestamptz', isNullable: true };
    expect(orderOf(columns, 'last_used_desc')).toEqual({ ...used, direction: 'DESC' });
  });
});

describe('bothWays', () => {
  it('differs in the direction alone', () => {
    const same = { expression: 'key.name', type: 'text' } as const;
    expect(bothWays('key.name', 'text')).toEqual({
      asc: { ...same, direction: 'ASC' },
      desc: { ...same, direction: 'DESC' },
    });
  });
});
