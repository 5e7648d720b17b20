import { openAiAdapter } from '../openai/openai-adapter.js';
import type { ChatCall, ProviderAdapter, Target } from '../spec/adapter.js';

/** The wire format is OpenAI's; only SimulatorTransport can carry it, so the address and the credential mean nothing. */
export const simulatorAdapter: ProviderAdapter = Object.freeze({
  ...openAiAdapter,
  kind: 'simulator',
  defaultBaseUrl: 'simulator:',
  needsCredential: false,
  buildRequest: (call: ChatCall, target: Target) => openAiAdapter.buildRequest(call, inProcess(target)),
  embeddings() {
    const call = openAiAdapter.embeddings();
    return {
      buildRequest: (asked: ChatCall, target: Target) => call.buildRequest(asked, inProcess(target)),
      parseResponse: call.parseResponse.bind(call),
    };
  },
});

const inProcess = (target: Target): Target => ({ ...target, baseUrl: 'simulator://in-process', credential: null });
