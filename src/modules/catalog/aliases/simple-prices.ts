import { type NanoUsd, nanoUsd } from '../../../core/money.js';
import { type PriceBook, pricesAt } from '../../../core/usage.js';
import { isWithin, overrideBookOf, thresholdsOf } from '../models/price-book.js';
import type { PriceFields } from '../models/price-fields.js';

/** What input and output cost per million tokens when the prompt is longer; null: what they cost else. */
export interface SimplePriceTier {
  readonly abovePromptTokens: number;
  readonly inputUsd: NanoUsd | null;
  readonly outputUsd: NanoUsd | null;
}

/** What tenants pay; null when there is no price. */
export interface SimplePrices {
  readonly pricingInputUsd: NanoUsd | null;
  readonly pricingOutputUsd: NanoUsd | null;
  readonly pricingTiers: readonly SimplePriceTier[];
}

/** What of it is to become something else. What is left out or null stays as it is; a price of 0 is a price. */
export type SimplePriceChanges = { readonly [Field in keyof SimplePrices]?: SimplePrices[Field] | null };

/** What a book says of input and output; its tiers for other classes alone do not show. */
export function simplePrices(paid: PriceBook): SimplePrices {
  const at = (promptTokens: number): Omit<SimplePriceTier, 'abovePromptTokens'> => {
    const { input, output } = pricesAt(paid, promptTokens);
    return { inputUsd: amount(input), outputUsd: amount(output) };
  };
  const tiers = [0, ...thresholdsOf(paid)].map((above) => ({ abovePromptTokens: above, ...at(above + 1) }));
  const [own, ...rising] = tiers.filter((tier, index) => index === 0 || !isSame(tier, tiers[index - 1]!));
  return { pricingInputUsd: own!.inputUsd, pricingOutputUsd: own!.outputUsd, pricingTiers: rising };
}

const amount = (price: bigint | undefined): NanoUsd | null => (price === undefined ? null : nanoUsd(price));

const isSame = (one: SimplePriceTier, other: SimplePriceTier): boolean =>
  one.inputUsd === other.inputUsd && one.outputUsd === other.outputUsd;

/**
 * What changes say that is not so already, so that a client may send back what it was told. A price without tiers holds
 * for prompts of any length; tiers that are given take the place of all there were.
 * @throws DomainError invalid_request on `pricing`
 */
export function changedPrices(changes: SimplePriceChanges, paid: PriceBook): PriceBook {
  const { pricingInputUsd: input, pricingOutputUsd: output, pricingTiers } = changes;
  if (!pricingTiers) return bookOfGiven({ input: other(input, paid.input), output: other(output, paid.output) });
  const tiers = pricingTiers.map(({ abovePromptTokens, inputUsd, outputUsd }) => ({
    abovePromptTokens,
    prices: { input: inputUsd, output: outputUsd },
  }));
  const book = bookOfGiven({ input: input ?? paid.input, output: output ?? paid.output, tiers });
  return isWithin(book, paid) ? {} : book;
}

const other = (given: bigint | null | undefined, paid: bigint | undefined): bigint | null =>
  given === undefined || given === paid ? null : given;

function bookOfGiven(fields: PriceFields): PriceBook {
  const isNothing = (fields.input ?? fields.output ?? null) === null && (fields.tiers ?? []).length === 0;
  return isNothing ? {} : overrideBookOf(fields, 'pricing');
}
