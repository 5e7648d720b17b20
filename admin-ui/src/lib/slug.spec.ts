import { describe, expect, it } from '@jest/globals';
import { slugOf, slugProblem } from './slug.js';

describe('slugOf', () => {
  it.each([
    ['Northwind Traders', 'northwind-traders'],
    ['  Zoë’s Café & Co. ', 'zoes-cafe-co'],
    ['3M Deutschland', 'm-deutschland'],
    ['Research_and-Development', 'research_and-development'],
    ['日本', ''],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('makes an id from "%s"', (name, id) => {
    expect(slugOf(name)).toBe(id);
  });
});

describe('slugProblem', () => {
  it('accepts what the server accepts', () => {
    for (const id of ['ab', 'acme-corp', 'a_1', 'a'.repeat(63)]) expect(slugProblem(id)).toBeNull();
  });

  it('says the rule for anything else', () => {
    for (const id of ['a', 'Acme', '1a', 'a b', '-a', 'ä1', 'a'.repeat(64)]) expect(slugProblem(id)).toMatch(/63/);
    expect(slugProblem('')).toBe('An id is needed.');
  });
});
