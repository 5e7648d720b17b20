import type { Usage } from '../../../core/usage.js';
import { count } from '../../counts.js';
import type { TextsToEmbed } from '../../embeddings.js';
import type { VendorError } from '../../errors/vendor-error.js';
import type { ChatResult } from '../../spec/adapter.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';

type Headers = Readonly<Record<string, string>>;

/** Models whose bodies are alike; Converse, which makes all bodies alike, makes no embeddings. */
export interface Family {
  /** Whether a model is of it, by its name; an ARN that hides the name is of none. */
  readonly has: (model: string) => boolean;
  /** @throws VendorError unsupported */
  readonly bodyOf: (asked: TextsToEmbed, model: string) => JsonObject;
  /** Null when the answer is none of this family's. */
  readonly read: (answer: JsonObject, headers: Headers) => ChatResult | VendorError | null;
}

/** What InvokeModel says of every model's input, beside a body that is the model's own. */
const TOKENS = 'x-amzn-bedrock-input-token-count';

/** The tokens that AWS counted; null when neither body nor header tells. */
export function usageOf(inBody: JsonValue | undefined, headers: Headers): Usage | null {
  const written = headers[TOKENS];
  const tokens = count(inBody) ?? (written !== undefined && /^\d{1,9}$/.test(written) ? count(Number(written)) : null);
  return tokens === null ? null : { input: tokens, output: 0 };
}
