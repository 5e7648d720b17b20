import type { Usage } from '../../core/usage.js';
import { count, optionalCount } from '../counts.js';
import { isObject, objectOf } from '../json.js';
import type { JsonValue } from '../spec/json.js';

/**
 * OpenAI's usage object as disjoint classes, in tokens; null when it is missing or impossible. `input` and `output`
 * are always there, so that an explicit zero is seen as a value.
 */
export function parseUsage(usage: JsonValue | undefined): Usage | null {
  if (!isObject(usage)) return null;
  const prompt = objectOf(usage['prompt_tokens_details']);
  const completion = objectOf(usage['completion_tokens_details']);
  const tokensIn = count(usage['prompt_tokens']);
  const tokensOut = count(usage['completion_tokens']);
  // DeepSeek reports its cache beside, not in, the details.
  const cached = optionalCount(prompt['cached_tokens'] ?? usage['prompt_cache_hit_tokens']);
  const audioIn = optionalCount(prompt['audio_tokens']);
  const reasoning = optionalCount(completion['reasoning_tokens']);
  const audioOut = optionalCount(completion['audio_tokens']);
  const all = [tokensIn, tokensOut, cached, audioIn, reasoning, audioOut];
  if (!all.every((each) => each !== null)) return null;
  const [input, output, read, heard, thought, spoken] = all as [number, number, number, number, number, number];
  // xAI counts reasoning beside completion_tokens; its total_tokens tells.
  const beside = thought > 0 && usage['total_tokens'] === input + output + thought;
  const produced = beside ? output + thought : output;
  if (read > input || heard > input || thought + spoken > produced) return null;
  // Cached audio is in both counts; it is priced as cached.
  const audio = Math.min(heard, input - read);
  return {
    input: input - read - audio,
    output: produced - thought - spoken,
    ...(read > 0 && { cached_read: read }),
    ...(audio > 0 && { audio_in: audio }),
    ...(thought > 0 && { reasoning: thought }),
    ...(spoken > 0 && { audio_out: spoken }),
  };
}
