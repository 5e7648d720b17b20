import { type PriceBook, USAGE_CLASSES, type UsageClass } from '../../../core/usage.js';
import { groupBy } from '../../../infra/graphql/index.js';
import type { ProviderKind } from '../../../providers/index.js';
import { thresholdsOf } from '../models/price-book.js';
import type { InvalidEntry, ListedModel } from './price-list-entry.js';
import { keyOf, type PriceList } from './price-list.js';

/** What stands between a price list and the catalogue. */
export type Difference = 'new' | 'changed' | 'unchanged' | 'missing' | 'invalid';

/** A model of the catalogue with the price that holds; null when none does. */
export interface KnownModel {
  readonly id: string;
  readonly providerKind: ProviderKind;
  readonly name: string;
  readonly prices: PriceBook | null;
}

/** Nano-USD per million before and after; null: no price of its own. */
export interface PriceChange {
  /** Of a tier, the prompt tokens above which it holds; null: the price that holds without one. */
  readonly abovePromptTokens: number | null;
  readonly usageClass: UsageClass;
  readonly before: bigint | null;
  readonly after: bigint | null;
}

export interface DiffRow {
  /** The id of the model, or `kind/name` of one that is new, or the place of an entry that is invalid. */
  readonly id: string;
  readonly difference: Difference;
  readonly known: KnownModel | null;
  readonly listed: ListedModel | null;
  readonly invalid: InvalidEntry | null;
  readonly changes: readonly PriceChange[];
}

const ROW = { known: null, listed: null, invalid: null, changes: [] } as const;

/**
 * A list against the catalogue. Several models of one kind and name, such as one of each of two providers, are a row
 * each. What the catalogue has beyond the list is a row too, and is never touched.
 */
export function diffOf(list: PriceList, catalogue: readonly KnownModel[]): DiffRow[] {
  const known = groupBy(catalogue, keyOf);
  const listed = new Set(list.models.map(keyOf));
  return [
    ...list.models.flatMap((model) => rowsOf(model, known.get(keyOf(model)) ?? [])),
    ...catalogue
      .filter((model) => !listed.has(keyOf(model)))
      .map((model): DiffRow => ({ ...ROW, id: model.id, difference: 'missing', known: model })),
    ...list.invalid.map((entry): DiffRow => ({ ...ROW, id: entry.at, difference: 'invalid', invalid: entry })),
  ];
}

function rowsOf(listed: ListedModel, known: readonly KnownModel[]): DiffRow[] {
  if (known.length === 0) {
    const changes = changesBetween(null, listed.prices);
    return [{ ...ROW, id: keyOf(listed), difference: 'new', listed, changes }];
  }
  return known.map((model) => {
    const changes = changesBetween(model.prices, listed.prices);
    return {
      ...ROW,
      id: model.id,
      difference: changes.length > 0 ? 'changed' : 'unchanged',
      known: model,
      listed,
      changes,
    };
  });
}

/** Class by class what becomes another price, in the order of USAGE_CLASSES: without tiers first, then tier by tier. */
export const changesBetween = (before: PriceBook | null, after: PriceBook): PriceChange[] =>
  [null, ...thresholdsOf(before ?? {}, after)].flatMap((abovePromptTokens) => {
    const [old, next] = [before ?? {}, after].map((book) => statedAt(book, abovePromptTokens));
    return USAGE_CLASSES.map((usageClass) => ({
      abovePromptTokens,
      usageClass,
      before: old?.[usageClass] ?? null,
      after: next?.[usageClass] ?? null,
    })).filter((each) => each.before !== each.after);
  });

/** What a book says itself of a tier, or of prices without one; nothing where it has no such tier. */
const statedAt = (book: PriceBook, above: number | null): Omit<PriceBook, 'tiers'> | undefined =>
  above === null ? book : book.tiers?.find((tier) => tier.above === above)?.prices;

/** By how many percent a price rises (or falls, below zero), to two decimals; null from or to no price, or from 0. */
export function percentOf({ before, after }: Pick<PriceChange, 'before' | 'after'>): number | null {
  if (before === null || before === 0n || after === null) return null;
  return Number(((after - before) * 10_000n) / before) / 100;
}
