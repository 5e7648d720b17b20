import { isObject, stringOf } from '../../src/providers/json.js';
import {
  failure,
  type SimulatedAnswer,
  type SimulatedWire,
  plain,
  simulate,
} from '../../src/providers/simulator/answer.js';
import { simulateEmbeddings } from '../../src/providers/simulator/embeddings.js';
import type { JsonObject } from '../../src/providers/spec/json.js';
import { ANTHROPIC } from './anthropic-wire.js';
import { type SignedRequest, signatureFault } from './aws-signature.js';
import { BEDROCK, bedrockMethod, exceptionOf } from './bedrock-wire.js';
import { GOOGLE_EMBEDDINGS, invokedModel } from './embedding-wires.js';
import { GOOGLE, googleError, googleMethod } from './google-wire.js';

export interface RecordedRequest extends SignedRequest {
  /** The caller's x-request-id, or ''. */
  readonly requestId: string;
  readonly json: JsonObject | null;
  /** Resolves when the exchange is over and its bill is final: who ended it. */
  readonly ended: Promise<'server' | 'client'>;
  clientClosed: boolean;
}

/** What of a vendor's protocol the stand-in must know beside the wire. */
export interface VendorApi {
  readonly model: (request: RecordedRequest) => string | null;
  readonly isStreaming: (request: RecordedRequest) => boolean;
  /** Null when the request carries the credential: `key`, or a signature. */
  readonly keyRefusal: (request: RecordedRequest, key: string) => Promise<SimulatedAnswer | null>;
  readonly modelRefusal: (model: string) => SimulatedAnswer;
  readonly answer: (request: RecordedRequest) => SimulatedAnswer;
}

const json = (status: number, body: JsonObject): SimulatedAnswer =>
  plain(status, { 'content-type': 'application/json' }, JSON.stringify(body));

const WRONG_KEY = 'Incorrect API key provided: test-***. Find it at https://example.com/keys.';
const noSuchModel = (model: string): string => `The model \`${model}\` does not exist or you do not have access to it.`;
const modelInBody = ({ json: body }: RecordedRequest): string | null => stringOf(body?.['model']);
const streamsByBody = ({ json: body }: RecordedRequest): boolean => body?.['stream'] === true;
const bearerOf = ({ headers }: RecordedRequest): string | undefined =>
  headers['authorization']?.replace(/^Bearer /, '');

/** The two whose bodies name the model: a key in a header, and errors in the shape of their wire. */
function namedInBody(keyOf: (request: RecordedRequest) => string | undefined, wire?: SimulatedWire): VendorApi {
  const shape = wire === undefined ? {} : { wire };
  return {
    model: modelInBody,
    isStreaming: streamsByBody,
    keyRefusal: async (request, key) =>
      keyOf(request) === key ? null : failure(401, WRONG_KEY, { code: 'invalid_api_key', ...shape }),
    modelRefusal: (model) => failure(404, noSuchModel(model), { code: 'model_not_found', ...shape }),
    answer: ({ path, body, requestId }) =>
      path.endsWith('/embeddings') ? simulateEmbeddings(body) : simulate(body, requestId, wire),
  };
}

const OPENAI_API = namedInBody(bearerOf);
const ANTHROPIC_API = namedInBody(({ headers }) => headers['x-api-key'], ANTHROPIC);

/** The body as the simulator reads it, with what the path says; as it came when it is no object. */
const withPath = (request: RecordedRequest, called: { model: string; stream: boolean } | null): string =>
  isObject(request.json)
    ? JSON.stringify({ ...request.json, ...(called && { model: called.model, stream: called.stream }) })
    : request.body;

const GOOGLE_API: VendorApi = {
  model: ({ path }) => googleMethod(path)?.model ?? null,
  isStreaming: ({ path }) => googleMethod(path)?.stream === true,
  // A wrong key is a bad request there.
  keyRefusal: async ({ headers }, key) =>
    headers['x-goog-api-key'] === key
      ? null
      : json(400, googleError(400, 'API key not valid. Please pass a valid API key.', [KEY_INVALID])),
  modelRefusal: (model) => json(404, googleError(404, noSuchModel(model))),
  answer: (request) => {
    const { requestId, json: body, path } = request;
    const { model = '', name = '' } = googleMethod(path) ?? {};
    const embed = GOOGLE_EMBEDDINGS[name];
    return embed
      ? embed(GOOGLE, { model, body, requestId })
      : simulate(withPath(request, googleMethod(path)), requestId, GOOGLE);
  },
};
const KEY_INVALID = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' };

const awsError = (status: number, type: string, message: string): SimulatedAnswer => {
  const answer = json(status, { message });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': `${type}:http://internal.amazon.com/` } };
};

const BEDROCK_API: VendorApi = {
  model: ({ path }) => bedrockMethod(path)?.model ?? null,
  isStreaming: ({ path }) => bedrockMethod(path)?.stream === true,
  // A Bedrock API key is a bearer token; an access key signs.
  keyRefusal: async (request, key) => {
    if (bearerOf(request) === key) return null;
    const fault = await signatureFault(request);
    return fault === null ? null : awsError(403, `${fault}Exception`, 'The request signature we calculated differs.');
  },
  modelRefusal: (model) => awsError(404, exceptionOf(404), noSuchModel(model)),
  answer: (request) => {
    const { requestId, json: body, path } = request;
    const { model = '', name } = bedrockMethod(path) ?? {};
    const answer =
      name === 'invoke'
        ? invokedModel(BEDROCK, { model, body, requestId })
        : simulate(withPath(request, bedrockMethod(path)), requestId, BEDROCK);
    if (answer.status >= 400)
      return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': exceptionOf(answer.status) } };
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
    return isStream ? { ...answer, headers: { 'content-type': 'application/vnd.amazon.eventstream' } } : answer;
  },
};

const OPENAI_PATHS = ['POST /v1/chat/completions', 'POST /v1/embeddings', 'GET /v1/models'];

/** Whose API a request speaks, by its path; null for a path that none of them has. */
export function apiOf({ method, path }: RecordedRequest): VendorApi | null {
  if (OPENAI_PATHS.includes(`${method} ${path}`)) return OPENAI_API;
  if (method !== 'POST') return null;
  if (path === '/v1/messages') return ANTHROPIC_API;
  if (googleMethod(path)) return GOOGLE_API;
  return bedrockMethod(path) && BEDROCK_API;
}
