import { textsToEmbed } from '../../embeddings.js';
import { malformed } from '../../errors/malformed.js';
import { unsupported } from '../../errors/unsupported.js';
import { VendorError } from '../../errors/vendor-error.js';
import { bodyText, headersOf } from '../../http/vendor-request.js';
import type { ChatCall, ChatResult, EmbeddingsAdapter, Target, VendorRequest } from '../../spec/adapter.js';
import { errorInside } from '../error-body.js';
import { endpoint } from '../request.js';
import { answerIn } from '../response.js';
import { authorize } from '../signing.js';
import { COHERE } from './cohere.js';
import type { Family } from './family.js';
import { TITAN } from './titan.js';

type Headers = Readonly<Record<string, string>>;

const FAMILIES: readonly Family[] = [TITAN, COHERE];

/** Embeddings by InvokeModel: POST {baseUrl}/model/{model}/invoke, signed as every other request to Bedrock. */
export const bedrockEmbeddings: EmbeddingsAdapter = Object.freeze({
  buildRequest: (call: ChatCall, target: Target) => buildRequest(call, target, new Date()),
  parseResponse,
});

async function buildRequest(call: ChatCall, target: Target, now: Date): Promise<VendorRequest> {
  const family = FAMILIES.find((each) => each.has(target.model));
  if (family === undefined) throw unsupported('model', 'is not known to make embeddings');
  const body = bodyText(family.bodyOf(textsToEmbed(call.body), target.model));
  const { url, region } = endpoint(target, 'invoke');
  const unsigned = { url, headers: headersOf(call), body, region };
  return { url: url.href, headers: await authorize(unsigned, target.credential, now), body };
}

function parseResponse(status: number, headers: Headers, body: Uint8Array): ChatResult | VendorError {
  const answer = answerIn(status, headers, body);
  if (answer instanceof VendorError) return answer;
  for (const family of FAMILIES) {
    const read = family.read(answer, headers);
    if (read !== null) return read;
  }
  return errorInside(answer, headers) ?? malformed('The provider answered without an embedding.', status);
}
