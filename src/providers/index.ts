import { openAiAdapter } from './openai/openai-adapter.js';
import { simulatorAdapter } from './simulator/simulator-adapter.js';
import type { ProviderAdapter, ProviderKind } from './spec/adapter.js';

const ADAPTERS: Readonly<Record<ProviderKind, ProviderAdapter>> = Object.freeze({
  openai: openAiAdapter,
  simulator: simulatorAdapter,
});

export const PROVIDER_KINDS: readonly ProviderKind[] = Object.freeze(Object.keys(ADAPTERS) as ProviderKind[]);

/** The mapping to and from one vendor's wire format. */
export const adapterFor = (kind: ProviderKind): ProviderAdapter => ADAPTERS[kind];

export type {
  ChatCall,
  ChatResult,
  ProviderAdapter,
  ProviderKind,
  StreamEvent,
  StreamParser,
  Target,
  VendorRequest,
} from './spec/adapter.js';
export type { JsonObject, JsonValue } from './spec/json.js';
export { VendorError, type VendorErrorKind } from './errors/vendor-error.js';
export type { SendOptions, Timeouts, Transport, VendorBody, VendorResponse } from './http/transport.js';
export { HttpTransport, type HttpTransportOptions } from './http/http-transport.js';
export { readAll } from './http/read-all.js';
export { type SseEvent, SseParser } from './http/sse-parser.js';
export { type Resolver, UrlGuard } from './http/url-guard.js';
export { SimulatorTransport, type SimulatorOptions } from './simulator/simulator-transport.js';
export { countPromptTokens, countTokens } from './simulator/tokens.js';
export { type Script, scriptFor } from './simulator/script.js';
