import { invalid } from '../../../core/errors.js';
import { NANO_PER_USD } from '../../../core/money.js';
import {
  type ClassPrices,
  type PriceBook,
  type PriceTier,
  pricesAt,
  USAGE_CLASSES,
  type UsageClass,
} from '../../../core/usage.js';
import {
  type ClassPriceFields,
  MAX_THRESHOLD,
  MAX_TIERS,
  type PriceFields,
  type PriceTierFields,
} from './price-fields.js';

type StoredClasses = Readonly<Partial<Record<UsageClass, string>>>;

/** A PriceBook as the database keeps it: nano-USD per million units as digits, since JSON has no bigint. */
export type StoredPrices = StoredClasses & {
  readonly tiers?: readonly { readonly above: number; readonly prices: StoredClasses }[];
};

/** Hundred dollars a unit. Keeps the cost of the largest call within a PostgreSQL bigint. */
export const MAX_PRICE = 100_000_000n * NANO_PER_USD;

const FIELD_OF: Readonly<Record<UsageClass, keyof ClassPriceFields>> = {
  input: 'input',
  cached_read: 'cachedRead',
  cache_write: 'cacheWrite',
  cache_write_1h: 'cacheWrite1h',
  output: 'output',
  reasoning: 'reasoning',
  image_in: 'imageIn',
  image_out: 'imageOut',
  audio_in: 'audioIn',
  audio_out: 'audioOut',
  request: 'request',
  tool_use: 'toolUse',
};

/**
 * The book that a caller gave for a model.
 * @param field name of the input field that held it
 * @throws DomainError invalid_request as overrideBookOf, and for a book without any price beside its tiers
 */
export function bookOf(fields: PriceFields, field: string): PriceBook {
  const book = overrideBookOf(fields, field);
  if (pricesIn(book).length === 0) throw invalid(field, 'must hold at least one price beside its tiers');
  return book;
}

/**
 * The book that a caller gave to stand over another; it may be for long prompts alone.
 * @throws DomainError invalid_request for a price below zero or above MAX_PRICE, for a book or a tier without any price,
 * and for tiers that are too many or do not rise
 */
export function overrideBookOf(fields: PriceFields, field: string): PriceBook {
  const prices = classesOf(fields, field);
  const tiers = tiersOf(fields.tiers ?? [], `${field}.tiers`);
  if (pricesIn(prices).length === 0 && tiers.length === 0) throw invalid(field, 'must hold at least one price');
  return withTiers(prices, tiers);
}

function classesOf(fields: ClassPriceFields, field: string): ClassPrices {
  const book: Partial<Record<UsageClass, bigint>> = {};
  for (const each of USAGE_CLASSES) {
    const price = fields[FIELD_OF[each]] ?? null;
    if (price === null) continue;
    if (price < 0n) throw invalid(`${field}.${FIELD_OF[each]}`, 'must not be below zero');
    if (price > MAX_PRICE) throw invalid(`${field}.${FIELD_OF[each]}`, 'must be at most 100000000 dollars');
    book[each] = price;
  }
  return book;
}

function tiersOf(given: readonly PriceTierFields[], field: string): PriceTier[] {
  if (given.length > MAX_TIERS) throw invalid(field, TOO_MANY_TIERS);
  return given.map(({ abovePromptTokens: above, prices }, at) => {
    const problem = thresholdProblem(above, given[at - 1]?.abovePromptTokens);
    if (problem) throw invalid(`${field}.${at}.abovePromptTokens`, problem);
    const own = classesOf(prices, `${field}.${at}.prices`);
    if (pricesIn(own).length === 0) throw invalid(`${field}.${at}.prices`, 'must hold at least one price');
    return { above, prices: own };
  });
}

export const TOO_MANY_TIERS = `must be at most ${MAX_TIERS}`;

/** What is wrong with the threshold of a tier. @param before that of the tier before it */
export function thresholdProblem(above: unknown, before: unknown): string | null {
  if (!Number.isInteger(above) || (above as number) < 1 || (above as number) > MAX_THRESHOLD)
    return `must be a whole number of tokens from 1 to ${MAX_THRESHOLD}`;
  if (typeof before === 'number' && (above as number) <= before)
    return `must be above ${before}, of the tier before it`;
  return null;
}

export const withTiers = (prices: ClassPrices, tiers: readonly PriceTier[]): PriceBook =>
  tiers.length === 0 ? prices : { ...prices, tiers };

export function fieldsOf(book: PriceBook): PriceFields {
  const tiers = (book.tiers ?? []).map(({ above, prices }) => ({
    abovePromptTokens: above,
    prices: classFieldsOf(prices),
  }));
  return { ...classFieldsOf(book), tiers };
}

const classFieldsOf = (book: PriceBook): ClassPriceFields =>
  Object.fromEntries(USAGE_CLASSES.map((each) => [FIELD_OF[each], book[each] ?? null]));

export function storePrices(book: PriceBook): StoredPrices {
  const tiers = book.tiers?.map(({ above, prices }) => ({ above, prices: storeClasses(prices) }));
  return { ...storeClasses(book), ...(tiers && { tiers }) };
}

const storeClasses = (book: PriceBook): StoredClasses =>
  Object.fromEntries(pricesIn(book).map(([each, price]) => [each, price.toString()]));

export function readPrices(stored: StoredPrices): PriceBook {
  const tiers = (stored.tiers ?? []).map(({ above, prices }) => ({ above, prices: readClasses(prices) }));
  return withTiers(readClasses(stored), tiers);
}

function readClasses(stored: StoredPrices): ClassPrices {
  const known = USAGE_CLASSES.filter((each) => stored[each] !== undefined);
  return Object.fromEntries(known.map((each) => [each, BigInt(stored[each]!)]));
}

/**
 * What a tenant pays at any length of the prompt: what the override has for that length, else what the vendor bills for
 * it. A price that the override has without a tier stands over all tiers of the vendor.
 */
export function overridden(book: PriceBook, override: PriceBook | null): PriceBook {
  if (override === null) return book;
  const rising = classesInTiers(book, override);
  const pricesFrom = (promptTokens: number): ClassPrices => ({
    ...pricesAt(book, promptTokens),
    ...pricesAt(override, promptTokens),
  });
  const own = pricesFrom(0);
  const tiers = thresholdsOf(book, override).map((above) => ({ above, prices: only(rising, pricesFrom(above + 1)) }));
  const changing = tiers.filter(
    ({ prices }, at) => !isSame(prices, at === 0 ? only(rising, own) : tiers[at - 1]!.prices),
  );
  return withTiers(own, changing);
}

/** Whether `part` would change nothing of what `whole` says, if it stood over it. */
export function isWithin(part: PriceBook, whole: PriceBook): boolean {
  const both = overridden(whole, part);
  return [0, ...thresholdsOf(part, whole)].every((above) =>
    isSame(pricesAt(both, above + 1), pricesAt(whole, above + 1)),
  );
}

/** Every length that one of the books has a tier for, ascending. */
export const thresholdsOf = (...books: readonly PriceBook[]): number[] =>
  [...new Set(books.flatMap(({ tiers = [] }) => tiers.map(({ above }) => above)))].sort((a, b) => a - b);

const classesInTiers = (...books: readonly PriceBook[]): UsageClass[] =>
  USAGE_CLASSES.filter((each) =>
    books.some(({ tiers = [] }) => tiers.some(({ prices }) => prices[each] !== undefined)),
  );

const only = (classes: readonly UsageClass[], prices: ClassPrices): ClassPrices =>
  Object.fromEntries(pricesIn(prices).filter(([each]) => classes.includes(each)));

const isSame = (one: ClassPrices, other: ClassPrices): boolean =>
  USAGE_CLASSES.every((each) => one[each] === other[each]);

function pricesIn(book: PriceBook): [UsageClass, bigint][] {
  return USAGE_CLASSES.flatMap((each) => (book[each] === undefined ? [] : [[each, book[each]]]));
}
