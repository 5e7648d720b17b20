import { types } from 'node:util';

/**
 * A result as text that gives the same result back, amounts and instants included. Every array gets a tag in front, so
 * that nothing in the data can be taken for one of ours: ["n", "5"] is an amount, ["a", "n", "5"] an array.
 */
export const resultText = (result: unknown): string => JSON.stringify(tagged(result ?? null));

export const resultOf = (text: string): unknown => JSON.parse(text, untagged) as unknown;

function tagged(value: unknown): unknown {
  if (typeof value === 'bigint') return ['n', value.toString()];
  if (types.isDate(value)) return ['d', value.toISOString()];
  if (Array.isArray(value)) return ['a', ...value.map(tagged)];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, tagged(each)]));
}

function untagged(_name: string, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [tag, ...rest] = value as [string, ...unknown[]];
  if (tag === 'n') return BigInt(rest[0] as string);
  return tag === 'd' ? new Date(rest[0] as string) : rest;
}
