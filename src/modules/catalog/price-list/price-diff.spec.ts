import { describe, expect, it } from '@jest/globals';
import { changesBetween, diffOf, type KnownModel, percentOf } from './price-diff.js';
import { readPriceList } from './price-list.js';

const known = (id: string, name: string, prices: KnownModel['prices']): KnownModel => ({
  id,
  providerKind: 'openai',
  name,
  prices,
});
const listed = (name: string, prices: object) => ({ provider_kind: 'openai', name, prices });
const NANO = 1_000_000_000n;

describe('diffOf', () => {
  it('tells new, changed, unchanged, missing and invalid apart', () => {
    const list = readPriceList({
      models: [listed('a', { input: '1' }), listed('b', { input: '1' }), listed('c', { input: '2' }), listed('d', {})],
    });
    const catalogue = [
      known('m1', 'b', { input: NANO }),
      known('m2', 'c', { input: NANO }),
      known('m3', 'e', null),
      { ...known('m4', 'a', null), providerKind: 'groq' as const },
    ];
    expect(diffOf(list, catalogue).map(({ id, difference }) => [id, difference])).toEqual([
      ['openai/a', 'new'],
      ['m1', 'unchanged'],
      ['m2', 'changed'],
      ['m3', 'missing'],
      ['m4', 'missing'],
      ['models[3]', 'invalid'],
    ]);
  });

  it('has a row for each model of one kind and name', () => {
    const list = readPriceList({ models: [listed('a', { input: '1' })] });
    const rows = diffOf(list, [known('m1', 'a', { input: NANO }), known('m2', 'a', null)]);
    expect(rows.map(({ id, difference }) => [id, difference])).toEqual([
      ['m1', 'unchanged'],
      ['m2', 'changed'],
    ]);
  });
});

describe('changesBetween', () => {
  it('compares whole books, class by class', () => {
    expect(changesBetween({ input: 1n, output: 2n, request: 0n }, { input: 1n, output: 3n, reasoning: 0n })).toEqual([
      { abovePromptTokens: null, usageClass: 'output', before: 2n, after: 3n },
      { abovePromptTokens: null, usageClass: 'reasoning', before: null, after: 0n },
      { abovePromptTokens: null, usageClass: 'request', before: 0n, after: null },
    ]);
    expect(changesBetween(null, { input: 0n })).toEqual([
      { abovePromptTokens: null, usageClass: 'input', before: null, after: 0n },
    ]);
  });

  it('compares tiers by their thresholds, and sees one that moves as one that goes and one that comes', () => {
    const before = { input: 1n, tiers: [{ above: 128_000, prices: { input: 2n } }, { above: 200_000, prices: { input: 3n } }] }; // prettier-ignore
    const after = { input: 1n, tiers: [{ above: 200_000, prices: { input: 4n, output: 9n } }, { above: 272_000, prices: { input: 3n } }] }; // prettier-ignore
    expect(changesBetween(before, before)).toEqual([]);
    expect(changesBetween(before, after)).toEqual([
      { abovePromptTokens: 128_000, usageClass: 'input', before: 2n, after: null },
      { abovePromptTokens: 200_000, usageClass: 'input', before: 3n, after: 4n },
      { abovePromptTokens: 200_000, usageClass: 'output', before: null, after: 9n },
      { abovePromptTokens: 272_000, usageClass: 'input', before: null, after: 3n },
    ]);
    const rows = diffOf(readPriceList({ models: [listed('b', { input: '1' })] }), [
      known('m1', 'b', { ...before, input: NANO }),
    ]);
    expect(rows.map(({ difference }) => difference)).toEqual(['changed']);
  });
});

describe('percentOf', () => {
  it('tells rises and falls to two decimals, and nothing where there is nothing to compare', () => {
    const percent = (before: bigint | null, after: bigint | null) => percentOf({ before, after });
    expect([percent(3n, 4n), percent(4n, 3n), percent(2n, 0n)]).toEqual([33.33, -25, -100]);
    expect([percent(null, 1n), percent(1n, null), percent(0n, 1n)]).toEqual([null, null, null]);
  });
});
