import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { parseJson } from '../json.js';
import type { ChatCall, StreamEvent, Target } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { openAiAdapter } from './openai-adapter.js';
import { parseUsage } from './usage.js';

const call = (body: JsonObject, stream = false): ChatCall => ({ body, stream, maxOutputTokens: 99, requestId: 'r\n1' });
const target = (baseUrl: string, model = 'm', key: string | null = 'k'): Target => ({
  model,
  baseUrl,
  credential: key === null ? null : new Secret(key),
});
const { buildRequest } = openAiAdapter;
const sent = (body: JsonObject, to: Target, stream = false): JsonValue | undefined =>
  parseJson(buildRequest(call(body, stream), to).body);

describe('buildRequest', () => {
  it.each([
    ['https://api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
    ['https://api.openai.com/v1///', 'https://api.openai.com/v1/chat/completions'],
    ['http://host:8000', 'http://host:8000/chat/completions'],
    ['https://h/deploy/x?api-version=1', 'https://h/deploy/x/chat/completions?api-version=1'],
  ])('%s', (baseUrl, url) => {
    expect(buildRequest(call({}), target(baseUrl)).url).toBe(url);
  });

  it('sends the key only if there is one, and a request id that fits a header', () => {
    const { headers } = buildRequest(call({}), target('https://h'));
    expect(headers).toMatchObject({ authorization: 'Bearer k', 'x-request-id': 'r1', accept: 'application/json' });
    expect(buildRequest(call({}), target('https://h', 'm', null)).headers).not.toHaveProperty('authorization');
  });

  it('refuses what cannot be sent', () => {
    expect(() => buildRequest(call({}), target('nowhere'))).toThrow(VendorError);
    expect(() => buildRequest(call({}), target('https://h', 'm', 'a\nb'))).toThrow(VendorError);
  });

  it('forwards every field, and decides model, stream and bound itself', () => {
    const body = parseJson(
      '{"model":"x","stream":true,"stream_options":{"a":1},"seed":7,"unknown":{"deep":[null]},"__proto__":1,"messages":[]}',
    ) as JsonObject;
    const whole = sent(body, target('https://h', 'real')) as JsonObject;
    expect(Object.keys(whole).sort()).toEqual(
      ['__proto__', 'max_tokens', 'messages', 'model', 'seed', 'stream', 'unknown'].sort(),
    );
    expect(whole).toMatchObject({ model: 'real', stream: false, seed: 7, unknown: { deep: [null] }, max_tokens: 99 });
    const streamed = sent(body, target('https://h', 'real'), true);
    expect(streamed).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('leaves out the marks of other vendors, and refuses what a server may read over', () => {
    const cache_control = { type: 'ephemeral' };
    const text = { type: 'text', text: 'a' };
    const weather = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [
      { role: 'user', content: [{ ...text, cache_control }, text] },
      { role: 'assistant', content: null, tool_calls: [{ ...weather, cache_control }], thinking_blocks: [] },
    ];
    expect(sent({ messages }, target('https://h'))).toMatchObject({
      messages: [
        { role: 'user', content: [text, text] },
        { role: 'assistant', content: null, tool_calls: [weather] },
      ],
    });
    expect(JSON.stringify(sent({ messages }, target('https://h')))).not.toMatch(/cache_control|thinking/);
    const file = { type: 'file', file: { file_url: 'https://h/a.pdf' } };
    expect(() => sent({ messages: [{ role: 'user', content: [text, file] }] }, target('https://h'))).toThrow(
      expect.objectContaining({ kind: 'unsupported', field: 'messages[0].content[1].file.file_url' }),
    );
  });

  it('says in the result of a tool that it failed', () => {
    const said = (content: JsonValue, is_error: boolean | null): unknown =>
      sent({ messages: [{ role: 'tool', tool_call_id: 'c', content, is_error }] }, target('https://h'));
    const part = { type: 'text', text: 'no such city' };
    const result = (content: JsonValue): object => ({ messages: [{ role: 'tool', tool_call_id: 'c', content }] });
    expect(said('no such city', true)).toMatchObject(result('Error: no such city'));
    expect(said([part], true)).toMatchObject(result([{ type: 'text', text: 'Error:' }, part]));
    for (const nothing of ['', null]) expect(said(nothing, true)).toMatchObject(result('Error:'));
    for (const isError of [false, null]) expect(said('sunny', isError)).toMatchObject(result('sunny'));
    expect(JSON.stringify(said('sunny', true))).not.toContain('is_error');
  });

  it.each<[JsonObject, string, string, JsonObject]>([
    [{ max_tokens: 5 }, 'https://api.openai.com/v1', 'gpt-5', { max_completion_tokens: 99 }],
    [{ max_tokens: 5 }, 'https://api.openai.com/v1', 'gpt-4o', { max_tokens: 99 }],
    [{ max_completion_tokens: 5 }, 'https://h', 'm', { max_completion_tokens: 99 }],
    [{ max_completion_tokens: 5, max_tokens: 5 }, 'https://h', 'm', { max_completion_tokens: 99, max_tokens: 99 }],
    [{ max_tokens: null }, 'https://h', 'o3-mini', { max_completion_tokens: 99 }],
    [{ max_completion_tokens: null }, 'https://h', 'm', { max_tokens: 99 }],
    [{}, 'https://eu.api.openai.com/v1', 'gpt-4o', { max_completion_tokens: 99 }],
    [{}, 'https://notopenai.com/v1', 'gpt-4o', { max_tokens: 99 }],
    [{}, 'https://openrouter.ai/api/v1', 'openai/gpt-5-mini', { max_completion_tokens: 99 }],
    [{}, 'https://h', 'llama-o1', { max_tokens: 99 }],
  ])('bound of %j at %s for %s', (body, baseUrl, model, bounds) => {
    expect(sent(body, target(baseUrl, model))).toEqual({ model, stream: false, ...bounds });
  });
});

describe('parseUsage', () => {
  const usage = (prompt: unknown, completion: unknown, more: JsonObject = {}): JsonObject =>
    ({ prompt_tokens: prompt, completion_tokens: completion, ...more }) as JsonObject;

  it.each<[JsonObject, unknown]>([
    [usage(10, 5), { input: 10, output: 5 }],
    [usage(0, 0), { input: 0, output: 0 }],
    [
      usage(10, 9, {
        prompt_tokens_details: { cached_tokens: 4, audio_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 3 },
      }),
      { input: 4, cached_read: 4, audio_in: 2, output: 1, reasoning: 5, audio_out: 3 },
    ],
    [usage(10, 5, { prompt_tokens_details: null, completion_tokens_details: null }), { input: 10, output: 5 }],
    [usage(10, 5, { prompt_tokens_details: { cached_tokens: null } }), { input: 10, output: 5 }],
    [usage(10, 5, { prompt_cache_hit_tokens: 6 }), { input: 4, cached_read: 6, output: 5 }],
    [
      usage(10, 5, { prompt_tokens_details: { cached_tokens: 8, audio_tokens: 6 } }),
      { input: 0, cached_read: 8, audio_in: 2, output: 5 },
    ],
    [
      usage(10, 5, { total_tokens: 27, completion_tokens_details: { reasoning_tokens: 12 } }),
      { input: 10, output: 5, reasoning: 12 },
    ],
  ])('%j', (given, classes) => {
    expect(parseUsage(given)).toEqual(classes);
  });

  it.each([
    usage(-1, 5),
    usage(1.5, 5),
    usage('10', 5),
    usage(10, undefined),
    usage(null, 5),
    usage(NaN, 5),
    usage(Infinity, 5),
    usage(1e12, 5),
    usage(10, 5, { prompt_tokens_details: { cached_tokens: 11 } }),
    usage(10, 5, { prompt_tokens_details: { cached_tokens: -1 } }),
    usage(10, 5, { prompt_tokens_details: { cached_tokens: '1' } }),
    usage(10, 5, { completion_tokens_details: { reasoning_tokens: 6 } }),
    null,
    undefined,
    [],
    'usage',
    {},
  ])('does not believe %j', (given) => {
    expect(parseUsage(given as JsonValue | undefined)).toBeNull();
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseResponse', () => {
  const parse = (status: number, body: unknown): unknown =>
    openAiAdapter.parseResponse(status, {}, bytes(typeof body === 'string' ? body : JSON.stringify(body)));

  it('keeps the completion as it came', () => {
    const completion = { id: 'x', odd: [1], choices: [{ message: { content: null }, finish_reason: null, more: 1 }] };
    expect(parse(200, completion)).toEqual({ completion, usage: null, finishReason: null });
  });

  it.each([
    [{}],
    [[]],
    ['null'],
    ['"x"'],
    [{ choices: [] }],
    [{ choices: [{}] }],
    [{ choices: [null] }],
    [{ choices: 'x' }],
  ])('takes %j for malformed', (body) => {
    expect(parse(200, body)).toMatchObject({ kind: 'malformed', retryable: true });
  });

  it.each([
    [{ error: { message: 'slow down', type: 'rate_limit_error' } }, 'rate_limited', 'slow down'],
    [{ error: { message: 'no', code: 400 } }, 'refused', 'no'],
    [{ error: { message: 'no', code: 'context_length_exceeded', type: '' } }, 'refused', 'no'],
    [{ error: 'broken' }, 'unavailable', 'broken'],
    [{ error: {} }, 'unavailable', 'The provider reported an error.'],
  ])('finds the error in a 200: %j', (body, kind, message) => {
    expect(parse(200, body)).toMatchObject({ kind, message });
  });

  it.each([
    [{ error: { message: 'a' } }, 'a'],
    [{ message: 'b' }, 'b'],
    [{ detail: 'c' }, 'c'],
    [{ detail: [{ msg: 'd' }, { msg: 'e' }] }, 'd; e'],
    [{ error: { message: '' } }, 'The provider answered with status 422.'],
    ['<html>x</html>', 'The provider answered with status 422.'],
    ['', 'The provider answered with status 422.'],
  ])('reads the words of %j', (body, message) => {
    expect(parse(422, body)).toMatchObject({ kind: 'refused', status: 422, message });
  });

  it('does not follow or retry a redirect', () => {
    expect(parse(302, '')).toMatchObject({ kind: 'unavailable', retryable: false });
  });
});

describe('streamParser', () => {
  const run = (text: string): StreamEvent[] => {
    const parser = openAiAdapter.streamParser();
    return [...parser.push(bytes(text)), ...parser.end(), ...parser.push(bytes('data: {}\n\n')), ...parser.end()];
  };
  const data = (...values: unknown[]): string => values.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('');
  const delta = (fields: unknown, more: object = {}): object => ({ choices: [{ index: 0, delta: fields, ...more }] });
  const stop = delta({}, { finish_reason: 'stop' });
  const types = (events: StreamEvent[]): string[] =>
    events.map((each) => (each.type === 'error' ? each.error.kind : each.type));

  it('is complete with a finish_reason for each choice, or with [DONE]', () => {
    expect(types(run(data(delta({ content: 'a' }), stop)))).toEqual(['chunk', 'chunk', 'done']);
    expect(types(run(data(delta({ content: 'a' })) + 'data: [DONE]\n\n'))).toEqual(['chunk', 'done']);
    const second = { choices: [{ index: 1, delta: { content: 'b' } }] };
    expect(types(run(data(second, stop)))).toEqual(['chunk', 'chunk', 'network']);
  });

  it.each([
    ['data: {"a":\n\n', 'malformed'],
    ['data: []\n\n', 'malformed'],
    ['data: {}\n\n', 'malformed'],
    ['data: {"choices":[1]}\n\n', 'malformed'],
    ['data: {"error":{"message":"x","code":429}}\n\n', 'rate_limited'],
    ['event: error\ndata: {"message":"x"}\n\n', 'unavailable'],
    ['{"error":{"message":"x","code":400}}', 'refused'],
    ['<!DOCTYPE html><p>x', 'malformed'],
    ['{"id":"x","choices":[]}', 'malformed'],
    [': only comments\n\n', 'network'],
    ['', 'network'],
  ])('%j ends with %s', (text, kind) => {
    expect(types(run(text))).toEqual([kind]);
  });

  it('believes only usage that comes last, and takes it without choices', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 1 };
    const running = { ...delta({ content: 'a' }), usage };
    expect(types(run(data(running, stop)))).toEqual(['chunk', 'chunk', 'done']);
    expect(types(run(data(running, { ...stop, usage })))).toEqual(['chunk', 'chunk', 'usage', 'done']);
    expect(types(run(data(stop, { usage })))).toEqual(['chunk', 'chunk', 'usage', 'done']);
    expect(types(run(data(delta({ content: 'a' }), { choices: [], usage })))).toEqual([
      'chunk',
      'chunk',
      'usage',
      'network',
    ]);
  });

  it('finds all generated text', () => {
    const deltas = [
      { reasoning_content: 'r', reasoning: 'r', content: 'c' },
      { reasoning: 's', refusal: 'no' },
      { tool_calls: [{ function: { name: 'f', arguments: '{}' } }, { custom: { name: 'g', input: 'i' } }] },
      { function_call: { name: 'h', arguments: 'x' } },
      { audio: { transcript: 't' } },
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'd' }] },
          { type: 'text', text: 'e' },
        ],
      },
    ];
    const events = run(data(...deltas.map((each) => delta(each))));
    expect(events.flatMap((each) => (each.type === 'chunk' ? [each.text] : []))).toEqual([
      'rc',
      'sno',
      'f{}gi',
      'hx',
      't',
      'de',
    ]);
  });

  it('survives nesting that is meant to exhaust it', () => {
    const deep = `{"choices":[{"delta":{"content":${'['.repeat(50_000)}${']'.repeat(50_000)}}}]}`;
    expect(() => run(`data: ${deep}\n\n`)).not.toThrow();
  });
});
