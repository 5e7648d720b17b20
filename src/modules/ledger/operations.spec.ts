import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wireJson } from './operations.js';

/** What PostgreSQL's jsonb refuses: a zero character, and half a surrogate pair. */
const isText = (text: string): boolean => !text.includes('\0') && Buffer.from(text).toString() === text;

describe('wireJson', () => {
  it('writes bigints as decimal strings, however large and deep', () => {
    expect(wireJson({ cost: 2n ** 70n, deep: [{ price: -1n }], plain: 1 })).toBe(
      '{"cost":"1180591620717411303424","deep":[{"price":"-1"}],"plain":1}',
    );
  });

  it('leaves all text that PostgreSQL takes as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })), (value) => {
        fc.pre(isText(JSON.stringify(value)) && !JSON.stringify(value).includes('\\u0000'));
        expect(JSON.parse(wireJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['a zero character', 'st\0op', 'st\ufffdop'],
    ['half a pair', 'a\ud83d', 'a\ufffd'],
    ['the other half', '\ude00b', '\ufffdb'],
    ['a whole pair', '\ud83d\ude00', '\ud83d\ude00'],
    ['a backslash and what looks like an escape', '\\u0000 \\ud800', '\\u0000 \\ud800'],
    ['a backslash before a zero character', '\\\0', '\\\ufffd'],
  ])('makes text of %s, in values and in names', (_, text, expected) => {
    expect(JSON.parse(wireJson({ [text]: [text] }))).toEqual({ [expected]: [expected] });
  });

  it('gives nothing that PostgreSQL refuses, whatever it is given', () => {
    const raw = fc.string({
      unit: fc.oneof(fc.constantFrom('\\', '\0', 'u0000', '"', '\ud800', '\udc00'), fc.string()),
    });
    fc.assert(
      fc.property(raw, (text) => {
        const [value] = JSON.parse(wireJson([text])) as [string];
        expect(isText(value)).toBe(true);
        if (isText(text)) expect(value).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});
