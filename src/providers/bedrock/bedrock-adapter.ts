import { EmbeddingsCall } from '../embeddings.js';
import type { ProviderAdapter } from '../spec/adapter.js';
import { bedrockEmbeddings } from './embeddings/bedrock-embeddings.js';
import { buildRequest } from './request.js';
import { parseResponse } from './response.js';
import { BedrockStreamParser } from './stream-parser.js';

/** Models on AWS Bedrock through its Converse API, embeddings through InvokeModel. The base URL names the region, so there is no default. */
export const bedrockAdapter = Object.freeze({
  kind: 'bedrock',
  defaultBaseUrl: null,
  needsCredential: true,
  buildRequest: (call, target) => buildRequest(call, target, new Date()),
  parseResponse,
  streamParser: () => new BedrockStreamParser(),
  embeddings: () => new EmbeddingsCall(bedrockEmbeddings),
} satisfies ProviderAdapter);
