import { EmbeddingsCall } from '../embeddings.js';
import type { ChatCall, ProviderAdapter, Target } from '../spec/adapter.js';
import { geminiEmbeddings, vertexEmbeddings } from './embeddings.js';
import { buildRequest, GEMINI_API, VERTEX_AI } from './request.js';
import { parseResponse } from './response.js';
import { GoogleStreamParser } from './stream-parser.js';

/** Gemini by Google's Gemini API, with an API key. */
export const googleAdapter = Object.freeze({
  kind: 'google',
  defaultBaseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  needsCredential: true,
  buildRequest: (call: ChatCall, target: Target) => buildRequest(GEMINI_API, call, target),
  parseResponse,
  streamParser: () => new GoogleStreamParser(),
  embeddings: () => new EmbeddingsCall(geminiEmbeddings),
} satisfies ProviderAdapter);

/**
 * Gemini by Vertex AI. The base URL names region and project, as in
 * https://europe-west4-aiplatform.googleapis.com/v1/projects/P/locations/europe-west4; the credential is an API key or a
 * service account's key file, as it is or in base64.
 */
export const vertexAdapter = Object.freeze({
  kind: 'vertex',
  defaultBaseUrl: null,
  needsCredential: true,
  buildRequest: (call: ChatCall, target: Target) => buildRequest(VERTEX_AI, call, target),
  parseResponse,
  streamParser: () => new GoogleStreamParser(),
  embeddings: () => new EmbeddingsCall(vertexEmbeddings),
} satisfies ProviderAdapter);
