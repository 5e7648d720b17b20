import type { Usage } from '../../core/usage.js';
import { count, optionalCount } from '../counts.js';
import { isObject, objectOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

/** Anthropic's usage as disjoint counts of tokens, and the searches that it bills one by one. */
interface Counts {
  readonly input: number;
  readonly cachedRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly thinking: number;
  readonly searches: number;
}

/** Null when usage is missing or impossible; an explicit zero is a value. input_tokens leaves out what the cache holds. */
export function parseCounts(usage: JsonValue | undefined): Counts | null {
  if (!isObject(usage)) return null;
  const input = count(usage['input_tokens']);
  const produced = count(usage['output_tokens']);
  const cachedRead = optionalCount(usage['cache_read_input_tokens']);
  const thinking = optionalCount(objectOf(usage['output_tokens_details'])['thinking_tokens']);
  const searches = optionalCount(objectOf(usage['server_tool_use'])['web_search_requests']);
  const written = writtenOf(usage);
  if (input === null || produced === null || cachedRead === null || thinking === null) return null;
  if (searches === null || written === null || thinking > produced) return null;
  return { input, cachedRead, ...written, output: produced - thinking, thinking, searches };
}

/** The hour's part of what was written is named; the total, which is cumulative in a stream, tells the rest. */
function writtenOf(usage: JsonObject): Pick<Counts, 'cacheWrite' | 'cacheWrite1h'> | null {
  const byAge = objectOf(usage['cache_creation']);
  const short = optionalCount(byAge['ephemeral_5m_input_tokens']);
  const cacheWrite1h = optionalCount(byAge['ephemeral_1h_input_tokens']);
  if (short === null || cacheWrite1h === null) return null;
  const total = optionalCount(usage['cache_creation_input_tokens'] ?? short + cacheWrite1h);
  if (total === null || total < cacheWrite1h) return null;
  return { cacheWrite: total - cacheWrite1h, cacheWrite1h };
}

/** The classes that are charged. */
export const usageOf = (counts: Counts): Usage => ({
  input: counts.input,
  output: counts.output,
  ...(counts.cachedRead > 0 && { cached_read: counts.cachedRead }),
  ...(counts.cacheWrite > 0 && { cache_write: counts.cacheWrite }),
  ...(counts.cacheWrite1h > 0 && { cache_write_1h: counts.cacheWrite1h }),
  ...(counts.thinking > 0 && { reasoning: counts.thinking }),
  ...(counts.searches > 0 && { tool_use: counts.searches }),
});

/** The canonical usage object, which counts what the cache holds within the prompt, and thinking within the answer. */
export function canonicalUsage(counts: Counts): JsonObject {
  const prompt = counts.input + counts.cachedRead + counts.cacheWrite + counts.cacheWrite1h;
  const completion = counts.output + counts.thinking;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: counts.cachedRead,
      cache_write_tokens: counts.cacheWrite,
      cache_write_1h_tokens: counts.cacheWrite1h,
    },
    completion_tokens_details: { reasoning_tokens: counts.thinking },
  };
}

/**
 * Usage of message_start continued by that of message_delta, whose counts are cumulative. Some servers send null or 0
 * there for what they counted at the start; but what the start says of the output is only where counting begins.
 */
export function continuedUsage(start: JsonObject, later: JsonObject): JsonObject {
  const merged: Record<string, JsonValue | undefined> = { ...start };
  for (const [name, value] of Object.entries(later)) {
    const isSilent = value === null || value === undefined || (value === 0 && Number(start[name]) > 0);
    if (!isSilent) merged[name] = value;
  }
  merged['output_tokens'] = later['output_tokens'];
  return merged;
}
