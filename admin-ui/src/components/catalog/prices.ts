import { compareDecimals } from '../../lib/decimal.js';
import { text } from './text.js';

/** Classes of usage that have a price of their own, the usual ones first. */
export const PRICE_CLASSES = [
  'input',
  'output',
  'cachedRead',
  'cacheWrite',
  'cacheWrite1h',
  'reasoning',
  'imageIn',
  'imageOut',
  'audioIn',
  'audioOut',
  'request',
  'toolUse',
] as const;
export type PriceClass = (typeof PRICE_CLASSES)[number];

/** US dollars per million units of each class; null is no price of its own. */
export type Prices = Readonly<Record<PriceClass, string | null>>;

/** Prices as they are typed; empty is no price. */
export type PriceForm = Record<PriceClass, string>;

const FALLBACK: Readonly<Partial<Record<PriceClass, 'input' | 'output'>>> = {
  cachedRead: 'input',
  cacheWrite: 'input',
  cacheWrite1h: 'input',
  reasoning: 'output',
  imageIn: 'input',
  imageOut: 'output',
  audioIn: 'input',
  audioOut: 'output',
};

const MOST = '100000000';
const PRICE = /^\d{1,9}(\.\d{1,9})?$/;

const record = <T>(value: (each: PriceClass) => T): Record<PriceClass, T> =>
  Object.fromEntries(PRICE_CLASSES.map((each) => [each, value(each)])) as Record<PriceClass, T>;

export const priceForm = (prices: Prices | null | undefined): PriceForm => record((each) => prices?.[each] ?? '');

/** The prices that were typed, for the server; null when there is none. */
export function typedPrices(form: PriceForm): Partial<Record<PriceClass, string>> | null {
  const typed = PRICE_CLASSES.filter((each) => form[each].trim() !== '');
  return typed.length === 0 ? null : Object.fromEntries(typed.map((each) => [each, form[each].trim()]));
}

/** What is wrong with prices as they are typed, by class. */
export function priceProblems(form: PriceForm): Partial<Record<PriceClass, string>> {
  const problems: Partial<Record<PriceClass, string>> = {};
  for (const [each, price] of Object.entries(typedPrices(form) ?? {}) as [PriceClass, string][])
    if (!PRICE.test(price)) problems[each] = text.priceRule;
    else if (compareDecimals(price, MOST) > 0) problems[each] = text.priceTooHigh;
  return problems;
}

/** What stands where a class has no price of its own. */
export function fallbackName(each: PriceClass): string {
  const fallback = FALLBACK[each];
  return fallback ? (fallback === 'input' ? text.asInput : text.asOutput) : text.noPrice;
}

/** The classes that any of the books has a price for; input and output always. */
export const classesIn = (...books: readonly (Prices | null | undefined)[]): PriceClass[] =>
  PRICE_CLASSES.filter((each, at) => at < 2 || books.some((book) => book?.[each]));
