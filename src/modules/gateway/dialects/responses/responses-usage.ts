import type { JsonObject } from '../../../../providers/index.js';
import type { ChargedTokens } from '../dialect.js';
import { type Field, isObject } from './responses-fields.js';

/** No model reads or writes as much in a call; a larger count is a fault of the vendor. */
const MAX_TOKENS = 100_000_000;

/**
 * Canonical usage as that of a response; null when it is missing or impossible. The total is what the parts add up to.
 */
export function usageOf(usage: Field): JsonObject | null {
  if (!isObject(usage)) return null;
  const prompt = detailsOf(usage['prompt_tokens_details']);
  const completion = detailsOf(usage['completion_tokens_details']);
  const input = count(usage['prompt_tokens']);
  const said = count(usage['completion_tokens']);
  // DeepSeek reports its cache beside, not in, the details.
  const cached = optional(prompt['cached_tokens'] ?? usage['prompt_cache_hit_tokens']);
  const written = optional(prompt['cache_write_tokens']);
  const writtenLong = optional(prompt['cache_write_1h_tokens']);
  const reasoning = optional(completion['reasoning_tokens']);
  if (input === null || said === null || cached === null || written === null) return null;
  if (writtenLong === null || reasoning === null) return null;
  // xAI counts reasoning beside completion_tokens; its total_tokens tells.
  const isBeside = reasoning > 0 && usage['total_tokens'] === input + said + reasoning;
  const output = isBeside ? said + reasoning : said;
  if (cached + written + writtenLong > input || reasoning > output) return null;
  const kept = written + writtenLong;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, ...(kept > 0 && { cache_write_tokens: kept }) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}

/** Usage of a response whose vendor gave none that can be believed: what is charged. Clients insist on it in a stream. */
export const chargedUsage = ({ tokensIn, tokensOut }: ChargedTokens): JsonObject => ({
  input_tokens: tokensIn,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: tokensOut,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: tokensIn + tokensOut,
});

const count = (value: Field): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS ? value : null;

const optional = (value: Field): number | null => (value === undefined || value === null ? 0 : count(value));

const detailsOf = (value: Field): JsonObject => (isObject(value) ? value : {});
