import type { UsageClass } from '../../../../core/usage.js';
import type { ProviderKind } from '../../../../providers/index.js';
import type { Capability } from '../../models/model.entity.js';

type ClassTexts = Readonly<Partial<Record<UsageClass, string>>>;

/** Other prices of calls whose prompts are longer. */
interface Tiers {
  readonly tiers: readonly { readonly above_prompt_tokens: number; readonly prices: ClassTexts }[];
}

/** The vendor's name, context window and most output in tokens (null: not stated), capabilities, prices, a remark. */
export type VendorModel = readonly [
  name: string,
  contextWindow: number | null,
  maxOutputTokens: number | null,
  capabilities: readonly Capability[],
  prices: ClassTexts & Partial<Tiers>,
  note?: string,
];

/**
 * What one vendor asks, in US dollars per million as decimal strings. `source` names the vendor's public page of prices.
 * `asOf` is the day of the price data that the figures were last held against: two independent collections of published
 * prices had to agree on input and output, and neither to contradict the other on a further class; other models are left
 * out. A tier needs figures in one of them, and no others in the second. It is not the day from which a price holds.
 */
export interface VendorPrices {
  /** Every kind that serves these models at these prices. */
  readonly kinds: readonly ProviderKind[];
  readonly source: string;
  readonly asOf: string;
  readonly models: readonly VendorModel[];
}

/** The one tier that vendors have: what a call costs as a whole when its prompt has more tokens. */
export const above = (promptTokens: number, prices: ClassTexts): Tiers => ({
  tiers: [{ above_prompt_tokens: promptTokens, prices }],
});

const CHAT: readonly Capability[] = ['text', 'stream'];

/** Sets of capabilities that many models share. */
export const CAN = Object.freeze({
  chat: CHAT,
  tools: [...CHAT, 'tools'],
  json: [...CHAT, 'tools', 'json'],
  vision: [...CHAT, 'tools', 'vision'],
  jsonVision: [...CHAT, 'tools', 'json', 'vision'],
  reasoning: [...CHAT, 'tools', 'json', 'reasoning'],
  all: [...CHAT, 'tools', 'json', 'vision', 'reasoning'],
  embeddings: ['embeddings'],
} as const satisfies Record<string, readonly Capability[]>);
