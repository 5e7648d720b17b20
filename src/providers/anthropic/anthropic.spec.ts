import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anthropicError,
  anthropicMessage,
  anthropicScript,
  anthropicSteps,
} from '../../../test/support/anthropic-wire.js';
import type { VendorError } from '../errors/vendor-error.js';
import { objectOf, objectsOf, parseJson } from '../json.js';
import type { Script } from '../simulator/script.js';
import { countPromptTokens } from '../simulator/tokens.js';
import { encode, envelopeFor } from '../simulator/wire.js';
import type { ChatResult, StreamEvent } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { anthropicAdapter } from './anthropic-adapter.js';
import { canonicalUsage, parseCounts, usageOf } from './usage.js';

const text = (value: string): JsonObject => ({ type: 'text', text: value });
const message = (content: JsonValue, more: JsonObject = {}): JsonObject => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 5 },
  ...more,
});

describe('usage', () => {
  const parsed = (usage: unknown): unknown => {
    const counts = parseCounts(usage as JsonValue);
    return counts && usageOf(counts);
  };
  const usage = (more: JsonObject): JsonObject => ({ input_tokens: 10, output_tokens: 5, ...more });

  it.each<[JsonObject, unknown]>([
    [usage({}), { input: 10, output: 5 }],
    [usage({ input_tokens: 0, output_tokens: 0 }), { input: 0, output: 0 }],
    [
      usage({ cache_read_input_tokens: 7, cache_creation_input_tokens: null }),
      { input: 10, cached_read: 7, output: 5 },
    ],
    [usage({ cache_creation_input_tokens: 9 }), { input: 10, cache_write: 9, output: 5 }],
    [
      usage({
        cache_creation_input_tokens: 9,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 6 },
        output_tokens_details: { thinking_tokens: 4 },
        server_tool_use: { web_search_requests: 2, web_fetch_requests: 3 },
      }),
      { input: 10, cache_write: 3, cache_write_1h: 6, output: 1, reasoning: 4, tool_use: 2 },
    ],
    [usage({ cache_creation: { ephemeral_1h_input_tokens: 6 } }), { input: 10, cache_write_1h: 6, output: 5 }],
  ])('%j', (given, classes) => {
    expect(parsed(given)).toEqual(classes);
  });

  it.each([
    null,
    undefined,
    [],
    'usage',
    {},
    usage({ input_tokens: null }),
    usage({ input_tokens: -1 }),
    usage({ input_tokens: 1.5 }),
    usage({ input_tokens: 1e12 }),
    usage({ output_tokens: '5' }),
    usage({ output_tokens: null }),
    usage({ cache_read_input_tokens: -1 }),
    usage({ cache_creation_input_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 2 } }),
    usage({ cache_creation: { ephemeral_5m_input_tokens: 0.5 } }),
    usage({ output_tokens_details: { thinking_tokens: 6 } }),
    usage({ server_tool_use: { web_search_requests: -1 } }),
  ])('does not believe %j', (given) => {
    expect(parsed(given)).toBeNull();
  });

  it('is said in the canonical way', () => {
    const counts = { input: 1, cachedRead: 2, cacheWrite: 3, cacheWrite1h: 4, output: 5, thinking: 6, searches: 7 };
    expect(canonicalUsage(counts)).toEqual({
      prompt_tokens: 10,
      completion_tokens: 11,
      total_tokens: 21,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 3, cache_write_1h_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 6 },
    });
  });
});

const parse = (status: number, body: unknown): ChatResult | VendorError =>
  anthropicAdapter.parseResponse(status, {}, encode(typeof body === 'string' ? body : JSON.stringify(body)));

describe('parseResponse', () => {
  it('gives a canonical completion', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'redacted_thinking', data: 'd' },
      { ...text('a'), citations: [{}] },
      { type: 'server_tool_use', id: 'x', name: 'web_search', input: {} },
      text('b'),
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: { x: [1] } },
      { type: 'tool_use', id: 'toolu_2', name: 'g' },
    ];
    const usage = { input_tokens: 3, cache_read_input_tokens: 4, output_tokens: 5 };
    expect(parse(200, message(content, { stop_reason: 'tool_use', usage }))).toEqual({
      completion: {
        id: 'msg_1',
        object: 'chat.completion',
        created: expect.any(Number),
        model: 'claude-opus-5',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'ab',
              refusal: null,
              tool_calls: [
                { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"x":[1]}' } },
                { id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '{}' } },
              ],
              reasoning_content: 'hm',
              thinking_blocks: [
                { type: 'thinking', thinking: 'hm', signature: 's' },
                { type: 'redacted_thinking', data: 'd' },
              ],
            },
            logprobs: null,
            finish_reason: 'tool_calls',
          },
        ],
        usage: {
          prompt_tokens: 7,
          completion_tokens: 5,
          total_tokens: 12,
          prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 0, cache_write_1h_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 0 },
        },
      },
      usage: { input: 3, cached_read: 4, output: 5 },
      finishReason: 'tool_calls',
    });
  });

  it.each<[JsonObject, JsonObject, JsonObject]>([
    [{ stop_reason: 'end_turn' }, { finish_reason: 'stop' }, {}],
    [{ stop_reason: 'stop_sequence', stop_sequence: 'X' }, { finish_reason: 'stop', stop_sequence: 'X' }, {}],
    [{ stop_reason: 'max_tokens' }, { finish_reason: 'length' }, {}],
    [{ stop_reason: 'model_context_window_exceeded' }, { finish_reason: 'length' }, {}],
    [{ stop_reason: 'pause_turn' }, { finish_reason: 'stop' }, {}],
    [{ stop_reason: 'of its own' }, { finish_reason: 'stop' }, {}],
    [{ stop_reason: null }, { finish_reason: null }, {}],
    [
      { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'bio', explanation: 'why' } },
      { finish_reason: 'content_filter' },
      { refusal: 'why' },
    ],
  ])('ends as %j says', (ended, choice, more) => {
    const result = parse(200, message([], ended)) as ChatResult;
    const said = { role: 'assistant', content: null, refusal: null, ...more };
    expect(result.completion['choices']).toEqual([{ index: 0, message: said, logprobs: null, ...choice }]);
    expect(result.finishReason).toBe(choice['finish_reason']);
  });

  it('does without usage', () => {
    const result = parse(200, message([text('a')], { usage: null })) as ChatResult;
    expect(result.usage).toBeNull();
    expect(result.completion).not.toHaveProperty('usage');
  });

  it.each([
    [''],
    ['<html>'],
    ['null'],
    [[]],
    [{}],
    [message('text')],
    [message(null)],
    [message([null])],
    [message(['a'])],
    [`{"content":[{"type":"tool_use","input":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`],
  ])('takes %j for malformed', (body) => {
    expect(parse(200, body)).toMatchObject({ kind: 'malformed', retryable: true, status: 200 });
  });

  it.each([
    ['overloaded_error', 'unavailable'],
    ['api_error', 'unavailable'],
    ['rate_limit_error', 'rate_limited'],
    ['invalid_request_error', 'refused'],
    ['not_found_error', 'refused'],
    ['request_too_large', 'refused'],
    ['authentication_error', 'authentication'],
    ['permission_error', 'authentication'],
    ['billing_error', 'authentication'],
    ['timeout_error', 'timeout'],
    ['toString', 'unavailable'],
  ])('finds %s in a 200', (type, kind) => {
    expect(parse(200, { type: 'error', error: { type, message: 'x' } })).toMatchObject({ kind, status: null });
  });

  it.each([
    [anthropicError(400, 'max_tokens: too large'), 400, 'refused', 'max_tokens: too large'],
    [anthropicError(529, 'Overloaded'), 529, 'unavailable', 'Overloaded'],
    [anthropicError(429, 'slow down'), 429, 'rate_limited', 'slow down'],
    [anthropicError(401, 'invalid x-api-key'), 401, 'authentication', "The provider refused the gateway's credential."],
    [{ message: 'from a proxy' }, 503, 'unavailable', 'from a proxy'],
    [{ error: 'from a proxy' }, 413, 'refused', 'from a proxy'],
    [{ type: 'error' }, 500, 'unavailable', 'The provider answered with status 500.'],
    ['<html>', 502, 'unavailable', 'The provider answered with status 502.'],
  ])('%j with its status', (body, status, kind, said) => {
    expect(parse(status, body)).toMatchObject({ kind, status, message: said });
  });

  it('reads retry-after', () => {
    const body = encode(JSON.stringify(anthropicError(429, 'x')));
    expect(anthropicAdapter.parseResponse(429, { 'retry-after': '7' }, body)).toMatchObject({ retryAfterSeconds: 7 });
  });
});

function run(bytes: Uint8Array | string, pieceBytes = Infinity): StreamEvent[] {
  const all = typeof bytes === 'string' ? encode(bytes) : bytes;
  const parser = anthropicAdapter.streamParser();
  const events: StreamEvent[] = [];
  for (let at = 0; at < all.length; at += pieceBytes) events.push(...parser.push(all.subarray(at, at + pieceBytes)));
  return [...events, ...parser.end(), ...parser.push(encode('data: {}\n\n')), ...parser.end()];
}
const sse = (...events: JsonObject[]): string =>
  events
    .map((each) => `event: ${JSON.stringify(each['type']).slice(1, -1)}\ndata: ${JSON.stringify(each)}\n\n`)
    .join('');
const types = (events: StreamEvent[]): string[] =>
  events.map((each) => (each.type === 'error' ? each.error.kind : each.type));
const START: JsonObject = {
  type: 'message_start',
  message: message([], { stop_reason: null, usage: { input_tokens: 9, cache_read_input_tokens: 2, output_tokens: 1 } }),
};
const begin = (index: number, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
});
const piece = (index: number, delta: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta });
const end = (index: number): JsonObject => ({ type: 'content_block_stop', index });
const done = (stop_reason: string, usage?: JsonValue): JsonObject => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage,
});
const STOP: JsonObject = { type: 'message_stop' };

/** A stream as the documentation shows them: thinking, text, two tools, and what must be read over. */
const WHOLE = sse(
  START,
  begin(0, { type: 'thinking', thinking: '', signature: '' }),
  { type: 'ping' },
  piece(0, { type: 'thinking_delta', thinking: 'Grüße?' }),
  piece(0, { type: 'signature_delta', signature: 'sig' }),
  end(0),
  begin(1, { type: 'redacted_thinking', data: 'enc' }),
  end(1),
  begin(2, { type: 'text', text: '' }),
  piece(2, { type: 'text_delta', text: '東京 👋🏽' }),
  piece(2, { type: 'citations_delta', citation: {} }),
  end(2),
  begin(3, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
  piece(3, { type: 'input_json_delta', partial_json: '' }),
  piece(3, { type: 'input_json_delta', partial_json: '{"a":' }),
  piece(3, { type: 'input_json_delta', partial_json: '1}' }),
  end(3),
  begin(4, { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} }),
  end(4),
  begin(5, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
  piece(5, { type: 'input_json_delta', partial_json: '{}' }),
  end(5),
  { type: 'of_the_future', error: null },
  done('tool_use', {
    input_tokens: null,
    cache_read_input_tokens: 0,
    output_tokens: 50,
    output_tokens_details: { thinking_tokens: 20 },
  }),
  STOP,
);

describe('streamParser', () => {
  const base = { id: 'msg_1', object: 'chat.completion.chunk', created: expect.any(Number), model: 'claude-opus-5' };
  const chunk = (delta: JsonObject, said = '', more: object = {}): object => ({
    type: 'chunk',
    chunk: { ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }] },
    text: said,
  });
  const argument = (index: number, piece: string): object =>
    chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, piece);
  const call = (index: number, id: string, name: string): object =>
    chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }, name);

  it.each([Infinity, 1, 7])('gives canonical chunks, in pieces of %d bytes', (pieceBytes) => {
    expect(run(WHOLE, pieceBytes)).toEqual([
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'Grüße?', thinking_blocks: [{ type: 'thinking', thinking: 'Grüße?' }] }, 'Grüße?'),
      chunk({ thinking_blocks: [{ type: 'thinking', signature: 'sig' }] }),
      chunk({ thinking_blocks: [{ type: 'redacted_thinking', data: 'enc' }] }),
      chunk({ content: '東京 👋🏽' }, '東京 👋🏽'),
      call(0, 'toolu_1', 'f'),
      argument(0, '{"a":'),
      argument(0, '1}'),
      call(1, 'toolu_2', 'g'),
      argument(1, '{}'),
      chunk({}, '', { finish_reason: 'tool_calls' }),
      {
        type: 'chunk',
        chunk: {
          ...base,
          choices: [],
          usage: {
            prompt_tokens: 11,
            completion_tokens: 50,
            total_tokens: 61,
            prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 0, cache_write_1h_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: 20 },
          },
        },
        text: '',
      },
      { type: 'usage', usage: { input: 9, cached_read: 2, output: 30, reasoning: 20 } },
      { type: 'done' },
    ]);
  });

  it('says which stop text ended it, and why it was refused', () => {
    const stopped = { type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: 'X' } };
    expect(run(sse(START, stopped, STOP))[1]).toEqual(chunk({}, '', { finish_reason: 'stop', stop_sequence: 'X' }));
    const delta = { stop_reason: 'refusal', stop_details: { explanation: 'why' } };
    expect(run(sse(START, { type: 'message_delta', delta }, STOP))[1]).toEqual(
      chunk({ refusal: 'why' }, '', { finish_reason: 'content_filter' }),
    );
  });

  it.each<[string, JsonValue | undefined, string[]]>([
    ['none', undefined, []],
    ['impossible', { output_tokens: -1 }, []],
    ['without output', { input_tokens: 9 }, []],
    ['zero', { input_tokens: 0, output_tokens: 0 }, ['chunk', 'usage']],
  ])('final usage: %s', (_, usage, more) => {
    expect(types(run(sse(START, done('end_turn', usage), STOP)))).toEqual(['chunk', 'chunk', ...more, 'done']);
  });

  it('knows its usage before it is cut, but not after the start alone', () => {
    expect(types(run(sse(START)))).toEqual(['chunk', 'network']);
    expect(types(run(sse(START, done('end_turn', { output_tokens: 3 }))))).toEqual([
      'chunk',
      'chunk',
      'chunk',
      'usage',
      'network',
    ]);
  });

  it('takes a later usage, and ends an answer once', () => {
    const events = run(
      sse(START, done('end_turn', { output_tokens: 3 }), done('end_turn', { output_tokens: 4 }), STOP),
    );
    expect(types(events)).toEqual(['chunk', 'chunk', 'chunk', 'usage', 'chunk', 'usage', 'done']);
    expect(events.at(-2)).toEqual({ type: 'usage', usage: { input: 9, cached_read: 2, output: 4 } });
  });

  it.each([
    ['data: {"a":\n\n', 'malformed'],
    ['data: []\n\n', 'malformed'],
    ['data: [DONE]\n\n', 'malformed'],
    [sse({ type: 'message_start', message: null }), 'malformed'],
    [sse(piece(0, { type: 'text_delta', text: 'a' })), 'malformed'],
    [sse(STOP), 'malformed'],
    [sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }), 'unavailable'],
    [sse({ type: 'error', error: { type: 'rate_limit_error', message: 'x' } }), 'rate_limited'],
    ['event: error\ndata: {"message":"x"}\n\n', 'unavailable'],
    [JSON.stringify(anthropicError(400, 'x')), 'refused'],
    ['<!DOCTYPE html><p>x', 'malformed'],
    [JSON.stringify(message([])), 'malformed'],
    [': only comments\n\n', 'network'],
    ['event: ping\ndata: {}\n\n', 'network'],
    ['', 'network'],
  ])('%j ends with %s', (bytes, kind) => {
    expect(types(run(bytes))).toEqual([kind]);
  });

  it('stops at an error, and at a second start', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(types(run(sse(START, error, STOP)))).toEqual(['chunk', 'unavailable']);
    expect(types(run(sse(START, START)))).toEqual(['chunk', 'malformed']);
  });

  it('survives nesting that is meant to exhaust it', () => {
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const started = `data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":${deep}}}\n\n`;
    expect(types(run(sse(START) + started + sse(end(0))))).toEqual(['chunk', 'chunk', 'malformed']);
  });

  it('never throws, whatever the fields hold', () => {
    const names = fc.constantFrom(
      'type',
      'index',
      'delta',
      'message',
      'content_block',
      'usage',
      'text',
      'partial_json',
      'error',
    );
    const kinds = fc.constantFrom(
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'tool_use',
      'text_delta',
      'input_json_delta',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, kinds, fc.jsonValue(), fc.dictionary(names, tie('value'))),
    }));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const events = run(sse(START) + values.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(''));
        expect(['done', 'error']).toContain(events.at(-1)?.type);
      }),
    );
  });
});

describe('the stand-in wire', () => {
  const WEATHER = {
    type: 'function',
    function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
  };
  const scriptOf = (content: string, more: JsonObject = {}): Script => {
    const body = { messages: [{ role: 'user', content }], ...more };
    const target = { model: 'claude-sonnet-4-5', baseUrl: 'http://h', credential: null };
    const request = anthropicAdapter.buildRequest(
      { body, stream: false, maxOutputTokens: 1_000, requestId: 'r' },
      target,
    );
    return anthropicScript(parseJson(request.body) as JsonObject);
  };
  const streamed = (script: Script): StreamEvent[] => {
    const steps = [...anthropicSteps(script, envelopeFor(script.model, 's'))];
    expect(steps.reduce((sum, each) => sum + each.tokens, 0)).toBe(script.completionTokens);
    return run(Buffer.concat(steps.map((each) => each.bytes)), 5);
  };
  const textOf = (events: StreamEvent[]): string =>
    events.map((each) => (each.type === 'chunk' ? each.text : '')).join('');

  it.each<[string, JsonObject]>([
    ['Grüße 👋🏽', {}],
    ['x [simulate cached_tokens=3 reasoning_tokens=7]', {}],
    ['x', { tools: [WEATHER], tool_choice: 'required' }],
    ['x [simulate tokens=30]', { stop: 'zzz' }],
  ])('says the same whole and as a stream: %s %j', (content, more) => {
    const script = scriptOf(content, more);
    const whole = parse(200, anthropicMessage(script, envelopeFor(script.model, 's'))) as ChatResult;
    const events = streamed(script);
    expect(whole.usage).toEqual({
      input: countPromptTokens({ messages: [{ role: 'user', content }], tools: more['tools'] }) - script.cachedTokens,
      output: script.completionTokens - script.reasoningTokens,
      ...(script.cachedTokens > 0 && { cached_read: script.cachedTokens }),
      ...(script.reasoningTokens > 0 && { reasoning: script.reasoningTokens }),
    });
    expect(events.slice(-2)).toEqual([{ type: 'usage', usage: whole.usage }, { type: 'done' }]);
    const said = objectOf(objectsOf(whole.completion['choices'])[0]?.['message']);
    const called = objectOf(objectsOf(said['tool_calls'])[0]?.['function']);
    const parts = [said['reasoning_content'], said['content'], called['name'], called['arguments']];
    expect(textOf(events)).toBe(parts.filter((each) => typeof each === 'string').join(''));
    expect(whole.finishReason).toBe(more['tools'] ? 'tool_calls' : 'stop');
  });

  it.each([
    ['no_usage', null],
    ['wrong_usage', null],
    ['zero_usage', { input: 0, output: 0 }],
  ])('%s', (word, usage) => {
    const script = scriptOf(`x [simulate ${word}]`);
    expect(parse(200, anthropicMessage(script, envelopeFor('m', 's')))).toMatchObject({ usage });
    expect(streamed(script).flatMap((each) => (each.type === 'usage' ? [each.usage] : []))).toEqual(
      usage ? [usage] : [],
    );
  });
});
