import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resultOf, resultText } from './result-text.js';

const back = (result: unknown): unknown => resultOf(resultText(result));

describe('a result as text', () => {
  it.each<[unknown]>([
    [{ amount: 12n, at: new Date('2026-11-21T00:00:00.123Z'), none: null, list: [1n, [2n], { deep: [-3n] }] }],
    [['n', '5']],
    [['d', '2026-11-21T00:00:00.000Z']],
    [['a']],
    [[]],
    [{ '': ['n', '5'], n: { a: [] } }],
    [{ bigint: '5', $bigint: '5' }],
    [null],
    [''],
    [0n],
    [-(10n ** 30n)],
  ])('gives %j back', (result) => {
    expect(back(result)).toEqual(result);
  });

  it('gives every tree of values back', () => {
    const leaf = fc.oneof(
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.constantFrom('n', 'd', 'a'),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(leaf, fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true })),
    }));
    fc.assert(fc.property(tree, (result) => expect(back(result)).toEqual(result)));
  });

  it('leaves out what is undefined, as JSON does', () => {
    expect(back({ a: undefined, b: 1n })).toEqual({ b: 1n });
  });
});
