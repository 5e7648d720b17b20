import type { Secret } from '../../core/secret.js';
import type { Usage } from '../../core/usage.js';
import type { VendorError } from '../errors/vendor-error.js';
import type { JsonObject } from './json.js';

/** Vendors, by the wire format and the address of their API. */
export type ProviderKind =
  | 'openai'
  | 'azure-openai'
  | 'anthropic'
  | 'google'
  | 'vertex'
  | 'bedrock'
  | 'mistral'
  | 'groq'
  | 'deepseek'
  | 'xai'
  | 'ollama'
  | 'vllm'
  | 'openai-compatible'
  | 'simulator';

/**
 * The canonical call: a chat.completions request, less what the gateway decides, with the extensions of
 * docs/decisions/2026-11-21-canonical-call.md.
 */
export interface ChatCall {
  /** Every client field except `model`, `stream` and `stream_options`, which are ignored if present. */
  readonly body: JsonObject;
  readonly stream: boolean;
  /** Tokens a choice may generate, reasoning included; the bound that the hold was computed from. */
  readonly maxOutputTokens: number;
  readonly requestId: string;
}

/** Where a call goes. `model` is the vendor's name of the model, never the alias. */
export interface Target {
  readonly model: string;
  readonly baseUrl: string;
  readonly credential: Secret | null;
}

/** A POST as it goes on the wire. Header names are lowercase; the headers hold the credential, so never log them. */
export interface VendorRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ChatResult {
  /** A canonical chat.completion. */
  readonly completion: JsonObject;
  /** Disjoint classes; null when the vendor gave none or an impossible one. All zero is a value. */
  readonly usage: Usage | null;
  readonly finishReason: string | null;
}

export type StreamEvent =
  /** `text` is what this chunk generated (content, reasoning, tool arguments), to estimate output of a cut stream. */
  | { readonly type: 'chunk'; readonly chunk: JsonObject; readonly text: string }
  /** Follows the chunk that held it. A later one replaces it. */
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'done' }
  | { readonly type: 'error'; readonly error: VendorError };

/** One per stream. After `done` or `error` it gives nothing more. */
export interface StreamParser {
  push(chunk: Uint8Array): StreamEvent[];
  /** The vendor closed the stream: `done`, or an error of kind network when the answer is incomplete. */
  end(): StreamEvent[];
}

/** A pure mapping to and from one vendor's wire format. */
export interface ProviderAdapter {
  readonly kind: ProviderKind;
  readonly defaultBaseUrl: string | null;
  readonly needsCredential: boolean;
  /**
   * Throws VendorError: not retryable when the target's base URL or credential cannot be sent; of kind unsupported, with
   * the field, when the call asks for something that the vendor's API does not have.
   */
  buildRequest(call: ChatCall, target: Target): VendorRequest | Promise<VendorRequest>;
  /** For a whole answer, and for the answer of a streaming call whose status is not 2xx. Never throws. */
  parseResponse(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): ChatResult | VendorError;
  streamParser(): StreamParser;
  /** A call of its embeddings API, which is good for one answer; missing where the vendor makes none. */
  readonly embeddings?: () => EmbeddingsAdapter;
}

/** The same two steps for an OpenAI embeddings request, whose answer is the list of vectors. */
export type EmbeddingsAdapter = Pick<ProviderAdapter, 'buildRequest' | 'parseResponse'>;
