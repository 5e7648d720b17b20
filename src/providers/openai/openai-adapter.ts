import type { ProviderAdapter } from '../spec/adapter.js';
import { buildRequest } from './request.js';
import { parseResponse } from './response.js';
import { OpenAiStreamParser } from './stream-parser.js';

/** OpenAI and every server that speaks its chat.completions: the canonical form is the wire form. */
export const openAiAdapter = Object.freeze({
  kind: 'openai',
  defaultBaseUrl: 'https://api.openai.com/v1',
  needsCredential: true,
  buildRequest,
  parseResponse,
  streamParser: () => new OpenAiStreamParser(),
} satisfies ProviderAdapter);
