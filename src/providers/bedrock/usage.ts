import type { Usage } from '../../core/usage.js';
import { count, optionalCount } from '../counts.js';
import { arrayOf, isObject, objectOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/**
 * Converse's usage as disjoint classes, in tokens; null when it is missing or impossible. Its inputTokens are those
 * neither read from the cache nor written to it. Reasoning is not told from other output.
 */
export function parseUsage(usage: JsonValue | undefined): Usage | null {
  if (!isObject(usage)) return null;
  const input = count(usage['inputTokens']);
  const output = count(usage['outputTokens']);
  // Some answers name the caches in an older way, or in both.
  const read = optionalCount(usage['cacheReadInputTokens'] ?? usage['cacheReadInputTokenCount']);
  const details = detailsOf(usage['cacheDetails']);
  if (input === null || output === null || read === null || details === null) return null;
  const written = optionalCount(usage['cacheWriteInputTokens'] ?? usage['cacheWriteInputTokenCount'] ?? details.total);
  const { longer } = details;
  if (written === null || longer > written) return null;
  return {
    input,
    output,
    ...(read > 0 && { cached_read: read }),
    ...(written > longer && { cache_write: written - longer }),
    ...(longer > 0 && { cache_write_1h: longer }),
  };
}

/** The same as the canonical usage object, which counts the caches within prompt_tokens. */
export function canonicalUsage(usage: Usage): JsonObject {
  const { input = 0, output = 0, cached_read: read = 0, cache_write: write = 0, cache_write_1h: longer = 0 } = usage;
  const prompt = input + read + write + longer;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: write, cache_write_1h_tokens: longer },
  };
}

/** What was written to the caches, and how much of it for an hour; null when a count is impossible. */
function detailsOf(details: JsonValue | undefined): { readonly total: number; readonly longer: number } | null {
  const counts = arrayOf(details).map(objectOf);
  if (!counts.every((each) => count(each['inputTokens']) !== null)) return null;
  const sum = (all: readonly JsonObject[]): number =>
    all.reduce((total, each) => total + Number(each['inputTokens']), 0);
  return { total: sum(counts), longer: sum(counts.filter((each) => each['ttl'] === '1h')) };
}
