import { ANTHROPIC } from './built-in/anthropic.js';
import { BEDROCK } from './built-in/bedrock.js';
import { GOOGLE } from './built-in/google.js';
import { OPENAI } from './built-in/openai.js';
import { OTHERS } from './built-in/others.js';
import type { VendorModel, VendorPrices } from './built-in/vendor-prices.js';

const VENDORS: readonly VendorPrices[] = [...OPENAI, ...ANTHROPIC, ...GOOGLE, ...BEDROCK, ...OTHERS];

/** The price list that comes with the product, in the form in which others are handed in. */
export function builtInList(): { readonly models: readonly object[] } {
  return { models: VENDORS.flatMap((vendor) => vendor.models.flatMap((model) => entriesOf(vendor, model))) };
}

const entriesOf = ({ kinds, source, asOf }: VendorPrices, model: VendorModel): object[] => {
  const [name, context_window, max_output_tokens, capabilities, prices, note] = model;
  const entry = { name, context_window, max_output_tokens, capabilities, prices, source, as_of: asOf, note };
  return kinds.map((provider_kind) => ({ provider_kind, ...entry }));
};
