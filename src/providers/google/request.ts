import type { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { unsupported } from '../errors/unsupported.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { conversationOf } from './call/contents.js';
import { isSet, refuseOthers } from './call/fields.js';
import { GENERATION_FIELDS, generationConfigOf } from './call/generation-config.js';
import { generationOf } from './call/generation.js';
import { TOOL_FIELDS, toolFieldsOf } from './call/tools.js';
import { keyFileIn, ServiceAccountTokens } from './service-account.js';

const MAX_REQUEST_ID_CHARS = 128;

/** Decided by the gateway; maxOutputTokens is the bound. */
const DECIDED = ['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens'];
/** Values that ask for what Google does anyway. */
const USUAL: Readonly<Record<string, readonly unknown[]>> = { store: [false], service_tier: ['auto', 'default'] };
const FIELDS = ['messages', ...DECIDED, ...GENERATION_FIELDS, ...TOOL_FIELDS, ...Object.keys(USUAL)];

/** Where models are found below the base URL, and how a credential is shown. */
export interface Service {
  readonly models: string;
  readonly authorization: (credential: Secret) => Readonly<Record<string, string>>;
}

export const GEMINI_API: Service = Object.freeze({ models: 'models/', authorization: apiKey });

const tokens = new ServiceAccountTokens();

export const VERTEX_AI: Service = Object.freeze({
  models: 'publishers/google/models/',
  authorization: (credential: Secret) => {
    const keyFile = keyFileIn(credential.reveal());
    return keyFile === null ? apiKey(credential) : { authorization: `Bearer ${tokens.tokenFor(keyFile)}` };
  },
});

/**
 * The call as POST {baseUrl}/models/{model}:generateContent, or :streamGenerateContent. A model's name with a slash
 * (tunedModels/x, endpoints/5) is a path of its own below the base URL.
 * @throws VendorError when base URL or credential cannot be sent, or Gemini lacks what a field asks for
 */
export function buildRequest(service: Service, call: ChatCall, target: Target): VendorRequest {
  const url = endpoint(service, target);
  url.pathname += call.stream ? ':streamGenerateContent' : ':generateContent';
  if (call.stream) url.searchParams.set('alt', 'sse');
  const headers = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    // The transport does not decompress; without this header a vendor may choose any encoding.
    'accept-encoding': 'identity',
    'x-request-id': call.requestId.replace(/[^\x21-\x7e]/g, '').slice(0, MAX_REQUEST_ID_CHARS),
    ...(target.credential !== null && service.authorization(target.credential)),
  };
  return { url: url.href, headers, body: JSON.stringify(bodyOf(call, target.model)) };
}

function endpoint(service: Service, target: Target): URL {
  if (!URL.canParse(target.baseUrl))
    throw new VendorError('unavailable', "The provider's base URL is not a URL.", { retryable: false });
  const url = new URL(target.baseUrl);
  const model = target.model.split('/').map(encodeURIComponent).join('/');
  const path = model.includes('/') ? model : `${service.models}${model}`;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}

/** Google's keys hold no brace: what begins with one is a key file in the wrong place. */
function apiKey(credential: Secret): Readonly<Record<string, string>> {
  const key = credential.reveal();
  if (/^(?!\{)[\x21-\x7e]+$/.test(key)) return { 'x-goog-api-key': key };
  throw new VendorError('authentication', "The provider's credential holds characters that no key has.");
}

function bodyOf(call: ChatCall, model: string): JsonObject {
  const { body } = call;
  refuseOthers(body, FIELDS);
  const unusual = Object.keys(USUAL).find((name) => isSet(body[name]) && !USUAL[name]?.includes(body[name]));
  if (unusual !== undefined) throw unsupported(unusual);
  return {
    ...conversationOf(body['messages'], generationOf(model)),
    ...toolFieldsOf(body),
    generationConfig: generationConfigOf(call, model),
  };
}
