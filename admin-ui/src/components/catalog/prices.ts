import { compareDecimals } from '../../lib/decimal.js';
import { count } from '../../lib/format.js';
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
export type ClassPrices = Readonly<Record<PriceClass, string | null>>;

/** Other prices of calls with longer prompts; a class that is null keeps the price that it has without the tier. */
export interface PriceTier {
  readonly abovePromptTokens: number;
  readonly prices: Partial<ClassPrices>;
}

/** Prices with their tiers, ascending. */
export type Prices = ClassPrices & { readonly tiers?: readonly PriceTier[] | null };

type ClassForm = Record<PriceClass, string>;
export interface TierForm {
  readonly abovePromptTokens: string;
  readonly prices: ClassForm;
}

/** Prices as they are typed; empty is no price. */
export type PriceForm = ClassForm & { tiers: TierForm[] };

/** As for the server. */
export interface TypedPrices extends Partial<Record<PriceClass, string>> {
  tiers?: { abovePromptTokens: number; prices: Partial<Record<PriceClass, string>> }[];
}

const FALLBACK: Readonly<Partial<Record<PriceClass, keyof typeof text.as>>> = {
  cachedRead: 'input',
  cacheWrite: 'input',
  cacheWrite1h: 'cacheWrite',
  reasoning: 'output',
  imageIn: 'input',
  imageOut: 'output',
  audioIn: 'input',
  audioOut: 'output',
};

const MOST = '100000000';
const PRICE = /^\d{1,9}(\.\d{1,9})?$/;

const TOKENS = /^\d{1,10}$/;
const MOST_TOKENS = 1_000_000_000;
export const MOST_TIERS = 4;

const record = <T>(value: (each: PriceClass) => T): Record<PriceClass, T> =>
  Object.fromEntries(PRICE_CLASSES.map((each) => [each, value(each)])) as Record<PriceClass, T>;

const classForm = (prices: Partial<ClassPrices> | null | undefined): ClassForm =>
  record((each) => prices?.[each] ?? '');

export const emptyTier = (): TierForm => ({ abovePromptTokens: '', prices: classForm(null) });

export const priceForm = (prices: Prices | null | undefined): PriceForm => ({
  ...classForm(prices),
  tiers: (prices?.tiers ?? []).map((tier) => ({
    abovePromptTokens: String(tier.abovePromptTokens),
    prices: classForm(tier.prices),
  })),
});

const typedClasses = (form: ClassForm): Partial<Record<PriceClass, string>> =>
  Object.fromEntries(PRICE_CLASSES.flatMap((each) => (form[each].trim() === '' ? [] : [[each, form[each].trim()]])));

/** Whether a price was typed that is not of a tier. */
export const hasOwnPrice = (form: PriceForm): boolean => Object.keys(typedClasses(form)).length > 0;

/** The prices that were typed, for the server; null when there is none. */
export function typedPrices(form: PriceForm): TypedPrices | null {
  const tiers = form.tiers.map(({ abovePromptTokens, prices }) => ({
    abovePromptTokens: Number(abovePromptTokens),
    prices: typedClasses(prices),
  }));
  if (!hasOwnPrice(form) && tiers.length === 0) return null;
  return { ...typedClasses(form), ...(tiers.length > 0 && { tiers }) };
}

type Problems<Field extends string> = Partial<Record<Field, string>>;

function classProblems(form: ClassForm): Problems<PriceClass> {
  const problems: Problems<PriceClass> = {};
  for (const [each, price] of Object.entries(typedClasses(form)) as [PriceClass, string][])
    if (!PRICE.test(price)) problems[each] = text.priceRule;
    else if (compareDecimals(price, MOST) > 0) problems[each] = text.priceTooHigh;
  return problems;
}

function thresholdProblem(typed: string, before: string | undefined): string | null {
  const tokens = Number(typed);
  if (!TOKENS.test(typed.trim()) || tokens < 1 || tokens > MOST_TOKENS) return text.tierRule;
  if (before !== undefined && tokens <= Number(before)) return text.tierOrder(count(Number(before)));
  return null;
}

/** What is wrong with prices as they are typed, by class, and by the path of each field of a tier. */
export function priceProblems(form: PriceForm): Problems<PriceClass | `tiers.${string}`> {
  const problems: Problems<PriceClass | `tiers.${string}`> = classProblems(form);
  for (const [at, tier] of form.tiers.entries()) {
    const problem = thresholdProblem(tier.abovePromptTokens, form.tiers[at - 1]?.abovePromptTokens);
    if (problem) problems[`tiers.${at}.abovePromptTokens`] = problem;
    if (Object.keys(typedClasses(tier.prices)).length === 0) problems[`tiers.${at}.prices.input`] = text.tierEmpty;
    for (const [each, found] of Object.entries(classProblems(tier.prices)))
      problems[`tiers.${at}.prices.${each}`] = found;
  }
  return problems;
}

/** What stands where a class has no price of its own. */
export function fallbackName(each: PriceClass): string {
  const fallback = FALLBACK[each];
  return fallback ? text.as[fallback] : text.noPrice;
}

/** The classes that any of the books has a price for, in a tier too; input and output always. */
export const classesIn = (...books: readonly (Prices | null | undefined)[]): PriceClass[] =>
  PRICE_CLASSES.filter(
    (each, at) => at < 2 || books.some((book) => book?.[each] || book?.tiers?.some(({ prices }) => prices[each])),
  );

/** The classes that any of the books has another price for when the prompt is long. */
export const classesInTiers = (...books: readonly (Prices | null | undefined)[]): PriceClass[] =>
  PRICE_CLASSES.filter((each) => books.some((book) => book?.tiers?.some(({ prices }) => prices[each])));

/** The lengths from which on any of the books has other prices, ascending. */
export const thresholdsIn = (...books: readonly (Partial<Prices> | null | undefined)[]): number[] =>
  [...new Set(books.flatMap((book) => book?.tiers?.map((tier) => tier.abovePromptTokens) ?? []))].sort((a, b) => a - b);

/** What holds for prompts just above a length: the prices of the last tier up to it, and the book's own beside them. */
export function pricesAbove<Book extends Partial<Prices>>(
  book: Book | null | undefined,
  length: number,
): Partial<ClassPrices> | null {
  if (!book) return null;
  const tier = book.tiers?.findLast(({ abovePromptTokens }) => abovePromptTokens <= length);
  return Object.fromEntries(PRICE_CLASSES.map((each) => [each, tier?.prices[each] ?? book[each] ?? null]));
}
