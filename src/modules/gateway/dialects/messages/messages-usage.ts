import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { isObject, objectOf } from '../../../../providers/json.js';

/** Tokens of an answer, as Anthropic splits them: what was read from and written to the cache is not in `input`. */
export interface Tokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly thinking: number | null;
}

/** The split of a canonical usage; null when there is none that counts the prompt. */
export function tokensOf(usage: JsonValue | undefined): Tokens | null {
  if (!isObject(usage) || count(usage['prompt_tokens']) === null) return null;
  const prompt = objectOf(usage['prompt_tokens_details']);
  const cacheRead = count(prompt['cached_tokens']) ?? 0;
  const cacheWrite = count(prompt['cache_write_tokens']) ?? 0;
  const cacheWrite1h = count(prompt['cache_write_1h_tokens']) ?? 0;
  const rest = (count(usage['prompt_tokens']) ?? 0) - cacheRead - cacheWrite - cacheWrite1h;
  return {
    input: Math.max(rest, 0),
    cacheRead,
    cacheWrite,
    cacheWrite1h,
    output: count(usage['completion_tokens']) ?? 0,
    thinking: count(objectOf(usage['completion_tokens_details'])['reasoning_tokens']),
  };
}

/** Usage of a whole message. */
export function messageUsage(tokens: Tokens): JsonObject {
  return {
    ...deltaUsage(tokens),
    cache_creation: {
      ephemeral_5m_input_tokens: tokens.cacheWrite,
      ephemeral_1h_input_tokens: tokens.cacheWrite1h,
    },
    inference_geo: null,
    service_tier: null,
    speed: null,
  };
}

/** Usage of a message_delta event: all that was used so far. */
export function deltaUsage(tokens: Tokens): JsonObject {
  return {
    input_tokens: tokens.input,
    cache_creation_input_tokens: tokens.cacheWrite + tokens.cacheWrite1h,
    cache_read_input_tokens: tokens.cacheRead,
    output_tokens: tokens.output,
    output_tokens_details: tokens.thinking === null ? null : { thinking_tokens: tokens.thinking },
    server_tool_use: null,
  };
}

/** Usage of a message whose vendor counted nothing, or not yet; `input` is what the gateway expects. */
export const unknownUsage = (input: number): JsonObject => ({ ...messageUsage(expected(input)), cache_creation: null });

/** What there is to tell where no vendor has counted. */
export const expected = (input: number, output = 0): Tokens => ({
  input,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWrite1h: 0,
  output,
  thinking: null,
});

const count = (value: JsonValue | undefined): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
