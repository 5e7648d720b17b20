import { invalid } from '../../../core/errors.js';
import { type InvalidEntry, type ListedModel, readEntry } from './price-list-entry.js';

export interface PriceList {
  readonly models: readonly ListedModel[];
  readonly invalid: readonly InvalidEntry[];
}

/** A model of a list by the vendor that serves it and the vendor's name. */
export const keyOf = ({ providerKind, name }: { providerKind: string; name: string }): string =>
  `${providerKind}/${name}`;

export const MAX_ENTRIES = 1_000;

/**
 * Reads `{"models": [{"provider_kind": "openai", "name": "gpt-5", "context_window": 400000, "max_output_tokens": 128000,
 * "capabilities": ["text"], "prices": {"input": "1.25", "output": "10", "tiers": [{"above_prompt_tokens": 200000,
 * "prices": {"input": "2.5"}}]}, "source": "...", "as_of": "2026-08-21", "note": "..."}]}`. Prices are US dollars per
 * million as decimal strings, by class of usage; of the fields only kind, name and prices must be there.
 * @throws DomainError invalid_request on `list` when it is no such document; entries that are wrong are given as invalid
 */
export function readPriceList(value: unknown): PriceList {
  const entries = (value as { models?: unknown } | null)?.models;
  if (!Array.isArray(entries)) throw invalid('list', 'must be an object with a list of `models`');
  const others = Object.keys(value as object).filter((each) => each !== 'models');
  if (others.length > 0) throw invalid('list', `holds an unknown field '${others[0]}'`);
  if (entries.length === 0 || entries.length > MAX_ENTRIES)
    throw invalid('list', `must hold 1 to ${MAX_ENTRIES} models, not ${entries.length}`);
  const models = new Map<string, ListedModel>();
  const refused: InvalidEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry, `models[${index}]`);
    if ('problems' in read) refused.push(read);
    else if (models.has(keyOf(read))) refused.push(namedTwice(read, `models[${index}]`));
    else models.set(keyOf(read), read);
  }
  return { models: [...models.values()], invalid: refused };
}

const namedTwice = ({ providerKind, name }: ListedModel, at: string): InvalidEntry => ({
  at,
  providerKind,
  name,
  problems: [{ field: `${at}.name`, message: 'stands in the list already' }],
});
