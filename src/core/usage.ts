import { divideHalfUp, type NanoUsd, nanoUsd } from './money.js';

/**
 * Classes that a call's usage is split into. They are disjoint: a cached token is not also an input token, and
 * reasoning that a vendor reports inside output is split from it. `request` and `tool_use` count uses, the rest tokens.
 */
export const USAGE_CLASSES = [
  'input',
  'cached_read',
  'cache_write',
  'cache_write_1h',
  'output',
  'reasoning',
  'image_in',
  'image_out',
  'audio_in',
  'audio_out',
  'request',
  'tool_use',
] as const;
export type UsageClass = (typeof USAGE_CLASSES)[number];

/** Units used in each class, as whole numbers >= 0; a class left out was not used. */
export type Usage = Readonly<Partial<Record<UsageClass, number>>>;

/** Nano-USD per million units of each class. A class left out has no price, which is not the same as a price of 0. */
export type PriceBook = Readonly<Partial<Record<UsageClass, bigint>>>;

const UNITS_PER_PRICE = 1_000_000n;

export const INPUT_CLASSES: readonly UsageClass[] = [
  'input',
  'cached_read',
  'cache_write',
  'cache_write_1h',
  'image_in',
  'audio_in',
];
export const OUTPUT_CLASSES: readonly UsageClass[] = ['output', 'reasoning', 'image_out', 'audio_out'];

/**
 * Cost of a call in nano-USD: sum over classes of units x price, divided by 10^6 and rounded half up once at the end.
 * Reasoning without a price of its own costs what output costs, and any input class what plain input costs: vendors
 * that report a finer split than they price bill it so.
 */
export function costOf(usage: Usage, prices: PriceBook): NanoUsd {
  let sum = 0n;
  for (const each of USAGE_CLASSES) sum += BigInt(usage[each] ?? 0) * (priceOf(each, prices) ?? 0n);
  return nanoUsd(divideHalfUp(sum, UNITS_PER_PRICE));
}

/** Price of a class, after the fall-back from a split class to the class it was split from. */
export function priceOf(usageClass: UsageClass, prices: PriceBook): bigint | undefined {
  const own = prices[usageClass];
  if (own !== undefined) return own;
  if (OUTPUT_CLASSES.includes(usageClass)) return prices.output;
  if (INPUT_CLASSES.includes(usageClass)) return prices.input;
  return 0n;
}

/** The largest price that a token going in (or coming out) can have under this book; 0 when nothing is priced. */
export function dearestPrice(classes: readonly UsageClass[], prices: PriceBook): bigint {
  return classes.reduce((max, each) => {
    const price = priceOf(each, prices) ?? 0n;
    return price > max ? price : max;
  }, 0n);
}

/** All tokens of a usage, for display and for token-based budgets; uses of tools and requests are not tokens. */
export function totalTokens(usage: Usage): number {
  return tokensIn(usage) + tokensOut(usage);
}

export const tokensIn = (usage: Usage): number => INPUT_CLASSES.reduce((sum, each) => sum + (usage[each] ?? 0), 0);
export const tokensOut = (usage: Usage): number => OUTPUT_CLASSES.reduce((sum, each) => sum + (usage[each] ?? 0), 0);
