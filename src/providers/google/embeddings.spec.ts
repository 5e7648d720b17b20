import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../core/secret.js';
import type { ChatResult, ProviderAdapter, VendorRequest } from '../spec/adapter.js';
import { VendorError } from '../errors/vendor-error.js';
import type { JsonObject } from '../spec/json.js';
import { googleAdapter, vertexAdapter } from './google-adapter.js';

const VERTEX = 'https://europe-west4-aiplatform.googleapis.com/v1/projects/P/locations/europe-west4';
const GEMINI = 'https://generativelanguage.googleapis.com/v1beta';

interface Case {
  readonly adapter: ProviderAdapter;
  readonly model: string;
}
const gemini = (model = 'gemini-embedding-001'): Case => ({ adapter: googleAdapter, model });
const vertex = (model: string): Case => ({ adapter: vertexAdapter, model });

async function built({ adapter, model }: Case, body: JsonObject): Promise<VendorRequest & { json: JsonObject }> {
  const baseUrl = adapter === vertexAdapter ? VERTEX : GEMINI;
  const target = { model, baseUrl, credential: new Secret('key-of-google') };
  const call = { body, stream: false, maxOutputTokens: 0, requestId: 'req_1' };
  const request = await adapter.embeddings!().buildRequest(call, target);
  return { ...request, json: JSON.parse(request.body) as JsonObject };
}

async function parsed(
  { adapter, model }: Case,
  answer: unknown,
  { input = 'a', status = 200 }: { input?: string | string[]; status?: number } = {},
): Promise<ChatResult | VendorError> {
  const call = adapter.embeddings!();
  const target = { model, baseUrl: GEMINI, credential: null };
  await call.buildRequest({ body: { input }, stream: false, maxOutputTokens: 0, requestId: 'r' }, target);
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return call.parseResponse(status, {}, new TextEncoder().encode(text));
}

describe('what is asked of the Gemini API', () => {
  it('is a batch, whatever the number of texts', async () => {
    const request = await built(gemini(), { input: ['one', 'two'], dimensions: 256, encoding_format: 'base64' });
    expect(request.url).toBe(`${GEMINI}/models/gemini-embedding-001:batchEmbedContents`);
    expect(request.headers).toMatchObject({ 'x-goog-api-key': 'key-of-google', accept: 'application/json' });
    const model = 'models/gemini-embedding-001';
    expect(request.json).toEqual({
      requests: [
        { model, content: { parts: [{ text: 'one' }] }, outputDimensionality: 256 },
        { model, content: { parts: [{ text: 'two' }] }, outputDimensionality: 256 },
      ],
    });
    expect((await built(gemini(), { input: 'one', user: 'ann' })).json).toEqual({
      requests: [{ model, content: { parts: [{ text: 'one' }] } }],
    });
  });

  it('tells what the texts are for', async () => {
    const taskOf = async (type: string): Promise<unknown> => {
      const { json } = await built(gemini(), { input: 'one', input_type: type });
      return (json['requests'] as JsonObject[])[0]!['taskType'];
    };
    expect(await Promise.all(['search_document', 'search_query', 'classification', 'clustering'].map(taskOf))).toEqual(
      ['RETRIEVAL_DOCUMENT', 'RETRIEVAL_QUERY', 'CLASSIFICATION', 'CLUSTERING'], // prettier-ignore
    );
  });

  it('refuses what is no text by its name', async () => {
    await expect(built(gemini(), { input: [1, 2] })).rejects.toMatchObject({ kind: 'unsupported', field: 'input' });
    await expect(built(gemini(), { input: 'a', normalize: true })).rejects.toMatchObject({ field: 'normalize' });
  });
});

describe('what is asked of Vertex AI', () => {
  it('is a prediction for each text, uncut', async () => {
    const request = await built(vertex('text-embedding-005'), {
      ...{ input: ['one', 'two'], dimensions: 64, input_type: 'search_query' },
    });
    expect(request.url).toBe(`${VERTEX}/publishers/google/models/text-embedding-005:predict`);
    expect(request.json).toEqual({
      instances: [
        { content: 'one', task_type: 'RETRIEVAL_QUERY' },
        { content: 'two', task_type: 'RETRIEVAL_QUERY' },
      ],
      parameters: { autoTruncate: false, outputDimensionality: 64 },
    });
    expect((await built(vertex('gemini-embedding-001'), { input: ['one'] })).json).toEqual({
      instances: [{ content: 'one' }],
      parameters: { autoTruncate: false },
    });
  });

  it('is embedContent for models that have no prediction', async () => {
    const request = await built(vertex('gemini-embedding-2'), {
      ...{ input: 'one', dimensions: 64, input_type: 'clustering' },
    });
    expect(request.url).toBe(`${VERTEX}/publishers/google/models/gemini-embedding-2:embedContent`);
    expect(request.json).toEqual({
      content: { parts: [{ text: 'one' }] },
      ...{ autoTruncate: false, taskType: 'CLUSTERING', outputDimensionality: 64 },
    });
  });

  it.each(['gemini-embedding-001', 'gemini-embedding-2-preview'])('refuses many texts for %s', async (model) => {
    await expect(built(vertex(model), { input: ['one', 'two'] })).rejects.toMatchObject({
      ...{ kind: 'unsupported', field: 'input', message: expect.stringContaining('one text a call') },
    });
  });
});

describe('what is answered', () => {
  const values = [0.01, -0.02];
  it('a batch, with usage where the API counts', async () => {
    const two = { input: ['a', 'b'] };
    const embeddings = [{ values }, { values: [3, 4] }];
    const usageMetadata = { promptTokenCount: 7, promptTokenDetails: [{ modality: 'TEXT', tokenCount: 7 }] };
    expect(await parsed(gemini(), { embeddings, usageMetadata }, two)).toMatchObject({
      usage: { input: 7, output: 0 },
      completion: {
        data: [
          { index: 0, embedding: values },
          { index: 1, embedding: [3, 4] },
        ],
        usage: { prompt_tokens: 7, total_tokens: 7 },
      },
    });
    const uncounted = (await parsed(gemini(), { embeddings }, two)) as ChatResult;
    expect(uncounted.usage).toBeNull();
    expect(uncounted.completion['usage']).toBeUndefined();
  });

  it('predictions, whose counts are added', async () => {
    const model = vertex('text-embedding-005');
    const one = (tokens: unknown): object => ({
      embeddings: { values, statistics: { truncated: false, token_count: tokens } },
    });
    const two = { input: ['a', 'b'] };
    expect(await parsed(model, { predictions: [one(4), one(6)] }, two)).toMatchObject({
      ...{ usage: { input: 10, output: 0 }, completion: { data: [{ embedding: values }, { embedding: values }] } },
    });
    for (const bad of [undefined, null, -1, '6', 1.5, 1e12])
      expect(await parsed(model, { predictions: [one(4), one(bad)] }, two)).toMatchObject({ usage: null });
  });

  it('a single embedding', async () => {
    const answer = { embedding: { values }, usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } };
    expect(await parsed(vertex('gemini-embedding-2'), answer)).toMatchObject({
      ...{ usage: { input: 3, output: 0 }, completion: { data: [{ embedding: values }] } },
    });
  });

  it.each<[unknown, object]>([
    [{ embeddings: [{ values }, { values }] }, { kind: 'malformed', retryable: true }],
    [{ embeddings: [{ values: [] }] }, { kind: 'malformed' }],
    [{ embeddings: [{}] }, { kind: 'malformed' }],
    [{ predictions: [{ embeddings: {} }] }, { kind: 'malformed' }],
    [{}, { kind: 'malformed' }],
    ['[]', { kind: 'malformed' }],
    ['', { kind: 'malformed' }],
    ['<html>', { kind: 'malformed' }],
    [{ error: { code: 503, message: 'Busy.', status: 'UNAVAILABLE' } }, { kind: 'unavailable', retryable: true }],
  ])('%j is no answer', async (answer, error) => {
    expect(await parsed(gemini(), answer)).toBeInstanceOf(VendorError);
    expect(await parsed(gemini(), answer)).toMatchObject(error);
  });

  it.each<[number, object, object]>([
    [
      429,
      { status: 'RESOURCE_EXHAUSTED', message: 'Quota.', details: [{ '@type': 'x/google.rpc.RetryInfo', retryDelay: '9s' }] }, // prettier-ignore
      { kind: 'rate_limited', retryAfterSeconds: 9 },
    ],
    [400, { message: 'API key not valid.', details: [{ reason: 'API_KEY_INVALID' }] }, { kind: 'authentication' }],
    [400, { message: 'The input is too long.', status: 'INVALID_ARGUMENT' }, { kind: 'refused', retryable: false }],
    [500, { message: 'Internal.' }, { kind: 'unavailable', retryable: true }],
  ])('%d is an error: %j', async (status, error, expected) => {
    const answer = await parsed(gemini(), { error: { code: status, ...error } }, { status });
    expect(answer).toMatchObject({ ...expected, status });
  });
});
