import type { Secret } from '../../core/secret.js';
import { unsupported } from '../errors/unsupported.js';
import { DECIDED_FIELDS, isGiven, neutralFieldsOf, OPT_INS, RECORDED_FIELDS, refuseOthers } from '../fields.js';
import { baseUrlOf, below, bodyText, headersOf, keyOf, unsendable } from '../http/vendor-request.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { GENERATION_FIELDS, generationConfigOf } from './call/generation-config.js';
import { generationOf } from './call/generation.js';
import { conversationOf } from './call/messages.js';
import { TOOL_FIELDS, toolFieldsOf } from './call/tools.js';
import { keyFileIn, ServiceAccountTokens } from './service-account.js';

/** Google has one tier, which serves every call. */
const TIERS: readonly unknown[] = ['auto', 'default'];
const DIRECT = ['messages', 'service_tier', ...DECIDED_FIELDS, ...RECORDED_FIELDS, ...OPT_INS];
const FIELDS = [...DIRECT, ...GENERATION_FIELDS, ...TOOL_FIELDS];

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
  return { url: url.href, headers: authorized(service, call, target), body: bodyText(bodyOf(call, target.model)) };
}

/** @throws VendorError when the credential cannot be sent */
export const authorized = (service: Service, call: ChatCall, { credential }: Target): VendorRequest['headers'] => ({
  ...headersOf(call),
  ...(credential !== null && service.authorization(credential)),
});

/** The address of a model, to which the name of a method is added. @throws VendorError when the base URL is no URL */
export function endpoint(service: Service, target: Target): URL {
  const model = target.model.split('/').map(encodeURIComponent).join('/');
  return below(baseUrlOf(target), model.includes('/') ? model : `${service.models}${model}`);
}

/** Google's keys hold no brace: what begins with one is a key file in the wrong place. */
function apiKey(credential: Secret): Readonly<Record<string, string>> {
  const key = keyOf(credential);
  if (key.startsWith('{')) throw unsendable();
  return { 'x-goog-api-key': key };
}

function bodyOf(call: ChatCall, model: string): JsonObject {
  const { body } = call;
  refuseOthers(body, [...FIELDS, ...neutralFieldsOf(body)]);
  if (isGiven(body['service_tier']) && !TIERS.includes(body['service_tier'])) throw unsupported('service_tier');
  return {
    ...conversationOf(body['messages'], generationOf(model)),
    ...toolFieldsOf(body),
    generationConfig: generationConfigOf(call, model),
  };
}
