import { tokensIn, tokensOut, type Usage } from '../../core/usage.js';
import { count, optionalCount } from '../counts.js';
import { isGiven } from '../fields.js';
import { isObject, objectsOf, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

interface Counts {
  readonly prompt: number;
  readonly cached: number;
  readonly tool: number;
  readonly candidates: number;
  readonly thoughts: number;
}

/**
 * usageMetadata as disjoint classes, in tokens; null when it is missing or impossible. Cached tokens lie within the
 * prompt, thoughts beside the candidates; results of Google's own tools are input.
 */
export function parseUsage(usage: JsonValue | undefined): Usage | null {
  if (!isObject(usage)) return null;
  const counts = countsIn(usage);
  if (counts === null) return null;
  const { prompt, cached, tool, candidates, thoughts } = counts;
  if (cached > prompt) return null;
  const heard = ofModality(usage['promptTokensDetails'], 'AUDIO', prompt);
  const heardBefore = ofModality(usage['cacheTokensDetails'], 'AUDIO', cached);
  // Cached audio is in both counts; it is priced as cached.
  const audio = Math.min(Math.max(heard - heardBefore, 0), prompt - cached);
  const drawn = ofModality(usage['candidatesTokensDetails'], 'IMAGE', candidates);
  const spoken = ofModality(usage['candidatesTokensDetails'], 'AUDIO', candidates);
  return {
    input: prompt - cached - audio + tool,
    output: candidates - drawn - spoken,
    ...(cached > 0 && { cached_read: cached }),
    ...(audio > 0 && { audio_in: audio }),
    ...(thoughts > 0 && { reasoning: thoughts }),
    ...(drawn > 0 && { image_out: drawn }),
    ...(spoken > 0 && { audio_out: spoken }),
  };
}

/** The counts as Google defines them. Where a service counts otherwise, totalTokenCount tells, which is their sum. */
function countsIn(usage: JsonObject): Counts | null {
  const prompt = count(usage['promptTokenCount']);
  const all = NAMES.map((name) => optionalCount(usage[name]));
  if (prompt === null || !all.every((each) => each !== null)) return null;
  const [cached, tool, thoughts, total, candidates] = all as [number, number, number, number, number];
  const counts = { prompt, cached, tool, thoughts, candidates };
  const sum = prompt + tool + thoughts + candidates;
  if (!isGiven(usage['candidatesTokenCount'])) {
    // A count of zero is left out on the wire.
    return !isGiven(usage['totalTokenCount']) || total < sum ? null : { ...counts, candidates: total - sum };
  }
  if (cached > 0 && total === sum + cached) return { ...counts, prompt: prompt + cached };
  if (thoughts > 0 && candidates >= thoughts && total === sum - thoughts)
    return { ...counts, candidates: candidates - thoughts };
  return counts;
}

const NAMES = [
  'cachedContentTokenCount',
  'toolUsePromptTokenCount',
  'thoughtsTokenCount',
  'totalTokenCount',
  'candidatesTokenCount',
] as const;

/** Tokens of a modality; 0 when the details do not fit into what they detail. */
function ofModality(details: JsonValue | undefined, modality: string, total: number): number {
  let all = 0;
  let found = 0;
  for (const detail of objectsOf(details)) {
    const tokens = optionalCount(detail['tokenCount']);
    if (tokens === null) return 0;
    all += tokens;
    if (stringOf(detail['modality']) === modality) found += tokens;
  }
  return all > total ? 0 : found;
}

/** The same as a canonical usage object, which counts as OpenAI does. */
export function canonicalUsage(usage: Usage): JsonObject {
  const [prompt, completion] = [tokensIn(usage), tokensOut(usage)];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: usage.cached_read ?? 0, audio_tokens: usage.audio_in ?? 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0, audio_tokens: usage.audio_out ?? 0 },
  };
}
