import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AWS_CREDENTIAL } from '../../test/support/aws-signature.js';
import { startVendorServer, type VendorServer } from '../../test/support/vendor-server.js';
import { Secret } from '../core/secret.js';
import {
  adapterFor,
  type ChatResult,
  HttpTransport,
  type JsonObject,
  type ProviderKind,
  readAll,
  SimulatorTransport,
  type Target,
  type Timeouts,
  type Transport,
  UrlGuard,
  VendorError,
} from './index.js';
import { objectsOf } from './json.js';

const TIMEOUTS: Timeouts = { connectMs: 20_000, firstByteMs: 20_000, idleMs: 20_000 };
const TITAN = 'amazon.titan-embed-text-v2:0';
const COHERE = 'eu.cohere.embed-v4:0';
const GEMINI = 'gemini-embedding-001';
const GECKO = 'text-embedding-005';
const SECOND = 'gemini-embedding-2';

/** What a kind is tested with: a transport to something that speaks its protocol, and an address. */
interface Subject {
  readonly transport: Transport;
  readonly target: Target;
}

interface Traits {
  readonly kind: ProviderKind;
  readonly model: string;
  /** Texts that it takes at once. */
  readonly texts: 1 | 2;
  /** Whether its stand-in can be told to fail. */
  readonly fails: boolean;
}

let server: VendorServer;
let http: HttpTransport;
beforeAll(async () => {
  server = await startVendorServer({ models: ['gpt-test', TITAN, COHERE, GEMINI, GECKO, SECOND] });
  http = new HttpTransport({ guard: new UrlGuard([server.allow]) });
});
afterAll(async () => {
  await http.close();
  await server.close();
});

function subjectOf({ kind, model }: Traits): Subject {
  const at = (baseUrl: string, key = 'test-key'): Subject => ({
    transport: http,
    target: { model, baseUrl, credential: new Secret(key) },
  });
  if (kind === 'simulator')
    return { transport: new SimulatorTransport(), target: { model, baseUrl: 'simulator:', credential: null } };
  if (kind === 'google') return at(`http://${server.allow}/v1beta`);
  if (kind === 'vertex') return at(`http://${server.allow}/v1/projects/p/locations/europe-west4`);
  if (kind === 'bedrock') return at(`http://${server.allow}/?region=eu-central-1`, AWS_CREDENTIAL);
  return at(server.url);
}

async function embed(
  kind: ProviderKind,
  { transport, target }: Subject,
  body: JsonObject,
  timeouts = TIMEOUTS,
): Promise<ChatResult | VendorError> {
  const call = adapterFor(kind).embeddings!();
  const request = await call.buildRequest({ body, stream: false, maxOutputTokens: 0, requestId: 'req_1' }, target);
  const answer = await transport.send(request, { signal: new AbortController().signal, timeouts });
  return call.parseResponse(answer.status, answer.headers, await readAll(answer.body, 1_000_000));
}

const vectorsOf = (answer: ChatResult | VendorError): unknown[] =>
  objectsOf((answer as ChatResult).completion['data']).map(({ embedding }) => embedding);
const floats = (text: unknown): number[] => {
  const { buffer, byteOffset, length } = Uint8Array.from(Buffer.from(String(text), 'base64'));
  return [...new Float32Array(buffer, byteOffset, length / 4)];
};

describe.each<Traits>([
  { kind: 'openai', model: 'gpt-test', texts: 2, fails: false },
  { kind: 'simulator', model: 'sim', texts: 2, fails: false },
  { kind: 'google', model: GEMINI, texts: 2, fails: true },
  { kind: 'vertex', model: GECKO, texts: 2, fails: true },
  { kind: 'vertex', model: SECOND, texts: 1, fails: true },
  { kind: 'bedrock', model: TITAN, texts: 1, fails: true },
  { kind: 'bedrock', model: COHERE, texts: 2, fails: true },
])('embeddings of $kind: $model', (traits) => {
  const { kind, texts, fails } = traits;
  const input = ['Grüße aus 東京', 'another'].slice(0, texts);
  const ask = (body: JsonObject, timeouts?: Timeouts): Promise<ChatResult | VendorError> =>
    embed(kind, subjectOf(traits), body, timeouts);

  it('a vector for each text, of the length that was asked for, and what it counted', async () => {
    const answer = (await ask({ input, dimensions: 16 })) as ChatResult;
    expect(vectorsOf(answer).map((each) => (each as number[]).length)).toEqual(input.map(() => 16));
    expect(answer.usage).toEqual({ input: texts === 1 ? 3 : 5, output: 0 });
    expect(answer.completion).toMatchObject({ object: 'list', usage: { prompt_tokens: answer.usage?.input } });
    expect(vectorsOf(await ask({ input: input[0]!, dimensions: 16 }))).toEqual(vectorsOf(answer).slice(0, 1));
  });

  it('the same in base64', async () => {
    const written = vectorsOf(await ask({ input, dimensions: 16, encoding_format: 'base64' }));
    const plain = vectorsOf(await ask({ input, dimensions: 16, encoding_format: 'float' })) as number[][];
    expect(written.map(floats)).toEqual(plain.map((each) => [...Float32Array.from(each)]));
  });

  if (fails) {
    it.each([
      ['no_usage', null],
      ['wrong_usage', null],
      ['zero_usage', { input: 0, output: 0 }],
    ])('%s', async (word, usage) => {
      expect(await ask({ input: `x [simulate ${word}]` })).toMatchObject({ usage });
    });

    it.each([
      ['status=429 retry_after=7', { kind: 'rate_limited', retryable: true, status: 429, retryAfterSeconds: 7 }],
      ['status=500', { kind: 'unavailable', retryable: true, status: 500 }],
      ['status=503 html', { kind: 'unavailable', message: 'The provider answered with status 503.' }],
      ['status=400', { kind: 'refused', retryable: false, message: 'Simulated failure.' }],
      ['status=401', { kind: 'authentication', retryable: false }],
      ['garbage', { kind: 'malformed', retryable: true, status: 200 }],
      ['html', { kind: 'malformed', retryable: true }],
      ['empty', { kind: 'malformed', retryable: true }],
      ['error', { kind: 'unavailable', retryable: true }],
    ])('fault %s', async (words, error) => {
      const answer = await ask({ input: `x [simulate ${words}]` });
      expect(answer).toBeInstanceOf(VendorError);
      expect(answer).toMatchObject(error);
    });

    it('one that does not begin in time, and one that is cut', async () => {
      const timeouts = { ...TIMEOUTS, firstByteMs: 50 };
      await expect(ask({ input: 'x [simulate stall]' }, timeouts)).rejects.toMatchObject({ kind: 'timeout' });
      await expect(ask({ input: 'x [simulate cut_after=1]' })).rejects.toMatchObject({ kind: 'network' });
    });
  }
});
