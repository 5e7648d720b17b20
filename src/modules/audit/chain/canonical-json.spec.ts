import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, canonicalOrNull, storableJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, section 3.2.2, as its section 3.2.3 does', () => {
    const value = {
      numbers: JSON.parse('[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]') as number[],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\\\"\u002f',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 code units, as in section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e21, '1e+21'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [333333333.33333325, '333333333.33333325'],
  ])('writes the number %p as %s, as in appendix B', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('escapes what must be escaped and nothing else', () => {
    expect(canonicalJson('\b\t\n\f\r"\\/\u0000\u001f\u007f\u2028é')).toBe(
      '"\\b\\t\\n\\f\\r\\"\\\\/\\u0000\\u001f\u007f\u2028é"',
    );
  });

  it.each([[undefined], [Number.NaN], [Infinity], [10n], ['\ud83d'], [{ '\udc00': 1 }], [[undefined]], [() => 1]])(
    'has no text for %p',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
      expect(canonicalOrNull(value)).toBeNull();
    },
  );

  it('has no text for what is nested beyond all measure', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(canonicalOrNull(deep)).toBeNull();
  });

  it('does not depend on the order of members, and loses nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const stored = storableJson(value);
        const text = canonicalJson(stored);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(stored)));
        expect(canonicalJson(backwards(stored))).toBe(text);
      }),
    );
  });
});

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, backwards(each)]),
  );
}

describe('storableJson', () => {
  it('turns instants and big numbers into text, and what cannot be stored into U+FFFD', () => {
    const value = { at: new Date(0), n: 12n, gone: undefined, list: [undefined, Number.NaN], 'a\0': 'x\ud800y\0' };
    expect(storableJson(value)).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      n: '12',
      list: [null, null],
      'a\uFFFD': 'x\uFFFDy\uFFFD',
    });
    expect(storableJson(undefined)).toBeNull();
    expect(storableJson('whole \u{1F600}')).toBe('whole \u{1F600}');
  });

  it('keeps a member called __proto__ a member', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1}}');
    expect(canonicalJson(storableJson(value))).toBe('{"__proto__":{"a":1}}');
  });
});
