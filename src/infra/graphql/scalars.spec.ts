import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type GraphQLScalarType, parseValue as parseNode } from 'graphql';
import { MAX_AMOUNT } from '../../core/money.js';
import { BigIntScalar, CreditsScalar, JsonScalar, MoneyScalar } from './scalars.js';

const literal = (scalar: GraphQLScalarType<unknown>, text: string): unknown => scalar.parseLiteral(parseNode(text));

describe.each([
  ['Money', MoneyScalar, '12.5', 12_500_000_000n],
  ['Credits', CreditsScalar, '0.25', 250_000n],
  ['BigInt', BigIntScalar, '12000000000', 12_000_000_000n],
] as const)('%s', (_, scalar, text, value) => {
  it('is a decimal string on either side', () => {
    expect(scalar.serialize(value)).toBe(text);
    expect(scalar.parseValue(text)).toBe(value);
    expect(literal(scalar, `"${text}"`)).toBe(value);
  });

  it('comes back exactly, up to the largest amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -MAX_AMOUNT, max: MAX_AMOUNT }), (amount) => {
        expect(scalar.parseValue(scalar.serialize(amount))).toBe(amount);
      }),
    );
  });

  it.each([12.5, 12, true, null, undefined, '', '1e3', 'much', ['1'], { amount: '1' }])('refuses %p', (wrong) => {
    expect(() => scalar.parseValue(wrong)).toThrow(TypeError);
  });

  it.each(['12.5', '12', 'true', 'null', 'MUCH', '["1"]', '{ amount: "1" }', '"1e3"'])(
    'refuses the literal %s',
    (wrong) => {
      expect(() => literal(scalar, wrong)).toThrow(TypeError);
    },
  );
});

describe('JSON', () => {
  it('takes any literal for what it says', () => {
    const text = '{ a: [1, -2.5, 1e3, "x", true, false, null], b: { c: {} }, __proto__: "own" }';
    const value = literal(JsonScalar, text) as object;
    expect(JSON.stringify(value)).toBe('{"a":[1,-2.5,1000,"x",true,false,null],"b":{"c":{}},"__proto__":"own"}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('refuses what is no JSON: enum values, and variables inside a literal', () => {
    expect(() => literal(JsonScalar, '[RED]')).toThrow(TypeError);
    expect(() => literal(JsonScalar, '{ a: $x }')).toThrow(TypeError);
  });

  it('hands values through as they are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JsonScalar.parseValue(value)).toEqual(value);
        expect(JsonScalar.serialize(value)).toEqual(value);
      }),
    );
  });
});
