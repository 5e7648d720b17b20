import type { FieldProblem } from '../../../core/errors.js';
import { parseUsd } from '../../../core/money.js';
import {
  type ClassPrices,
  type PriceBook,
  type PriceTier,
  USAGE_CLASSES,
  type UsageClass,
} from '../../../core/usage.js';
import { PROVIDER_KINDS, type ProviderKind } from '../../../providers/index.js';
import { CAPABILITIES, type Capability } from '../models/model.entity.js';
import { MAX_TOKENS } from '../models/models.inputs.js';
import { MAX_PRICE, thresholdProblem, TOO_MANY_TIERS, withTiers } from '../models/price-book.js';
import { MAX_TIERS } from '../models/price-fields.js';

/** What a price list says of one model. */
export interface ListedModel {
  readonly providerKind: ProviderKind;
  /** The vendor's. */
  readonly name: string;
  /** Tokens; null: the list does not say. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly capabilities: readonly Capability[];
  /** The whole book: a class that is not in it has no price of its own. */
  readonly prices: PriceBook;
  /** Where the price stands, and the day on which it was looked up (YYYY-MM-DD). */
  readonly source: string | null;
  readonly asOf: string | null;
  readonly note: string | null;
}

/** An entry that cannot be used, and why. */
export interface InvalidEntry {
  /** `models[3]`, its place in the list. */
  readonly at: string;
  /** As far as the entry tells. */
  readonly providerKind: string | null;
  readonly name: string | null;
  readonly problems: readonly FieldProblem[];
}

const FIELDS = [
  ...['provider_kind', 'name', 'context_window', 'max_output_tokens', 'capabilities', 'prices'],
  ...['source', 'as_of', 'note'],
];
const MAX_TEXT = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Fields = Readonly<Record<string, unknown>>;
type Complain = (field: string, message: string) => void;

/** One entry of a list. @param at its place, with which the names of fields begin */
export function readEntry(fields: unknown, at: string): ListedModel | InvalidEntry {
  const problems: FieldProblem[] = [];
  const complain: Complain = (field, message) => problems.push({ field: `${at}.${field}`, message });
  if (!isObject(fields))
    return { at, providerKind: null, name: null, problems: [{ field: at, message: 'must be an object' }] };
  for (const name of Object.keys(fields)) if (!FIELDS.includes(name)) complain(name, 'is not a field of a model');
  const providerKind = PROVIDER_KINDS.find((each) => each === fields['provider_kind']);
  if (!providerKind) complain('provider_kind', `must be one of ${PROVIDER_KINDS.join(', ')}`);
  const name = textIn(fields, 'name', complain);
  if (isMissing(fields['name'])) complain('name', 'must be given');
  const facts = {
    contextWindow: tokensIn(fields, 'context_window', complain),
    maxOutputTokens: tokensIn(fields, 'max_output_tokens', complain),
    capabilities: capabilitiesIn(fields, complain),
    prices: pricesIn(fields, complain),
    source: textIn(fields, 'source', complain),
    asOf: dayIn(fields, complain),
    note: textIn(fields, 'note', complain),
  };
  if (providerKind && name && problems.length === 0) return { providerKind, name, ...facts };
  return { at, providerKind: shown(fields['provider_kind']), name: shown(fields['name']), problems };
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isMissing = (value: unknown): boolean => value === undefined || value === null;

const shown = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : null);

function textIn(fields: Fields, field: string, complain: Complain): string | null {
  const value = fields[field];
  if (isMissing(value)) return null;
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TEXT && !/\p{Cc}/u.test(value)) return value;
  complain(field, `must be 1 to ${MAX_TEXT} characters of text`);
  return null;
}

function tokensIn(fields: Fields, field: string, complain: Complain): number | null {
  const value = fields[field];
  if (isMissing(value)) return null;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_TOKENS) return value as number;
  complain(field, `must be a whole number from 1 to ${MAX_TOKENS}`);
  return null;
}

function capabilitiesIn(fields: Fields, complain: Complain): Capability[] {
  const value = fields['capabilities'];
  if (isMissing(value)) return [];
  const known = CAPABILITIES.filter((each) => Array.isArray(value) && value.includes(each));
  if (!Array.isArray(value) || known.length !== value.length)
    complain('capabilities', `must be some of ${CAPABILITIES.join(', ')}, each once`);
  return known;
}

function dayIn(fields: Fields, complain: Complain): string | null {
  const day = textIn(fields, 'as_of', complain);
  if (day === null || (DAY.test(day) && !Number.isNaN(Date.parse(day)))) return day;
  complain('as_of', 'must be a day such as 2026-01-31');
  return null;
}

const TIER_FIELDS = ['above_prompt_tokens', 'prices'];

function pricesIn(fields: Fields, complain: Complain): PriceBook {
  const { tiers, ...own } = isObject(fields['prices']) ? fields['prices'] : {};
  const prices = classPricesIn(own, 'prices', complain);
  return withTiers(prices, isMissing(tiers) ? [] : tiersIn(tiers, complain));
}

/** Prices come as text alone: a JSON number may have lost digits before it got here. */
function classPricesIn(value: unknown, at: string, complain: Complain): ClassPrices {
  const given = isObject(value) ? value : {};
  const book: Partial<Record<UsageClass, bigint>> = {};
  for (const [name, text] of Object.entries(given)) {
    const usageClass = USAGE_CLASSES.find((each) => each === name);
    const price = typeof text === 'string' ? parseUsd(text) : null;
    if (!usageClass) complain(`${at}.${name}`, `is none of the classes ${USAGE_CLASSES.join(', ')}`);
    else if (price === null || price < 0n || price > MAX_PRICE)
      complain(`${at}.${name}`, 'must be US dollars per million of 0 or more, as a string such as "1.25"');
    else book[usageClass] = price;
  }
  if (Object.keys(given).length === 0) complain(at, 'must hold at least one price');
  return book;
}

function tiersIn(value: unknown, complain: Complain): PriceTier[] {
  const isList = Array.isArray(value) && value.length <= MAX_TIERS;
  if (!isList) complain('prices.tiers', Array.isArray(value) ? TOO_MANY_TIERS : 'must be a list');
  const given = isList ? (value as unknown[]).map((each) => (isObject(each) ? each : {})) : [];
  return given.map((tier, index) => {
    const at = `prices.tiers[${index}]`;
    const above = tier['above_prompt_tokens'];
    for (const name of Object.keys(tier))
      if (!TIER_FIELDS.includes(name)) complain(`${at}.${name}`, 'is not a field of a tier');
    const problem = thresholdProblem(above, given[index - 1]?.['above_prompt_tokens']);
    if (problem) complain(`${at}.above_prompt_tokens`, problem);
    return { above: above as number, prices: classPricesIn(tier['prices'], `${at}.prices`, complain) };
  });
}
