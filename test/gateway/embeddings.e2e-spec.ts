import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { SimulatedAnswer } from '../../src/providers/simulator/answer.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { AWS_CREDENTIAL } from '../support/aws-signature.js';
import { settled } from '../support/streams.js';
import { answerTo, type RecordedRequest, startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { addTarget, costUsd, ledgerProblems, makeWorld, type World } from '../support/world.js';

const TITAN = 'amazon.titan-embed-text-v2:0';
const COHERE = 'cohere.embed-multilingual-v3';
const GEMINI = 'gemini-embedding-001';
const GECKO = 'text-embedding-005';
const PLAIN = 'text-embedding-3-small';
type Name = 'openai' | 'google' | 'vertex' | 'titan' | 'cohere';

let app: TestApp;
let vendor: VendorServer;
/** Takes the place of the vendor's usual answer. */
let intercept: ((request: RecordedRequest) => SimulatedAnswer | null) | null = null;
const worlds = new Map<Name, World>();
const world = (name: Name): World => worlds.get(name)!;
const clientOf = ({ key }: World): OpenAI => new OpenAI({ apiKey: key, baseURL: `${app.url}/v1`, maxRetries: 0 });

beforeAll(async () => {
  const models = [PLAIN, GEMINI, GECKO, TITAN, COHERE];
  vendor = await startVendorServer({ models, intercept: (request) => intercept?.(request) ?? null });
  app = await startTestApp({ listen: true });
  const aws = { kind: 'bedrock', baseUrl: `http://${vendor.allow}/?region=eu-central-1`, credential: AWS_CREDENTIAL };
  const vertex = `http://${vendor.allow}/v1/projects/p/locations/europe-west4`;
  worlds.set('openai', await makeWorld(app, { baseUrl: vendor.url, model: PLAIN }));
  const google = { kind: 'google', baseUrl: `http://${vendor.allow}/v1beta`, model: GEMINI };
  worlds.set('google', await makeWorld(app, google));
  worlds.set('vertex', await makeWorld(app, { kind: 'vertex', baseUrl: vertex, model: GECKO }));
  worlds.set('titan', await makeWorld(app, { ...aws, model: TITAN }));
  worlds.set('cohere', await makeWorld(app, { ...aws, model: COHERE }));
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

interface Embedded {
  readonly data: OpenAI.CreateEmbeddingResponse;
  readonly headers: Headers;
}

/** By the SDK: without an encoding it asks for base64, and decodes it. */
async function embed(
  by: World,
  input: OpenAI.EmbeddingCreateParams['input'],
  more: Partial<OpenAI.EmbeddingCreateParams> = {},
): Promise<Embedded> {
  const asked = { model: by.alias, input, ...more };
  const { data, response } = await clientOf(by).embeddings.create(asked).withResponse();
  return { data, headers: response.headers };
}

const failure = async (work: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
  work.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
  );
const vectors = ({ data }: Embedded): number[][] => data.data.map(({ embedding }) => [...embedding]);
const recorded = (headers: Headers): ReturnType<typeof settled> => settled(app, headers.get('x-call-id')!);
const lastPath = (): string => vendor.requests.at(-1)!.path;

describe.each([
  ['openai', '/v1/embeddings', 2],
  ['google', `/v1beta/models/${GEMINI}:batchEmbedContents`, 2],
  ['vertex', `/v1/projects/p/locations/europe-west4/publishers/google/models/${GECKO}:predict`, 2],
  ['titan', `/model/${encodeURIComponent(TITAN)}/invoke`, 1],
  ['cohere', `/model/${COHERE}/invoke`, 2],
] as const)("OpenAI's SDK makes embeddings by %s", (name, path, count) => {
  const input = ['one text', 'another that is longer'].slice(0, count);

  it('decoded from base64, which it asks for unless told otherwise, as they are in numbers', async () => {
    const given = await embed(world(name), input);
    expect(lastPath()).toBe(path);
    expect(vendor.requests.at(-1)!.body).not.toContain(world(name).alias);
    expect(given.data).toMatchObject({ object: 'list', model: world(name).alias });
    expect(given.data.data.map(({ index }) => index)).toEqual(input.map((_, index) => index));
    const plain = await embed(world(name), input, { encoding_format: 'float' });
    expect(vectors(given).map((each) => each.length)).toEqual(input.map(() => 256));
    expect(vectors(given)).toEqual(vectors(plain).map((each) => [...Float32Array.from(each)]));
  });

  it('charged by what the vendor counted, and nothing for an answer', async () => {
    const { data, headers } = await embed(world(name), input);
    const tokens = data.usage.prompt_tokens;
    expect(tokens).toBe(count === 1 ? 2 : 8);
    expect(data.usage.total_tokens).toBe(tokens);
    expect(Number(headers.get('x-tollkeeper-cost-usd'))).toBeCloseTo(costUsd(tokens, 0), 9);
    const call = await recorded(headers);
    expect(call).toMatchObject({ state: 'settled', outcome: 'success', usage_source: 'vendor' });
    expect([call.tokens_in, call.tokens_out]).toEqual([String(tokens), '0']);
    expect(Number(call.charged_cost) / 1e9).toBeCloseTo(costUsd(tokens, 0), 9);
  });

  it('wrong in number is no answer: an error, and nothing is charged', async () => {
    intercept = (request) => withVectors(answerTo(request), (list) => [...list, list[0]]);
    // Titan's answer has one place for one vector.
    if (name === 'titan') intercept = (request) => withVectors(answerTo(request), () => []);
    const error = await failure(embed(world(name), input)).finally(() => (intercept = null));
    expect(error).toMatchObject({ status: 502, code: 'provider_error' });
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM calls ORDER BY created_at DESC LIMIT 1');
    expect(await settled(app, rows[0]!.id)).toMatchObject({ state: 'voided', charged_cost: '0' });
  });
});

/** The same answer with other vectors, wherever the vendor puts them. */
function withVectors(given: SimulatedAnswer, change: (vectors: unknown[]) => unknown[]): SimulatedAnswer {
  const said = [...given.steps()].map(({ bytes }) => new TextDecoder().decode(bytes)).join('');
  const body = JSON.parse(said) as Record<string, unknown>;
  for (const place of ['data', 'predictions', 'embeddings', 'embedding']) {
    const at = body[place];
    if (Array.isArray(at)) body[place] = change(at);
    else if (at !== undefined) body[place] = { float: change((at as { float: unknown[] }).float) };
  }
  return { ...given, steps: () => [{ bytes: new TextEncoder().encode(JSON.stringify(body)), tokens: 0 }] };
}

describe.each(['google', 'vertex', 'titan', 'cohere'] as const)('by %s', (name) => {
  it('usage that the vendor does not tell is estimated, and called so', async () => {
    const { data, headers } = await embed(world(name), 'one text [simulate no_usage]');
    const call = await recorded(headers);
    expect(call).toMatchObject({ state: 'settled', usage_source: 'estimated', tokens_in: '7', tokens_out: '0' });
    expect(data.usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
    expect(Number(headers.get('x-tollkeeper-cost-usd'))).toBeCloseTo(costUsd(7, 0), 9);
  });

  it.each<[string, number, string]>([
    ['status=429 retry_after=7', 502, 'provider_error'],
    ['status=500', 502, 'provider_error'],
    ['status=401', 502, 'provider_error'],
    ['garbage', 502, 'provider_error'],
    ['empty', 502, 'provider_error'],
    ['status=400', 422, 'invalid_request'],
  ])('%s is an error of the SDK', async (words, status, code) => {
    const error = await failure(embed(world(name), `x [simulate ${words}]`));
    expect(error).toMatchObject({ status, code });
    if (words.includes('retry_after')) expect(error.headers!.get('retry-after')).toBe('7');
  });

  it.each<[OpenAI.EmbeddingCreateParams['input'], object, string]>([
    [[1, 2, 3], {}, 'input'],
    [[[1], [2]], {}, 'input'],
    ['x', { encoding_format: 'int8' }, 'encoding_format'],
    ['x', { truncate: 'END' }, 'truncate'],
  ])('%j with %j is refused by its name, before anything is sent', async (input, more, param) => {
    const sent = vendor.requests.length;
    expect(await failure(embed(world(name), input, more))).toMatchObject({ status: 422, param });
    expect(vendor.requests).toHaveLength(sent);
  });
});

describe('what one model cannot, another can', () => {
  it('Titan takes one text, so that many go to the next target', async () => {
    const aws = { kind: 'bedrock', baseUrl: `http://${vendor.allow}/?region=eu-central-1`, credential: AWS_CREDENTIAL };
    const two = await makeWorld(app, { ...aws, model: TITAN });
    expect(await failure(embed(two, ['a', 'b']))).toMatchObject({ status: 422, param: 'input' });
    await addTarget(app, two, COHERE);
    expect(vectors(await embed(two, ['a', 'b']))).toHaveLength(2);
    expect(lastPath()).toBe(`/model/${COHERE}/invoke`);
    await embed(two, 'a');
    expect(lastPath()).toBe(`/model/${encodeURIComponent(TITAN)}/invoke`);
  });

  it('a length that a model cannot give is refused by its name', async () => {
    expect(await failure(embed(world('cohere'), 'a', { dimensions: 8 }))).toMatchObject({ param: 'dimensions' });
    for (const name of ['google', 'vertex', 'titan'] as const)
      expect(vectors(await embed(world(name), 'a', { dimensions: 8 }))[0]).toHaveLength(8);
  });

  it('a chat model of a vendor without embeddings is told as such', async () => {
    const claude = await makeWorld(app, { kind: 'anthropic', baseUrl: vendor.url, model: 'claude-sonnet-4-5' });
    expect(await failure(embed(claude, 'a'))).toMatchObject({ status: 422, param: 'model' });
  });
});
