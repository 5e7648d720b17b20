import { anthropicAdapter } from './anthropic/anthropic-adapter.js';
import { bedrockAdapter } from './bedrock/bedrock-adapter.js';
import { googleAdapter, vertexAdapter } from './google/google-adapter.js';
import { compatibleAdapters, openAiAdapter } from './openai/openai-adapter.js';
import { simulatorAdapter } from './simulator/simulator-adapter.js';
import type { ProviderAdapter, ProviderKind } from './spec/adapter.js';

const ADAPTERS: Readonly<Record<ProviderKind, ProviderAdapter>> = Object.freeze({
  openai: openAiAdapter,
  anthropic: anthropicAdapter,
  google: googleAdapter,
  vertex: vertexAdapter,
  bedrock: bedrockAdapter,
  ...compatibleAdapters,
  simulator: simulatorAdapter,
});

export const PROVIDER_KINDS: readonly ProviderKind[] = Object.freeze(Object.keys(ADAPTERS) as ProviderKind[]);

/** The mapping to and from one vendor's wire format. */
export const adapterFor = (kind: ProviderKind): ProviderAdapter => ADAPTERS[kind];

export type { ChatResult, ProviderAdapter, ProviderKind, StreamEvent, Target } from './spec/adapter.js';
export type { JsonObject, JsonValue } from './spec/json.js';
export { isBeta, MAX_BETAS } from './claude/betas.js';
export { VendorError } from './errors/vendor-error.js';
export { RECORDED_FIELDS } from './fields.js';
export { generatedText } from './generated-text.js';
export type { Timeouts, Transport, VendorResponse } from './http/transport.js';
export { contains, parseNetwork } from './http/addresses.js';
export { HttpTransport } from './http/http-transport.js';
export { readAll } from './http/read-all.js';
export { UrlGuard } from './http/url-guard.js';
export { SimulatorTransport } from './simulator/simulator-transport.js';
export { countPromptTokens } from './simulator/tokens.js';
export { scriptFor } from './simulator/script.js';
