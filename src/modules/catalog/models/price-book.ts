import { invalid } from '../../../core/errors.js';
import { NANO_PER_USD } from '../../../core/money.js';
import { type PriceBook, USAGE_CLASSES, type UsageClass } from '../../../core/usage.js';
import type { PriceFields } from './price-fields.js';

/** A PriceBook as the database keeps it: nano-USD per million units as digits, since JSON has no bigint. */
export type StoredPrices = Readonly<Partial<Record<UsageClass, string>>>;

/** Hundred dollars a unit. Keeps the cost of the largest call within a PostgreSQL bigint. */
export const MAX_PRICE = 100_000_000n * NANO_PER_USD;

const FIELD_OF: Readonly<Record<UsageClass, keyof PriceFields>> = {
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
 * The book that a caller gave.
 * @param field name of the input field that held it
 * @throws DomainError invalid_request for a price below zero or above MAX_PRICE, and for a book without any price
 */
export function bookOf(fields: PriceFields, field: string): PriceBook {
  const book: Partial<Record<UsageClass, bigint>> = {};
  for (const each of USAGE_CLASSES) {
    const price = fields[FIELD_OF[each]] ?? null;
    if (price === null) continue;
    if (price < 0n) throw invalid(`${field}.${FIELD_OF[each]}`, 'must not be below zero');
    if (price > MAX_PRICE) throw invalid(`${field}.${FIELD_OF[each]}`, 'must be at most 100000000 dollars');
    book[each] = price;
  }
  if (Object.keys(book).length === 0) throw invalid(field, 'must hold at least one price');
  return book;
}

export function fieldsOf(book: PriceBook): PriceFields {
  return Object.fromEntries(USAGE_CLASSES.map((each) => [FIELD_OF[each], book[each] ?? null]));
}

export function storePrices(book: PriceBook): StoredPrices {
  return Object.fromEntries(pricesIn(book).map(([each, price]) => [each, price.toString()]));
}

export function readPrices(stored: StoredPrices): PriceBook {
  const known = USAGE_CLASSES.filter((each) => stored[each] !== undefined);
  return Object.fromEntries(known.map((each) => [each, BigInt(stored[each]!)]));
}

/** What a tenant pays: the override where it has a price, else what the vendor bills. */
export const overridden = (prices: PriceBook, override: PriceBook | null): PriceBook => ({ ...prices, ...override });

/** Whether every price of `part` stands in `whole` with the same value. */
export const isWithin = (part: PriceBook, whole: PriceBook): boolean =>
  pricesIn(part).every(([each, price]) => whole[each] === price);

function pricesIn(book: PriceBook): [UsageClass, bigint][] {
  return USAGE_CLASSES.flatMap((each) => (book[each] === undefined ? [] : [[each, book[each]]]));
}
