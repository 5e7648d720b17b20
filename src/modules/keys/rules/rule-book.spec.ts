import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matches } from './glob.js';
import type { KeyRules } from './key-rules.js';
import { networkOf } from './networks.js';
import { ruleBook } from './rule-book.js';

const NONE: KeyRules = {
  ...{ allowModels: [], denyModels: [], allowProviders: [], denyProviders: [] },
  ...{ allowAddresses: [], denyAddresses: [] },
};
const book = (rules: Partial<KeyRules>) => ruleBook({ ...NONE, ...rules });

describe('a glob', () => {
  it.each([
    ['gpt-*', 'gpt-4o', true],
    ['gpt-*', 'gpt-', true],
    ['gpt-*', 'a-gpt-4o', false],
    ['*', 'anything/at:all', true],
    ['*mini*', 'gpt-4o-mini', true],
    ['openai/*:free', 'openai/x/y:free', true],
    ['openai/*:free', 'openai/x:paid', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXcYb', false],
    ['gpt-4o', 'gpt-4O', false],
    ['gpt.4', 'gptx4', false],
    ['**', '', true],
    ['a', '', false],
  ])('%s on %s: %p', (glob, name, result) => {
    expect(matches(glob, name)).toBe(result);
  });

  it('matches as the regular expression of the same meaning does', () => {
    const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 });
    fc.assert(
      fc.property(text('ab*'), text('ab'), (glob, name) => {
        expect(matches(glob, name)).toBe(new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(name));
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes to an end for a name on which a regular expression would not', () => {
    expect(matches(`${'a*'.repeat(63)}b`, 'a'.repeat(128))).toBe(false);
  });
});

describe('rules about models and providers', () => {
  it('allow everything when there are none', () => {
    for (const open of [ruleBook(null), book({})])
      expect([open.allowsModel('x'), open.allowsProvider('openai'), open.allowsAddress('no address')]).toEqual([
        ...[true, true, true],
      ]);
  });

  it('allow what is listed, and deny what is denied all the same', () => {
    const rules = book({ allowModels: ['gpt-*', 'claude'], denyModels: ['*-mini'] });
    const names = ['gpt-4o', 'claude', 'claude-2', 'gpt-4o-mini', 'o-mini'];
    expect(names.map((name) => rules.allowsModel(name))).toEqual([true, true, false, false, false]);
    const kinds = book({ denyProviders: ['openai'] });
    expect([kinds.allowsProvider('openai'), kinds.allowsProvider('anthropic')]).toEqual([false, true]);
    expect(book({ allowProviders: ['openai'] }).allowsProvider('anthropic')).toBe(false);
    expect(book({ allowProviders: ['openai'], denyProviders: ['openai'] }).allowsProvider('openai')).toBe(false);
  });
});

describe('rules about addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.70', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::/0', '10.0.0.1', false],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
  ])('%s holds %s: %p', (range, address, isIn) => {
    expect(book({ allowAddresses: [range] }).allowsAddress(address)).toBe(isIn);
    expect(book({ denyAddresses: [range] }).allowsAddress(address)).toBe(!isIn);
  });

  it('let nobody through whose address cannot be read', () => {
    for (const rules of [{ allowAddresses: ['0.0.0.0/0'] }, { denyAddresses: ['10.0.0.0/8'] }])
      for (const address of ['', 'unix', '10.0.0', '::ffff:300.1.1.1'])
        expect(book(rules).allowsAddress(address)).toBe(false);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '::1/129',
    'fe80::1%eth0',
    'localhost',
    '10.0.0.0/8/8',
    '::ffff:10.0.0.1',
  ])('%p is no range', (text) => {
    expect(networkOf(text)).toBeNull();
    expect(() => book({ denyAddresses: [text] })).toThrow();
  });
});
