import { describe, expect, it } from '@jest/globals';
import { AWS_CREDENTIAL, signatureFault } from '../../../../test/support/aws-signature.js';
import { Secret } from '../../../core/secret.js';
import { VendorError } from '../../errors/vendor-error.js';
import type { ChatResult, VendorRequest } from '../../spec/adapter.js';
import type { JsonObject } from '../../spec/json.js';
import { bedrockAdapter } from '../bedrock-adapter.js';

const TITAN = 'amazon.titan-embed-text-v2:0';
const COHERE = 'cohere.embed-multilingual-v3';
const COHERE_4 = 'eu.cohere.embed-v4:0';
const BASE = 'https://bedrock-runtime.eu-central-1.amazonaws.com';

async function built(model: string, body: JsonObject, credential = 'bedrock-api-key'): Promise<VendorRequest> {
  const target = { model, baseUrl: BASE, credential: new Secret(credential) };
  return bedrockAdapter.embeddings().buildRequest({ body, stream: false, maxOutputTokens: 0, requestId: 'r' }, target);
}
const bodyOf = async (model: string, body: JsonObject): Promise<unknown> => JSON.parse((await built(model, body)).body);

interface Answered {
  readonly input?: string | string[];
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

async function parsed(model: string, answer: unknown, answered: Answered = {}): Promise<ChatResult | VendorError> {
  const { input = 'a', status = 200, headers = {} } = answered;
  const call = bedrockAdapter.embeddings();
  const target = { model, baseUrl: BASE, credential: null };
  await call.buildRequest({ body: { input }, stream: false, maxOutputTokens: 0, requestId: 'r' }, target);
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return call.parseResponse(status, headers, new TextEncoder().encode(text));
}

describe('what is asked', () => {
  it('goes to the model, with a key or a signature that AWS would find to be right', async () => {
    const byKey = await built(TITAN, { input: 'one' });
    expect(byKey.url).toBe(`${BASE}/model/amazon.titan-embed-text-v2%3A0/invoke`);
    expect(byKey.headers).toMatchObject({ authorization: 'Bearer bedrock-api-key', accept: 'application/json' });
    const { url, headers, body } = await built(TITAN, { input: 'one' }, AWS_CREDENTIAL);
    const { host, pathname } = new URL(url);
    const sent = { method: 'POST', path: pathname, headers: { ...headers, host }, body };
    // What arrives by https here is looked at as if it came by http, which is not signed.
    expect(await signatureFault(sent)).toBeNull();
    expect(await signatureFault({ ...sent, body: `${body} ` })).not.toBeNull();
  });

  it('of Titan is one text', async () => {
    expect(await bodyOf(TITAN, { input: 'one' })).toEqual({ inputText: 'one' });
    expect(await bodyOf(TITAN, { input: ['one'], dimensions: 256, encoding_format: 'base64', user: 'ann' })).toEqual({
      ...{ inputText: 'one', dimensions: 256 },
    });
    expect(await bodyOf('amazon.titan-embed-text-v1', { input: 'one' })).toEqual({ inputText: 'one' });
  });

  it('of Cohere is many texts, and what they are for', async () => {
    const embedding_types = ['float'];
    expect(await bodyOf(COHERE, { input: ['one', 'two'] })).toEqual({
      ...{ texts: ['one', 'two'], input_type: 'search_document', embedding_types },
    });
    expect(await bodyOf(COHERE_4, { input: 'one', dimensions: 512, input_type: 'search_query' })).toEqual({
      ...{ texts: ['one'], input_type: 'search_query', embedding_types, output_dimension: 512 },
    });
  });

  it.each<[string, JsonObject, string, string]>([
    [TITAN, { input: ['one', 'two'] }, 'input', 'can only be one text a call'],
    [TITAN, { input: [1, 2] }, 'input', 'takes no token ids'],
    [TITAN, { input: 'one', input_type: 'search_query' }, 'input_type', 'not supported'],
    ['amazon.titan-embed-text-v1', { input: 'one', dimensions: 256 }, 'dimensions', 'not supported'],
    [COHERE, { input: 'one', dimensions: 256 }, 'dimensions', 'not supported'],
    [COHERE, { input: [['one']] }, 'input', 'takes no token ids'],
    [COHERE, { input: 'one', truncate: 'END' }, 'truncate', 'not supported'],
    ['amazon.nova-pro-v1:0', { input: 'one' }, 'model', 'is not known to make embeddings'],
    ['arn:aws:bedrock:eu-central-1:1:application-inference-profile/x', { input: 'one' }, 'model', 'not known'],
  ])('%s refuses %j by its name', async (model, body, field, why) => {
    const message = expect.stringContaining(why);
    await expect(built(model, body)).rejects.toMatchObject({ kind: 'unsupported', field, message });
  });
});

describe('what is answered', () => {
  const HEADER = 'x-amzn-bedrock-input-token-count';
  const embedding = [0.25, -0.5];

  it('by Titan, which counts in the body', async () => {
    const answer = { embedding, embeddingsByType: { float: embedding }, inputTextTokenCount: 4 };
    expect(await parsed(TITAN, answer, { headers: { [HEADER]: '9' } })).toMatchObject({
      usage: { input: 4, output: 0 },
      completion: { object: 'list', data: [{ index: 0, embedding }], usage: { prompt_tokens: 4, total_tokens: 4 } },
    });
  });

  it('by Cohere, whose count is a header, as a list or by type', async () => {
    const two = { input: ['a', 'b'] };
    const said = { id: '1', texts: ['a', 'b'] };
    const headers = { [HEADER]: '12' };
    for (const embeddings of [[embedding, embedding], { float: [embedding, embedding] }])
      expect(await parsed(COHERE, { ...said, embeddings }, { ...two, headers })).toMatchObject({
        usage: { input: 12, output: 0 },
        completion: { data: [{ embedding }, { embedding, index: 1 }] },
      });
    const uncounted = { ...said, embeddings: [embedding, embedding] };
    expect(await parsed(COHERE, uncounted, two)).toMatchObject({ usage: null });
    for (const bad of ['', '-1', '1.5', '99999999999'])
      expect(await parsed(COHERE, uncounted, { ...two, headers: { [HEADER]: bad } })).toMatchObject({ usage: null });
  });

  it.each<[string, unknown]>([
    [TITAN, { embedding: [] }],
    [TITAN, { embedding: 'AAAA', inputTextTokenCount: 1 }],
    [TITAN, {}],
    [TITAN, '[]'],
    [TITAN, ''],
    [TITAN, '<html>'],
    [COHERE, { embeddings: [] }],
    [COHERE, { embeddings: { int8: [[1]] } }],
    [COHERE, { embeddings: [embedding, embedding] }],
  ])('%s: %j is no answer', async (model, answer) => {
    expect(await parsed(model, answer)).toBeInstanceOf(VendorError);
    expect(await parsed(model, answer)).toMatchObject({ kind: 'malformed', retryable: true });
  });

  it.each<[number, string, object]>([
    [429, 'ThrottlingException', { kind: 'rate_limited' }],
    [403, 'AccessDeniedException', { kind: 'authentication' }],
    [400, 'ValidationException', { kind: 'refused', retryable: false }],
    [404, 'ResourceNotFoundException', { kind: 'refused', retryable: false }],
    [500, 'InternalServerException', { kind: 'unavailable', retryable: true }],
    [424, 'ModelErrorException', { kind: 'unavailable', retryable: true }],
    [408, 'ModelTimeoutException', { kind: 'timeout' }],
  ])('%d %s', async (status, type, expected) => {
    const headers = { 'x-amzn-errortype': `${type}:http://internal.amazon.com/` };
    expect(await parsed(COHERE, { message: 'No.' }, { status, headers })).toMatchObject({ ...expected, status });
  });
});
