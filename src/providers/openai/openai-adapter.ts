import { EmbeddingsCall } from '../embeddings.js';
import type { ChatCall, EmbeddingsAdapter, ProviderAdapter, ProviderKind, Target } from '../spec/adapter.js';
import { AZURE, MISTRAL, OPENAI, type Profile } from './profile.js';
import { buildChatRequest, buildEmbeddingsRequest } from './request.js';
import { parseEmbeddings, parseResponse } from './response.js';
import { OpenAiStreamParser } from './stream-parser.js';

/** What a vendor that speaks OpenAI's API is called, where it is, and in what it differs. */
interface Vendor<Kind extends ProviderKind> {
  readonly kind: Kind;
  readonly defaultBaseUrl: string | null;
  readonly needsCredential: boolean;
  readonly profile?: Profile;
}

/** The canonical form is the wire form. */
function speakingOpenAi<Kind extends ProviderKind>({ profile = OPENAI, ...vendor }: Vendor<Kind>) {
  const embeddings: EmbeddingsAdapter = {
    buildRequest: (call, target) => buildEmbeddingsRequest(profile, call, target),
    parseResponse: parseEmbeddings,
  };
  return Object.freeze({
    ...vendor,
    buildRequest: (call: ChatCall, target: Target) => buildChatRequest(profile, call, target),
    parseResponse,
    streamParser: () => new OpenAiStreamParser(),
    embeddings: () => new EmbeddingsCall(embeddings),
  } satisfies ProviderAdapter);
}

export const openAiAdapter = speakingOpenAi({
  kind: 'openai',
  defaultBaseUrl: 'https://api.openai.com/v1',
  needsCredential: true,
});

/** Every other vendor whose API is OpenAI's, by its kind. */
export const compatibleAdapters = Object.freeze({
  'azure-openai': speakingOpenAi({
    kind: 'azure-openai',
    defaultBaseUrl: null,
    needsCredential: true,
    profile: AZURE,
  }),
  mistral: speakingOpenAi({
    kind: 'mistral',
    defaultBaseUrl: 'https://api.mistral.ai/v1',
    needsCredential: true,
    profile: MISTRAL,
  }),
  groq: speakingOpenAi({ kind: 'groq', defaultBaseUrl: 'https://api.groq.com/openai/v1', needsCredential: true }),
  deepseek: speakingOpenAi({ kind: 'deepseek', defaultBaseUrl: 'https://api.deepseek.com/v1', needsCredential: true }),
  xai: speakingOpenAi({ kind: 'xai', defaultBaseUrl: 'https://api.x.ai/v1', needsCredential: true }),
  ollama: speakingOpenAi({ kind: 'ollama', defaultBaseUrl: null, needsCredential: false }),
  vllm: speakingOpenAi({ kind: 'vllm', defaultBaseUrl: null, needsCredential: false }),
  'openai-compatible': speakingOpenAi({ kind: 'openai-compatible', defaultBaseUrl: null, needsCredential: false }),
});
