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

type PriceOfClass = Readonly<Partial<Record<UsageClass, bigint>>>;

/**
 * Nano-USD per million units of each class. A class left out has no price, which is not the same as a price of 0. It
 * has no tiers, so that a whole book cannot be taken for the prices of one call by mistake.
 */
export type ClassPrices = PriceOfClass & { readonly tiers?: never };

/** What other prices a call has whose prompt is longer than `above` tokens, a whole number >= 1. */
export interface PriceTier {
  readonly above: number;
  readonly prices: ClassPrices;
}

/**
 * Prices that may depend on the length of the prompt, which is every token going in. The tiers, ascending by `above`,
 * bill a call as a whole: the last one that its prompt is above. A class that a tier leaves out keeps the book's own
 * price, not that of the tier before.
 */
export type PriceBook = PriceOfClass & { readonly tiers?: readonly PriceTier[] };

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
 * A class without a price of its own costs what the class costs that it was split from: vendors that report a finer
 * split than they price bill it so.
 */
export function costOf(usage: Usage, book: PriceBook): NanoUsd {
  const prices = pricesAt(book, tokensIn(usage));
  let sum = 0n;
  for (const each of USAGE_CLASSES) sum += BigInt(usage[each] ?? 0) * (priceOf(each, prices) ?? 0n);
  return nanoUsd(divideHalfUp(sum, UNITS_PER_PRICE));
}

/** The prices of a call whose prompt has so many tokens: those of its tier, and the book's own where that has none. */
export function pricesAt({ tiers = [], ...own }: PriceBook, promptTokens: number): ClassPrices {
  const tier = tiers.findLast(({ above }) => promptTokens > above);
  return tier ? { ...own, ...tier.prices } : own;
}

/** Prices, and the most tokens that a prompt with these prices has. */
export interface PriceSpan {
  readonly upTo: number;
  readonly prices: ClassPrices;
}

/** Whatever prices a prompt of at most so many tokens can have, from the shortest prompts to the longest. */
export function spansWithin(book: PriceBook, mostPromptTokens: number): PriceSpan[] {
  const reached = (book.tiers ?? []).map(({ above }) => above).filter((above) => above < mostPromptTokens);
  return [...reached, mostPromptTokens].map((upTo) => ({ upTo, prices: pricesAt(book, upTo) }));
}

/** The class that a finer one was split from. What is kept in a cache for longer costs no less than what is kept at all. */
const SPLIT_FROM: Readonly<Partial<Record<UsageClass, UsageClass>>> = {
  cached_read: 'input',
  cache_write: 'input',
  cache_write_1h: 'cache_write',
  image_in: 'input',
  audio_in: 'input',
  reasoning: 'output',
  image_out: 'output',
  audio_out: 'output',
};
const isCounted = (usageClass: UsageClass): boolean => usageClass === 'request' || usageClass === 'tool_use';

/**
 * Price of a class, after the fall-back from a split class to the class it was split from. It comes after the choice of
 * a tier: a cached token costs the tier's price for it, else the book's own, and only without either what input costs
 * in the tier.
 */
export function priceOf(usageClass: UsageClass, prices: ClassPrices): bigint | undefined {
  const own = prices[usageClass];
  if (own !== undefined) return own;
  const whole = SPLIT_FROM[usageClass];
  if (whole !== undefined) return priceOf(whole, prices);
  return isCounted(usageClass) ? 0n : undefined;
}

/** The largest price that a token going in (or coming out) can have under these prices; 0 when nothing is priced. */
export function dearestPrice(classes: readonly UsageClass[], prices: ClassPrices): bigint {
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
