import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { objectOf, objectsOf, parseJson } from '../json.js';
import type { ChatCall, ChatResult, Target } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { googleAdapter, vertexAdapter } from './google-adapter.js';
import { canonicalUsage, parseUsage } from './usage.js';

const GEMINI_BASE = googleAdapter.defaultBaseUrl;
const VERTEX_BASE = 'https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/europe-west4';

const call = (stream = false): ChatCall => ({
  body: { messages: [] },
  stream,
  maxOutputTokens: 99,
  requestId: 'r\n1',
});
const target = (model = 'gemini-2.5-flash', baseUrl: string = GEMINI_BASE, key: string | null = 'AIza-k'): Target => ({
  model,
  baseUrl,
  credential: key === null ? null : new Secret(key),
});
describe('where a request goes', () => {
  it.each<[string, string, boolean, string]>([
    [GEMINI_BASE, 'gemini-2.5-pro', false, `${GEMINI_BASE}/models/gemini-2.5-pro:generateContent`],
    [`${GEMINI_BASE}//`, 'x y', true, `${GEMINI_BASE}/models/x%20y:streamGenerateContent?alt=sse`],
    ['http://h/v1?a=1', 'm', true, 'http://h/v1/models/m:streamGenerateContent?a=1&alt=sse'],
    [GEMINI_BASE, 'tunedModels/x', false, `${GEMINI_BASE}/tunedModels/x:generateContent`],
    [VERTEX_BASE, 'gemini-4', false, `${VERTEX_BASE}/publishers/google/models/gemini-4:generateContent`],
    [VERTEX_BASE, 'endpoints/5', true, `${VERTEX_BASE}/endpoints/5:streamGenerateContent?alt=sse`],
  ])('%s for %s', (baseUrl, model, stream, url) => {
    const adapter = baseUrl === VERTEX_BASE ? vertexAdapter : googleAdapter;
    expect(adapter.buildRequest(call(stream), target(model, baseUrl)).url).toBe(url);
  });

  it.each([googleAdapter, vertexAdapter])('shows an API key, asks for plain bytes and names the call', (adapter) => {
    const { headers } = adapter.buildRequest(call(true), target());
    expect(headers).toEqual({
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      'x-request-id': 'r1',
      'x-goog-api-key': 'AIza-k',
    });
    const without = adapter.buildRequest(call(), target('m', GEMINI_BASE, null)).headers;
    expect(without).not.toHaveProperty('x-goog-api-key');
    expect(without).toMatchObject({ accept: 'application/json' });
  });

  it.each([
    ['nowhere', 'k', 'unavailable'],
    [GEMINI_BASE, 'a\nb', 'authentication'],
    [GEMINI_BASE, '{"private_key":"x"}', 'authentication'],
  ])('cannot be sent to %s with %j', (baseUrl, key, kind) => {
    expect(() => googleAdapter.buildRequest(call(), target('m', baseUrl, key))).toThrow(
      expect.objectContaining({ kind, retryable: false }),
    );
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (status: number, body: unknown, headers: Record<string, string> = {}): ChatResult | VendorError =>
  googleAdapter.parseResponse(status, headers, bytes(typeof body === 'string' ? body : JSON.stringify(body)));

const HEAD = { modelVersion: 'gemini-3-pro', responseId: 'R1', createTime: '2026-11-21T10:00:00.264968Z' };
const CREATED = 1_795_255_200;
const candidate = (parts: unknown, finishReason?: string, more: object = {}): JsonObject =>
  ({
    content: { role: 'model', parts },
    ...(finishReason !== undefined && { finishReason }),
    index: 0,
    ...more,
  }) as JsonObject;
const USAGE = { promptTokenCount: 9, candidatesTokenCount: 23, thoughtsTokenCount: 302, totalTokenCount: 334 };
const USED = { input: 9, output: 23, reasoning: 302 };
const CANONICAL = {
  prompt_tokens: 9,
  completion_tokens: 325,
  total_tokens: 334,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 302, audio_tokens: 0 },
};
const answer = (...candidates: JsonObject[]): JsonObject => ({ candidates, usageMetadata: USAGE, ...HEAD });
const choiceOf = (...candidates: JsonObject[]): JsonObject =>
  objectsOf((parse(200, answer(...candidates)) as ChatResult).completion['choices'])[0] ?? {};
const messageOf = (parts: unknown, finishReason = 'STOP'): JsonObject =>
  objectOf(choiceOf(candidate(parts, finishReason))['message']);

describe('parseResponse', () => {
  it('gives a completion', () => {
    const parts = [
      { text: 'I count.', thought: true },
      { text: 'There are ' },
      { text: '3.', thoughtSignature: 'c2ln' },
    ];
    expect(parse(200, answer(candidate(parts, 'STOP')))).toEqual({
      completion: {
        id: 'chatcmpl-R1',
        object: 'chat.completion',
        created: CREATED,
        model: 'gemini-3-pro',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'There are 3.',
              reasoning_content: 'I count.',
              thinking_blocks: [
                { type: 'thinking', thinking: 'I count.', signature: 'google:thought:' },
                { type: 'thinking', thinking: '', signature: 'google:text:c2ln' },
              ],
            },
            logprobs: null,
            finish_reason: 'stop',
          },
        ],
        usage: CANONICAL,
      },
      usage: USED,
      finishReason: 'stop',
    });
  });

  it('gives tool calls with the ids of Google, else with stable ones, and the signature of the first', () => {
    const parts = [
      { text: 'Let me see.', thought: true },
      { functionCall: { name: 'f', args: { city: 'Köln' } }, thoughtSignature: 'c2ln' },
      { functionCall: { id: 'g-1', name: 'g' } },
    ];
    const message = messageOf(parts);
    expect(message).toEqual({
      role: 'assistant',
      content: null,
      reasoning_content: 'Let me see.',
      thinking_blocks: [{ type: 'thinking', thinking: 'Let me see.', signature: 'google:call0:c2ln' }],
      tool_calls: [
        {
          id: expect.stringMatching(/^call_[0-9a-f]{24}$/),
          type: 'function',
          function: { name: 'f', arguments: '{"city":"Köln"}' },
        },
        { id: 'g-1', type: 'function', function: { name: 'g', arguments: '{}' } },
      ],
    });
    expect(messageOf(parts)).toEqual(message);
  });

  it('gives what came back with a message to the parts that had it', () => {
    const parts = [
      { text: 'now', thoughtSignature: 'dGV4dA==' },
      { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'YQ==' },
      { functionCall: { id: 'b', name: 'g', args: { x: 1 } } },
    ];
    const call = { body: { messages: [messageOf(parts)] }, stream: false, maxOutputTokens: 1, requestId: '' };
    const target = { model: 'gemini-3-pro', baseUrl: 'https://h', credential: null };
    const body = parseJson(googleAdapter.buildRequest(call, target).body) as JsonObject;
    expect(body['contents']).toEqual([{ role: 'model', parts }]);
  });

  it('gives images and logprobs', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', logProbability: -0.5 }, { token: 'b' }],
      topCandidates: [{ candidates: [{ token: 'c', tokenId: 1, logProbability: -2 }] }],
    };
    const parts = [{ text: 'ab' }, { inlineData: { mimeType: 'image/png', data: 'QUJD' } }];
    expect(choiceOf(candidate(parts, 'STOP', { logprobsResult, index: 2 }))).toEqual({
      index: 2,
      message: {
        role: 'assistant',
        content: 'ab',
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }],
      },
      logprobs: {
        content: [
          { token: 'a', logprob: -0.5, bytes: null, top_logprobs: [{ token: 'c', logprob: -2, bytes: null }] },
          { token: 'b', logprob: 0, bytes: null, top_logprobs: [] },
        ],
        refusal: null,
      },
      finish_reason: 'stop',
    });
  });

  it.each([
    ['STOP', 'stop', 'tool_calls'],
    ['MAX_TOKENS', 'length', 'length'],
    ['CONTINUATION', 'length', 'length'],
    ['SAFETY', 'content_filter', 'content_filter'],
    ['RECITATION', 'content_filter', 'content_filter'],
    ['BLOCKLIST', 'content_filter', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter', 'content_filter'],
    ['SPII', 'content_filter', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter', 'content_filter'],
    ['MALFORMED_FUNCTION_CALL', 'stop', 'tool_calls'],
    ['OTHER', 'stop', 'tool_calls'],
    ['NEW_ONE', 'stop', 'tool_calls'],
    ['FINISH_REASON_UNSPECIFIED', null, null],
  ])('%s is %s, or with tool calls %s', (reason, plain, withCalls) => {
    expect(choiceOf(candidate([{ text: 'x' }], reason))['finish_reason']).toBe(plain);
    expect(choiceOf(candidate([{ functionCall: { name: 'f' } }], reason))['finish_reason']).toBe(withCalls);
  });

  it('bills a blocked prompt as a completion without content', () => {
    const body = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 },
    };
    expect(parse(200, body)).toMatchObject({
      completion: {
        id: expect.stringMatching(/^chatcmpl-.{36}$/),
        choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'content_filter' }],
      },
      usage: { input: 7, output: 0 },
      finishReason: 'content_filter',
    });
  });

  it('takes a candidate without content', () => {
    expect(parse(200, { candidates: [{ finishReason: 'SAFETY' }] })).toMatchObject({
      completion: { model: '', choices: [{ index: 0, message: { role: 'assistant', content: '' } }] },
      usage: null,
    });
  });

  const DEEP = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}}]}}]}`;
  it.each<[unknown]>([
    ...['', ' ', '<html>', 'null', '[]', '"x"', '{}', DEEP].map((text): [unknown] => [text]),
    [{ candidates: [] }],
    [{ candidates: 'x' }],
    [{ candidates: [null] }],
    [{ candidates: [{ content: 'x' }] }],
    [{ candidates: [{ content: { parts: 'x' } }] }],
    [{ candidates: [{ content: { parts: [1] } }] }],
    [answer(candidate([{ text: 5 }]))],
    [answer(candidate([{ functionCall: 'f' }]))],
    [answer(candidate([{ functionCall: { args: {} } }]))],
    [answer(candidate([{ functionCall: { name: 'f', args: 'x' } }]))],
    [answer(candidate([{ functionCall: { partialArgs: [], willContinue: true } }]))],
    [answer(candidate([{ inlineData: { mimeType: 'audio/wav', data: '' } }]))],
    [answer(candidate([{ text: 'fine' }]), candidate([1]))],
    [[answer(candidate([{ text: 'x' }], 'STOP'))]],
    [{ promptFeedback: { blockReason: 5 } }],
  ])('takes %.80j for malformed', (body) => {
    expect(parse(200, body)).toMatchObject({ kind: 'malformed', retryable: true, status: 200 });
  });

  it('never throws', () => {
    const json = fc.json({ maxDepth: 6 });
    const parts = fc.array(
      fc.record({ text: fc.jsonValue(), functionCall: fc.jsonValue(), inlineData: fc.jsonValue() }),
    );
    const shaped = fc.record({
      candidates: fc.array(fc.record({ content: fc.record({ parts }), index: fc.jsonValue() })),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          json,
          shaped.map((each) => JSON.stringify(each)),
        ),
        fc.integer({ min: 100, max: 599 }),
        (body, status) => {
          const result = parse(status, body);
          return result instanceof VendorError || Array.isArray(result.completion['choices']);
        },
      ),
    );
  });
});

describe('errors', () => {
  const error = (code: unknown, status: string, details: unknown = undefined): object => ({
    error: { code, message: 'said', status, details },
  });
  const retry = (retryDelay: unknown): object[] => [
    { '@type': 'type.googleapis.com/google.rpc.QuotaFailure' },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay },
  ];
  const BAD_KEY = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];

  it.each<[number, unknown, object]>([
    [400, error(400, 'INVALID_ARGUMENT'), { kind: 'refused', message: 'said', status: 400, retryable: false }],
    [400, [error(400, 'INVALID_ARGUMENT')], { kind: 'refused', message: 'said' }],
    [400, error(400, 'INVALID_ARGUMENT', BAD_KEY), { kind: 'authentication', status: 400, retryable: false }],
    [403, error(403, 'PERMISSION_DENIED'), { kind: 'authentication', status: 403 }],
    [404, error(404, 'NOT_FOUND'), { kind: 'refused', status: 404 }],
    [429, error(429, 'RESOURCE_EXHAUSTED', retry('34.07s')), { kind: 'rate_limited', retryAfterSeconds: 35 }],
    [429, error(429, 'RESOURCE_EXHAUSTED', retry('999999999s')), { retryAfterSeconds: 86_400 }],
    [429, error(429, 'RESOURCE_EXHAUSTED', retry(7)), { kind: 'rate_limited', retryAfterSeconds: null }],
    [429, error(429, 'RESOURCE_EXHAUSTED', 'x'), { kind: 'rate_limited', retryAfterSeconds: null }],
    [500, error(500, 'INTERNAL'), { kind: 'unavailable', retryable: true }],
    [503, '<html>x</html>', { kind: 'unavailable', message: 'The provider answered with status 503.' }],
    [504, error(504, 'DEADLINE_EXCEEDED'), { kind: 'timeout' }],
    [302, '', { kind: 'unavailable', retryable: false }],
    [200, error(429, 'x', retry('2s')), { kind: 'rate_limited', status: null, retryAfterSeconds: 2 }],
    [200, [error(undefined, 'UNAVAILABLE')], { kind: 'unavailable', status: null }],
    [200, error(undefined, 'INVALID_ARGUMENT'), { kind: 'refused' }],
    [200, error(undefined, 'UNAUTHENTICATED'), { kind: 'authentication' }],
    [200, error('x', 'toString'), { kind: 'unavailable', message: 'said' }],
    [200, { error: 'broken' }, { kind: 'unavailable', message: 'broken' }],
    [200, { error: {} }, { kind: 'unavailable', message: 'The provider reported an error.' }],
  ])('%d %j', (status, body, expected) => {
    expect(parse(status, body)).toMatchObject(expected);
  });

  it('believes the header first', () => {
    const body = error(429, 'RESOURCE_EXHAUSTED', retry('34s'));
    expect(parse(429, body, { 'retry-after': '3' })).toMatchObject({ retryAfterSeconds: 3 });
  });
});

describe('parseUsage', () => {
  const usage = (prompt: unknown, candidates: unknown, more: object = {}): JsonValue =>
    ({ promptTokenCount: prompt, candidatesTokenCount: candidates, ...more }) as JsonValue;
  const of = (modality: string, tokenCount: unknown): object => ({ modality, tokenCount });

  it.each<[JsonValue, object]>([
    [usage(10, 5), { input: 10, output: 5 }],
    [usage(0, 0), { input: 0, output: 0 }],
    [usage(10, null, { totalTokenCount: 10 }), { input: 10, output: 0 }],
    [usage(10, undefined, { totalTokenCount: 17, thoughtsTokenCount: 4 }), { input: 10, output: 3, reasoning: 4 }],
    [usage(9, 23, { thoughtsTokenCount: 302, totalTokenCount: 334 }), USED],
    [usage(10, 9, { thoughtsTokenCount: 4, totalTokenCount: 19 }), { input: 10, output: 5, reasoning: 4 }],
    [usage(10, 5, { cachedContentTokenCount: 8, totalTokenCount: 15 }), { input: 2, cached_read: 8, output: 5 }],
    [usage(2, 5, { cachedContentTokenCount: 8, totalTokenCount: 15 }), { input: 2, cached_read: 8, output: 5 }],
    [usage(10, 5, { toolUsePromptTokenCount: 7 }), { input: 17, output: 5 }],
    [
      usage(10, 9, {
        cachedContentTokenCount: 4,
        promptTokensDetails: [of('TEXT', 3), of('AUDIO', 6), of('IMAGE', 1)],
        cacheTokensDetails: [of('AUDIO', 3), of('TEXT', 1)],
        candidatesTokensDetails: [of('IMAGE', 5), of('AUDIO', 2), of('TEXT', 2)],
      }),
      { input: 3, cached_read: 4, audio_in: 3, output: 2, image_out: 5, audio_out: 2 },
    ],
    [
      usage(10, 5, { cachedContentTokenCount: 8, promptTokensDetails: [of('AUDIO', 10)] }),
      { input: 0, cached_read: 8, audio_in: 2, output: 5 },
    ],
    [usage(10, 5, { promptTokensDetails: [of('AUDIO', 11)] }), { input: 10, output: 5 }],
    [usage(10, 5, { promptTokensDetails: [of('AUDIO', 5), of('TEXT', -1)] }), { input: 10, output: 5 }],
    [usage(10, 5, { promptTokensDetails: 'x', candidatesTokensDetails: [1] }), { input: 10, output: 5 }],
  ])('%j', (given, classes) => {
    expect(parseUsage(given)).toEqual(classes);
  });

  it.each([
    ...[usage(-1, 5), usage(1.5, 5), usage('10', 5), usage(10, undefined), usage(null, 5), usage(1e12, 5)],
    usage(10, undefined, { totalTokenCount: 9 }),
    usage(10, 5, { cachedContentTokenCount: 11 }),
    usage(10, 5, { cachedContentTokenCount: -1 }),
    usage(10, 5, { thoughtsTokenCount: '1' }),
    usage(10, 5, { toolUsePromptTokenCount: 0.5 }),
    usage(10, 5, { totalTokenCount: NaN, thoughtsTokenCount: -3 }),
    { trafficType: 'PROVISIONED_THROUGHPUT' },
    ...[null, undefined, [], 'usage', {}],
  ])('does not believe %j', (given) => {
    expect(parseUsage(given)).toBeNull();
  });

  it('splits the prompt and what was produced into parts that add up', () => {
    const n = fc.nat(1_000);
    const details = fc.array(fc.record({ modality: fc.constantFrom('TEXT', 'AUDIO', 'IMAGE'), tokenCount: n }));
    const given = fc.record({
      ...{ promptTokenCount: n, candidatesTokenCount: n, thoughtsTokenCount: n, cachedContentTokenCount: n },
      ...{ promptTokensDetails: details, cacheTokensDetails: details, candidatesTokensDetails: details },
    });
    fc.assert(
      fc.property(given, (each) => {
        const classes = parseUsage(each);
        if (classes === null) return each.cachedContentTokenCount > each.promptTokenCount;
        const whole = canonicalUsage(classes);
        return (
          Object.values(classes).every((units) => units >= 0) &&
          whole['prompt_tokens'] === each.promptTokenCount &&
          whole['completion_tokens'] === each.candidatesTokenCount + each.thoughtsTokenCount
        );
      }),
    );
  });
});
