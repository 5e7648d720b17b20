import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { costOf } from './cost.js';

const schema = buildSchema(`
  type Query { team: Team, teams(first: Int, after: String): Page! }
  type Page { items: [Team!]!, total: Int! }
  type Team { id: ID!, tags: [String!]!, friends: [Team!]!, keys(first: Int): Page! }
`);

function cost(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  return costOf({ document, schema, variables }, getOperationAST(document)!);
}

describe('costOf', () => {
  it.each([
    ['a field is one, with what is below it', '{ team { id tags } }', 3],
    ['a page is multiplied by its size', '{ teams(first: 7) { items { id } } }', 1 + 7 * 2],
    ['25 when it names none', '{ teams { items { id } total } }', 1 + 25 * 3],
    ['pages in pages multiply', '{ teams(first: 2) { items { keys(first: 3) { total } } } }', 1 + 2 * (1 + 1 + 3)],
    ['a list without a size counts as 10', '{ team { friends { id } } }', 1 + 1 + 10],
    ['an inline fragment counts where it stands', '{ team { ... on Team { id } ... { tags } } }', 3],
    ['the name of a type too', '{ team { __typename } }', 2],
  ])('%s', (_, text, expected) => expect(cost(text)).toBe(expected));

  it('reads sizes from variables, within what a page may have', () => {
    const text = 'query ($n: Int) { teams(first: $n) { total } }';
    expect(cost(text, { n: 3 })).toBe(4);
    expect(cost(text, { n: 5_000 })).toBe(201);
    for (const n of [undefined, null, 0, -1, 'x', {}]) expect(cost(text, { n })).toBe(26);
  });

  it('looks at each fragment once, however often it is spread', () => {
    const levels = 200;
    const fragments = Array.from({ length: levels }, (_, n) => `fragment F${n} on Team { ...F${n + 1} ...F${n + 1} }`);
    const text = `{ team { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Team { id }`;
    expect(cost(text)).toBe(1 + 2 ** levels);
  });
});
