import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, parse, validate, type ValidationRule } from 'graphql';
import { aliasLimit, depthLimit, fieldLimit } from './limits.js';

const SCHEMA = buildSchema('type Query { a: Query, b: Query, c: Int }');
const problems = (rule: ValidationRule, document: string): number =>
  validate(SCHEMA, parse(document), [rule], { maxErrors: 10_000 }).length;
const isTooDeep = (limit: number, document: string): boolean => problems(depthLimit(limit), document) > 0;
const nested = (levels: number): string => (levels === 1 ? '{ c }' : `{ a ${nested(levels - 1)} }`);

describe('depthLimit', () => {
  it('takes what is exactly as deep as the limit, and nothing deeper', () => {
    for (const limit of [1, 2, 7]) {
      expect(isTooDeep(limit, nested(limit))).toBe(false);
      expect(isTooDeep(limit, nested(limit + 1))).toBe(true);
    }
  });

  it('measures the deepest branch, wherever it stands', () => {
    const document = '{ c a { c } b { a { a { c } } } }';
    expect(isTooDeep(4, document)).toBe(false);
    expect(isTooDeep(3, document)).toBe(true);
  });

  it('reports an operation that is too deep in many places once', () => {
    expect(problems(depthLimit(1), `{ ${'a { c } '.repeat(50)} }`)).toBe(1);
  });

  it('counts a fragment where it is spread, not where it is written', () => {
    const fragment = 'fragment F on Query { a { a { c } } }';
    expect(isTooDeep(3, `{ ...F } ${fragment}`)).toBe(false);
    expect(isTooDeep(4, `{ b { ...F } } ${fragment}`)).toBe(false);
    expect(isTooDeep(3, `{ b { ...F } } ${fragment}`)).toBe(true);
  });

  it('gives inline fragments and plain spreads no level of their own', () => {
    const chain = Array.from({ length: 20 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} }`);
    expect(isTooDeep(1, `{ ...F0 } ${chain.join(' ')} fragment F20 on Query { c }`)).toBe(false);
    expect(isTooDeep(1, '{ ... on Query { ... { c } } }')).toBe(false);
    expect(isTooDeep(1, '{ ... on Query { a { c } } }')).toBe(true);
  });

  it.each([
    ['itself', '{ ...F } fragment F on Query { c ...F }'],
    ['itself through a field', '{ a { ...F } } fragment F on Query { a { ...F } }'],
    ['each other', '{ ...F } fragment F on Query { ...G } fragment G on Query { b { ...F } }'],
  ])('refuses fragments that spread %s', (_, document) => {
    expect(isTooDeep(50, document)).toBe(true);
  });

  it('looks at every operation, and leaves an unknown fragment to other rules', () => {
    expect(isTooDeep(2, `query One { c } query Two ${nested(3)}`)).toBe(true);
    expect(isTooDeep(1, '{ ...Nowhere c }')).toBe(false);
  });

  it('counts no introspection', () => {
    expect(isTooDeep(1, '{ __schema { types { fields { name } } } __typename }')).toBe(false);
  });

  // 60 spreads in each of 12 fragments: 60 ^ 12 paths, which nothing that walks each of them ever ends.
  it('measures fragments that multiply each other at once', () => {
    const last = 12;
    const spread = (at: number): string => `...F${at} `.repeat(60);
    const body = (at: number): string => (at === last ? 'c' : `a { ${spread(at + 1)} }`);
    const fragments = Array.from({ length: last + 1 }, (_, at) => `fragment F${at} on Query { ${body(at)} }`);
    const document = `{ ${spread(0)} } ${fragments.join(' ')}`;
    expect(isTooDeep(last + 1, document)).toBe(false);
    expect(isTooDeep(last, document)).toBe(true);
  });

  it('finds the depth that any document was written with', () => {
    const leaf = fc.constant([1, '{ c }'] as const);
    const over = (inner: fc.Arbitrary<readonly [number, string]>): fc.Arbitrary<readonly [number, string]> =>
      fc.array(inner, { minLength: 1, maxLength: 3 }).map((parts) => {
        const text = parts.map(([, part], at) => (at % 2 === 0 ? `a ${part}` : `... { b ${part} }`)).join(' c ');
        return [1 + Math.max(...parts.map(([depth]) => depth)), `{ ${text} }`] as const;
      });
    const tree = fc.nat({ max: 5 }).chain((levels) => {
      let made: fc.Arbitrary<readonly [number, string]> = leaf;
      for (let level = 0; level < levels; level++) made = over(fc.oneof(made, leaf));
      return made;
    });
    fc.assert(
      fc.property(tree, ([depth, document]) => {
        expect(isTooDeep(depth, document)).toBe(false);
        expect(isTooDeep(depth - 1, document)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('aliasLimit', () => {
  const aliases = (count: number): string => Array.from({ length: count }, (_, at) => `n${at}: c`).join(' ');

  it('takes as many aliases as the limit says, and no more', () => {
    expect(problems(aliasLimit(3), `{ ${aliases(3)} a { c } }`)).toBe(0);
    expect(problems(aliasLimit(3), `{ ${aliases(4)} }`)).toBe(1);
  });

  it('counts the whole document: every level, operation and fragment', () => {
    const document = `query One { x: a { y: c } } query Two { ...F } fragment F on Query { z: c }`;
    expect(problems(aliasLimit(3), document)).toBe(0);
    expect(problems(aliasLimit(2), document)).toBe(1);
  });

  it('reports once, however many there are', () => {
    expect(problems(aliasLimit(1), `{ ${aliases(200)} }`)).toBe(1);
  });

  it('counts anew for every document', () => {
    const rule = aliasLimit(2);
    for (let time = 0; time < 3; time++) expect(problems(rule, `{ ${aliases(2)} }`)).toBe(0);
  });
});

describe('fieldLimit', () => {
  it('takes as many fields as the limit says, and no more, the same one each time too', () => {
    expect(problems(fieldLimit(3), '{ a { c } b: c }')).toBe(0);
    expect(problems(fieldLimit(3), '{ a { c c c } }')).toBe(1);
    expect(problems(fieldLimit(3), `{ ${'c '.repeat(500)} }`)).toBe(1);
  });
});
