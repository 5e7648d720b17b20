import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import {
  formatCredits,
  formatDecimal,
  formatUsd,
  type MicroCredits,
  type NanoUsd,
  parseCredits,
  parseDecimal,
  parseUsd,
} from '../../core/money.js';

function decimalScalar(
  name: string,
  description: string,
  write: (value: bigint) => string,
  read: (text: string) => bigint | null,
): GraphQLScalarType<bigint, string> {
  const parse = (value: unknown): bigint => {
    const parsed = typeof value === 'string' ? read(value) : null;
    if (parsed === null) throw new TypeError(`${name} takes a decimal string such as "12.50"`);
    return parsed;
  };
  return new GraphQLScalarType<bigint, string>({
    name,
    description,
    serialize: (value) => write(value as bigint),
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
  });
}

/** US dollars as a decimal string, exact to the nano-dollar. */
export const MoneyScalar = decimalScalar(
  'Money',
  'US dollars as a decimal string, exact to nine decimals, for example "12.50".',
  (value) => formatUsd(value as NanoUsd),
  parseUsd,
);

/** Credits as a decimal string, exact to the micro-credit. */
export const CreditsScalar = decimalScalar(
  'Credits',
  'Credits as a decimal string, exact to six decimals, for example "1000" or "0.25".',
  (value) => formatCredits(value as MicroCredits),
  parseCredits,
);

/** A whole number that may be too large for a JavaScript number, as a decimal string. */
export const BigIntScalar = decimalScalar(
  'BigInt',
  'A whole number of up to 19 digits as a decimal string, for example "12000000000".',
  (value) => formatDecimal(value, 0),
  (text) => parseDecimal(text, 0),
);

function literal(node: ValueNode): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, literal(field.value)]));
    case Kind.LIST:
      return node.values.map(literal);
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    default:
      throw new TypeError('JSON takes no variables inside a literal; pass the whole value as a variable');
  }
}

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: literal,
});
