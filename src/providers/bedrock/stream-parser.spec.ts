import { describe, expect, it } from '@jest/globals';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { VendorError } from '../errors/vendor-error.js';
import type { StreamEvent } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { bedrockAdapter } from './bedrock-adapter.js';
import { parseUsage } from './usage.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const created = expect.any(Number);
const id = expect.stringMatching(/^chatcmpl-/);

describe('parseUsage', () => {
  it.each<[JsonObject, unknown]>([
    [
      { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
      { input: 0, output: 0 },
    ],
    [
      { inputTokens: 10, outputTokens: 5, totalTokens: 45, cacheReadInputTokens: 20, cacheWriteInputTokens: 10 },
      { input: 10, output: 5, cached_read: 20, cache_write: 10 },
    ],
    [
      {
        ...{ inputTokens: 3, outputTokens: 5, cacheReadInputTokens: 0, cacheWriteInputTokens: 10 },
        cacheDetails: [
          { ttl: '1h', inputTokens: 4 },
          { ttl: '5m', inputTokens: 6 },
        ],
      },
      { input: 3, output: 5, cache_write: 6, cache_write_1h: 4 },
    ],
    [
      { inputTokens: 1, outputTokens: 2, cacheDetails: [{ ttl: '1h', inputTokens: 4 }] },
      { input: 1, output: 2, cache_write_1h: 4 },
    ],
    [
      { inputTokens: 1, outputTokens: 2, cacheReadInputTokenCount: 7, cacheWriteInputTokenCount: null },
      { input: 1, output: 2, cached_read: 7 },
    ],
  ])('%j', (given, usage) => {
    expect(parseUsage(given)).toEqual(usage);
  });

  it.each([
    { inputTokens: -1, outputTokens: 1 },
    { inputTokens: 1.5, outputTokens: 1 },
    { inputTokens: '1', outputTokens: 1 },
    { inputTokens: 1 },
    { inputTokens: 1e12, outputTokens: 1 },
    { inputTokens: 1, outputTokens: 1, cacheReadInputTokens: -1 },
    { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: '5' },
    { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 3, cacheDetails: [{ ttl: '1h', inputTokens: 4 }] },
    { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 3, cacheDetails: [null] },
    ...[null, undefined, [], 'usage', {}],
  ])('does not believe %j', (given) => {
    expect(parseUsage(given as JsonValue | undefined)).toBeNull();
  });
});

describe('parseResponse', () => {
  const parse = (status: number, body: unknown, headers: Record<string, string> = {}): unknown =>
    bedrockAdapter.parseResponse(status, headers, bytes(typeof body === 'string' ? body : JSON.stringify(body)));
  const answer = (content: unknown, more: object = {}): object => ({
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 30, outputTokens: 628, totalTokens: 658 },
    metrics: { latencyMs: 1275 },
    ...more,
  });

  it('is a completion', () => {
    const content = [
      { reasoningContent: { reasoningText: { text: 'hm', signature: 's' } } },
      { reasoningContent: { reasoningText: { text: ' unsigned' } } },
      { reasoningContent: { redactedContent: 'AAAA' } },
      { text: 'Grüße' },
      { citationsContent: { content: [{ text: ' cited' }], citations: [] } },
      { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Köln' } } },
      { toolUse: { toolUseId: 'tooluse_2', name: 'clock' } },
      { somethingNew: {} },
    ];
    const usage = { ...{ inputTokens: 3, outputTokens: 9, cacheReadInputTokens: 20 }, cacheWriteInputTokens: 10 };
    expect(parse(200, answer(content, { stopReason: 'tool_use', usage }))).toEqual({
      completion: {
        id,
        object: 'chat.completion',
        created,
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'Grüße cited',
              reasoning_content: 'hm unsigned',
              thinking_blocks: [
                { type: 'thinking', thinking: 'hm', signature: 's' },
                { type: 'redacted_thinking', data: 'AAAA' },
              ],
              tool_calls: [
                { id: 'tooluse_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
                { id: 'tooluse_2', type: 'function', function: { name: 'clock', arguments: '{}' } },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
        usage: {
          prompt_tokens: 33,
          completion_tokens: 9,
          total_tokens: 42,
          prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 10, cache_write_1h_tokens: 0 },
        },
      },
      usage: { input: 3, output: 9, cached_read: 20, cache_write: 10 },
      finishReason: 'tool_calls',
    });
  });

  it('does without usage', () => {
    expect(parse(200, answer([], { usage: { inputTokens: -1 } }))).toEqual({
      completion: {
        ...{ id, object: 'chat.completion', created },
        choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'stop' }],
      },
      usage: null,
      finishReason: 'stop',
    });
    expect(parse(200, answer([{ text: 'x' }]))).toMatchObject({ usage: { input: 30, output: 628 } });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'tool_calls'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
    ['malformed_model_output', 'stop'],
    ['malformed_tool_use', 'stop'],
    ['something_new', 'stop'],
    [undefined, 'stop'],
  ])('ends with %s as %s', (stopReason, finishReason) => {
    expect(parse(200, answer([{ text: 'x' }], { stopReason }))).toMatchObject({ finishReason });
  });

  it('names the text that stopped it', () => {
    const fields = { additionalModelResponseFields: { stop_sequence: '###' } };
    const choices = [{ finish_reason: 'stop', stop_sequence: '###' }];
    expect(parse(200, answer([], { stopReason: 'stop_sequence', ...fields }))).toMatchObject({
      completion: { choices },
    });
    expect(JSON.stringify(parse(200, answer([], fields)))).not.toContain('###');
  });

  it.each([
    ['', 'malformed'],
    ['<html>x</html>', 'malformed'],
    ['[]', 'malformed'],
    ['{}', 'malformed'],
    ['{"output":{"message":{"content":[null]}}}', 'malformed'],
    ['{"output":{"message":{"content":"x"}}}', 'malformed'],
    ['{"output":{"message":{"content":[{"toolUse":{"name":"f"}}]}}}', 'malformed'],
    ['{"output":{"message":{"content":[{"toolUse":5}]}}}', 'malformed'],
    [
      `{"output":{"message":{"content":[{"toolUse":{"toolUseId":"a","name":"f","input":${'['.repeat(50_000)}${']'.repeat(50_000)}}}]}}}`,
      'malformed',
    ],
    ['{"message":"oh"}', 'unavailable'],
    ['{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}', 'refused'],
  ])('finds no answer in %.40j: %s', (body, kind) => {
    expect(parse(200, body)).toMatchObject({ name: 'VendorError', kind });
  });

  it.each([
    [429, 'ThrottlingException', 'rate_limited'],
    [400, 'ServiceQuotaExceededException', 'rate_limited'],
    [429, 'ModelNotReadyException:http://internal.amazon.com/coral/', 'unavailable'],
    [503, 'ServiceUnavailableException', 'unavailable'],
    [500, 'InternalServerException', 'unavailable'],
    [424, 'ModelErrorException', 'unavailable'],
    [424, 'ModelStreamErrorException', 'unavailable'],
    [408, 'ModelTimeoutException', 'timeout'],
    [400, 'ValidationException', 'refused'],
    [404, 'ResourceNotFoundException', 'refused'],
    [400, 'SomethingNewException', 'refused'],
    [502, 'SomethingNewException', 'unavailable'],
    [403, 'AccessDeniedException', 'authentication'],
    [400, 'ExpiredTokenException', 'authentication'],
    [403, 'UnrecognizedClientException', 'authentication'],
    [403, 'InvalidSignatureException', 'authentication'],
    [403, 'MissingAuthenticationTokenException', 'authentication'],
  ])('%i %s is %s', (status, type, kind) => {
    const message = kind === 'authentication' ? "The provider refused the gateway's credential." : 'oh';
    expect(parse(status, { message: 'oh' }, { 'x-amzn-errortype': type })).toMatchObject({ status, kind, message });
    expect(parse(status, { __type: `com.amazon#${type}`, Message: 'oh' })).toMatchObject({ status, kind, message });
  });

  it('waits as long as it is told, and follows no redirect', () => {
    const headers = { 'x-amzn-errortype': 'ThrottlingException', 'retry-after': '7' };
    expect(parse(429, '', headers)).toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 7 });
    expect(parse(302, '', headers)).toMatchObject({ kind: 'unavailable', retryable: false, status: 302 });
    expect(parse(503, '<html>x</html>')).toMatchObject({ message: 'The provider answered with status 503.' });
  });
});

const codec = new EventStreamCodec(
  (text: Uint8Array) => new TextDecoder().decode(text),
  (text) => bytes(text),
);

/** A frame as AWS sends it, with headers that hold text. */
function frame(headers: Record<string, string>, body: unknown): Uint8Array {
  const tagged = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const);
  return codec.encode({
    headers: Object.fromEntries(tagged),
    body: bytes(typeof body === 'string' ? body : JSON.stringify(body)),
  });
}

const event = (type: string, body: unknown): Uint8Array =>
  frame({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, body);
const delta = (index: number, fields: object): Uint8Array =>
  event('contentBlockDelta', { contentBlockIndex: index, delta: fields, p: 'abcdefgh' });
const start = (index: number, fields: object): Uint8Array =>
  event('contentBlockStart', { contentBlockIndex: index, start: fields });
const end = (index: number): Uint8Array => event('contentBlockStop', { contentBlockIndex: index });
const stop = (stopReason: string, more: object = {}): Uint8Array => event('messageStop', { stopReason, ...more });
const exception = (type: string, body: unknown): Uint8Array =>
  frame({ ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }, body);
const USAGE = { inputTokens: 11, outputTokens: 7, totalTokens: 18 };
const metadata = event('metadata', { usage: USAGE, metrics: { latencyMs: 5 } });

function run(whole: Uint8Array, pieceBytes = Infinity): StreamEvent[] {
  const parser = bedrockAdapter.streamParser();
  const out: StreamEvent[] = [];
  const step = Math.min(pieceBytes, Math.max(whole.byteLength, 1));
  for (let at = 0; at < whole.byteLength; at += step) out.push(...parser.push(whole.slice(at, at + step)));
  return [...out, ...parser.end(), ...parser.push(delta(0, { text: 'late' })), ...parser.end()];
}
const types = (events: readonly StreamEvent[]): string[] =>
  events.map((each) => (each.type === 'error' ? each.error.kind : each.type));

describe('streamParser', () => {
  const whole = Buffer.concat([
    event('messageStart', { role: 'assistant' }),
    delta(0, { reasoningContent: { text: 'hm' } }),
    delta(0, { reasoningContent: { signature: 's' } }),
    delta(0, { reasoningContent: { redactedContent: 'AAAA' } }),
    end(0),
    delta(1, { text: 'Grü' }),
    delta(1, { text: '' }),
    delta(1, { text: 'ße 🎈' }),
    end(1),
    start(2, { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } }),
    delta(2, { toolUse: { input: '' } }),
    delta(2, { toolUse: { input: '{"city":' } }),
    delta(2, { toolUse: { input: '"Köln"}' } }),
    end(2),
    start(3, { toolUse: { toolUseId: 'tooluse_2', name: 'clock' } }),
    end(3),
    event('somethingNew', {}),
    stop('tool_use'),
    metadata,
  ]);
  const envelope = { id, object: 'chat.completion.chunk', created };
  const chunk = (fields: object, text: string, finish_reason: string | null = null): object => ({
    type: 'chunk',
    chunk: { ...envelope, choices: [{ index: 0, delta: fields, finish_reason }] },
    text,
  });
  const called = (index: number, fields: object): object => ({ tool_calls: [{ index, ...fields }] });
  const expected = [
    chunk(
      { role: 'assistant', reasoning_content: 'hm', thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] },
      'hm',
    ),
    chunk({ thinking_blocks: [{ type: 'thinking', signature: 's' }] }, ''),
    chunk({ thinking_blocks: [{ type: 'redacted_thinking', data: 'AAAA' }] }, ''),
    chunk({ content: 'Grü' }, 'Grü'),
    chunk({ content: '' }, ''),
    chunk({ content: 'ße 🎈' }, 'ße 🎈'),
    chunk(called(0, { id: 'tooluse_1', type: 'function', function: { name: 'weather', arguments: '' } }), 'weather'),
    chunk(called(0, { function: { arguments: '{"city":' } }), '{"city":'),
    chunk(called(0, { function: { arguments: '"Köln"}' } }), '"Köln"}'),
    chunk(called(1, { id: 'tooluse_2', type: 'function', function: { name: 'clock', arguments: '' } }), 'clock'),
    chunk(called(1, { function: { arguments: '{}' } }), ''),
    chunk({}, '', 'tool_calls'),
    {
      type: 'chunk',
      chunk: {
        ...envelope,
        choices: [],
        usage: {
          ...{ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
          prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, cache_write_1h_tokens: 0 },
        },
      },
      text: '',
    },
    { type: 'usage', usage: { input: 11, output: 7 } },
    { type: 'done' },
  ];

  it.each([1, 7, 64, Infinity])('gives the same from pieces of %d bytes', (pieceBytes) => {
    expect(run(whole, pieceBytes)).toEqual(expected);
  });

  it('gives one id to all', () => {
    const ids = run(whole).flatMap((each) => (each.type === 'chunk' ? [each.chunk['id']] : []));
    expect(new Set(ids).size).toBe(1);
  });

  it('names the text that stopped it', () => {
    const [first] = run(stop('stop_sequence', { additionalModelResponseFields: { stop_sequence: '###' } }));
    expect(first).toMatchObject({
      chunk: { choices: [{ delta: { role: 'assistant' }, finish_reason: 'stop', stop_sequence: '###' }] },
    });
  });

  it.each<[string, readonly Uint8Array[], readonly string[]]>([
    ['usage is missing', [delta(0, { text: 'a' }), stop('end_turn')], ['chunk', 'chunk', 'done']],
    [
      'usage is impossible',
      [stop('end_turn'), event('metadata', { usage: { inputTokens: -1, outputTokens: 1 } })],
      ['chunk', 'done'],
    ],
    ['metadata is cut', [stop('end_turn'), metadata.slice(0, -1)], ['chunk', 'done']],
    ['it never stops', [delta(0, { text: 'a' }), end(0)], ['chunk', 'network']],
    ['usage comes without an end', [metadata], ['chunk', 'usage', 'network']],
    ['nothing comes', [], ['network']],
    ['a frame is cut', [delta(0, { text: 'a' }).slice(0, -1)], ['network']],
    ['a throttle comes first', [exception('throttlingException', { message: 'slow down' })], ['rate_limited']],
    ['the model fails', [exception('modelStreamErrorException', { originalStatusCode: 400 })], ['unavailable']],
    ['AWS fails', [delta(0, { text: 'a' }), exception('internalServerException', 'x')], ['chunk', 'unavailable']],
    ['it is refused', [exception('validationException', { message: 'no' })], ['refused']],
    ['it takes too long', [exception('modelTimeoutException', {})], ['timeout']],
    ['AWS is away', [exception('serviceUnavailableException', {})], ['unavailable']],
    ['an error comes', [frame({ ':message-type': 'error', ':error-code': 'InternalFailure' }, '')], ['unavailable']],
    [
      'an error names a key',
      [frame({ ':message-type': 'error', ':error-code': 'ExpiredToken' }, '')],
      ['authentication'],
    ],
    ['a body is not JSON', [event('messageStop', '{"a"')], ['malformed']],
    ['a body is a list', [event('messageStop', '[]')], ['malformed']],
    ['a delta is missing', [event('contentBlockDelta', {})], ['malformed']],
    ['a delta belongs to no tool', [delta(5, { toolUse: { input: '{}' } })], ['malformed']],
    [
      'an input is no text',
      [start(0, { toolUse: { toolUseId: 'a', name: 'f' } }), delta(0, { toolUse: {} })],
      ['chunk', 'malformed'],
    ],
    ['a tool has no name', [start(0, { toolUse: { toolUseId: 'a' } })], ['malformed']],
    ['a length is too small', [new Uint8Array([0, 0, 0, 15])], ['malformed']],
    ['a length is too large', [new Uint8Array([1, 0, 0, 1])], ['malformed']],
    ['a length is wrong later', [delta(0, { text: 'a' }), bytes('{"message":"x"}')], ['chunk', 'malformed']],
    ['a page comes', [bytes('<!DOCTYPE html><p>x')], ['malformed']],
    ['a long page comes', [bytes(`<html>${'x'.repeat(70_000)}`)], ['malformed']],
    ['an error as JSON comes', [bytes('{"__type":"ThrottlingException","message":"x"}')], ['rate_limited']],
    ['other JSON comes', [bytes('{"output":{}}')], ['malformed']],
    ['JSON is cut', [bytes('{"message":')], ['malformed']],
  ])('when %s', (_, frames, kinds) => {
    for (const pieceBytes of [1, 7, Infinity]) expect(types(run(Buffer.concat(frames), pieceBytes))).toEqual(kinds);
  });

  it('says what the vendor said, without a status of its own', () => {
    const [failed] = run(exception('throttlingException', { message: 'Too many tokens, please wait.' }));
    expect(failed).toEqual({ type: 'error', error: expect.any(VendorError) });
    expect(failed).toMatchObject({
      error: { message: 'Too many tokens, please wait.', status: null, retryable: true },
    });
  });

  it('takes no byte that was changed on the way, and never throws', () => {
    const first = delta(0, { text: 'hello' });
    fc.assert(
      fc.property(fc.nat(first.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = Buffer.from(first);
        broken[at] = broken[at]! ^ flip;
        const kinds = types(run(Buffer.concat([broken, stop('end_turn')])));
        expect(['malformed', 'network']).toContain(kinds.at(-1));
        expect(kinds).toHaveLength(1);
      }),
    );
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('contentBlockStart', 'contentBlockDelta', 'messageStop', 'metadata'),
        (body, type) => {
          expect(() => run(event(type, body))).not.toThrow();
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array(), (noise) => expect(() => run(noise)).not.toThrow()));
  });
});
