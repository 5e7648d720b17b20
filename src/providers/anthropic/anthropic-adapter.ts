import type { ProviderAdapter } from '../spec/adapter.js';
import { buildRequest } from './request.js';
import { parseResponse } from './response.js';
import { AnthropicStreamParser } from './stream-parser.js';

/** Anthropic's Messages API. */
export const anthropicAdapter = Object.freeze({
  kind: 'anthropic',
  defaultBaseUrl: 'https://api.anthropic.com',
  needsCredential: true,
  buildRequest,
  parseResponse,
  streamParser: () => new AnthropicStreamParser(),
} satisfies ProviderAdapter);
