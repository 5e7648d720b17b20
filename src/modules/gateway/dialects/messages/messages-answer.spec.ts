import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { toMessage } from './messages-answer.js';
import { toCanonical } from './messages-request.js';

const NAMES = { id: 'msg_1', model: 'alias' };
const message = (answer: JsonObject, choice: JsonObject = {}): JsonObject =>
  toMessage({ choices: [{ index: 0, message: answer, ...choice }] }, NAMES);
const call = (args: JsonValue, id = 'call_1'): JsonObject => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
});
const use = (input: JsonObject, id = 'call_1'): JsonObject => ({
  type: 'tool_use',
  id,
  name: 'f',
  input,
  caller: { type: 'direct' },
});
const text = (words: string): JsonObject => ({ type: 'text', text: words });

describe('toMessage', () => {
  it('gives every field of a message', () => {
    const completion = {
      id: 'chatcmpl-1',
      model: 'gpt-secret',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 20,
        prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 10, cache_write_1h_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 8 },
      },
    };
    expect(toMessage(completion, NAMES)).toStrictEqual({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'alias',
      content: [text('Hello')],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 55,
        cache_creation_input_tokens: 15,
        cache_read_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 5 },
        output_tokens: 20,
        output_tokens_details: { thinking_tokens: 8 },
        server_tool_use: null,
        inference_geo: null,
        service_tier: null,
        speed: null,
      },
    });
  });

  it.each<[JsonObject, JsonObject[]]>([
    [{ content: null }, []],
    [{ content: '' }, []],
    [{ content: [text('a'), 7, { type: 'text' }, { type: 'x', text: 'no' }, text('b')] }, [text('ab')]],
    [{ content: null, refusal: 'No.' }, [text('No.')]],
    [{ content: 'a', reasoning_content: 'r' }, [{ type: 'thinking', thinking: 'r', signature: '' }, text('a')]],
    [{ content: 'a', reasoning: 'r' }, [{ type: 'thinking', thinking: 'r', signature: '' }, text('a')]],
    [
      {
        content: 'a',
        reasoning_content: 'r',
        thinking_blocks: [
          { type: 'thinking', thinking: 'r', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
          {},
        ],
      },
      [{ type: 'thinking', thinking: 'r', signature: 's' }, { type: 'redacted_thinking', data: 'd' }, text('a')],
    ],
    [
      { content: 'a', tool_calls: [call('{"x":1}'), call('{}', 'call_2')] },
      [text('a'), use({ x: 1 }), use({}, 'call_2')],
    ],
    [
      { tool_calls: [call('{}', ''), { function: {} }, 'x', call('{}', '')] },
      [use({}, 'toolu_1_0'), use({}, 'toolu_1_2')],
    ],
    [{ content: 7, tool_calls: 'x', thinking_blocks: 7, refusal: {}, reasoning_content: [] }, []],
  ])('%j', (answer, content) => {
    expect(message(answer)).toMatchObject({ content });
    expect((message(answer)['content'] as JsonValue[]).length).toBe(content.length);
  });

  it.each<[JsonValue, JsonObject]>([
    ['', {}],
    ['  ', {}],
    ['null', {}],
    [' {"a":{"b":[]}} ', { a: { b: [] } }],
    [{ a: 1 }, { a: 1 }],
    ['{"a":', { INVALID_JSON: '{"a":' }],
    ['[1]', { INVALID_JSON: '[1]' }],
    ['"x"', { INVALID_JSON: '"x"' }],
    ['{}{}', { INVALID_JSON: '{}{}' }],
    [7, {}],
  ])('arguments %j', (args, input) => {
    expect(message({ tool_calls: [call(args)] })['content']).toEqual([use(input)]);
  });

  const calls = { tool_calls: [call('{}')] };
  it.each<[JsonObject, JsonObject, string, string | null]>([
    [{}, { finish_reason: 'stop' }, 'end_turn', null],
    [{}, { finish_reason: null }, 'end_turn', null],
    [{}, { finish_reason: 'odd' }, 'end_turn', null],
    [{}, { finish_reason: 'tool_calls' }, 'end_turn', null],
    [{}, { finish_reason: 'stop', stop_sequence: '\n' }, 'stop_sequence', '\n'],
    [{}, { finish_reason: 'stop', stop_sequence: '' }, 'end_turn', null],
    [{}, { finish_reason: 'length', stop_sequence: 'x' }, 'max_tokens', null],
    [{}, { finish_reason: 'content_filter' }, 'refusal', null],
    [{ refusal: 'No.' }, { finish_reason: 'stop' }, 'refusal', null],
    [calls, { finish_reason: 'tool_calls' }, 'tool_use', null],
    [calls, { finish_reason: 'stop' }, 'tool_use', null],
    [calls, { finish_reason: 'length' }, 'max_tokens', null],
  ])('%j with %j stops by %s', (answer, choice, reason, sequence) => {
    expect(message(answer, choice)).toMatchObject({ stop_reason: reason, stop_sequence: sequence });
  });

  it.each<[JsonValue | undefined, JsonObject]>([
    [undefined, { input_tokens: 0, output_tokens: 0, cache_creation: null }],
    [{ completion_tokens: 5 }, { input_tokens: 0, output_tokens: 0, cache_creation: null }],
    [{ prompt_tokens: -1 }, { input_tokens: 0, output_tokens: 0, cache_creation: null }],
    [
      { prompt_tokens: 3, completion_tokens: 1.5 },
      { input_tokens: 3, output_tokens: 0, output_tokens_details: null },
    ],
    [
      { prompt_tokens: 3, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 9 } },
      { input_tokens: 0, cache_read_input_tokens: 9, cache_creation_input_tokens: 0, output_tokens: 0 },
    ],
    [
      { prompt_tokens: 3, completion_tokens: 4, completion_tokens_details: { reasoning_tokens: 0 } },
      { input_tokens: 3, output_tokens: 4, output_tokens_details: { thinking_tokens: 0 } },
    ],
  ])('usage %j', (usage, expected) => {
    expect(toMessage({ choices: [], ...(usage !== undefined && { usage }) }, NAMES)['usage']).toMatchObject(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 4 }), (answer, choices) => {
        message({
          content: answer,
          tool_calls: [answer, { function: answer }],
          thinking_blocks: [answer],
        });
        toMessage({ choices, usage: answer }, NAMES);
      }),
    );
  });
});

describe('an answer that the client sends back', () => {
  const words = fc.string({ unit: 'binary', minLength: 1 });
  const answers = fc.record({
    content: fc.option(words),
    thinking_blocks: fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('thinking'), thinking: fc.string(), signature: words }),
        fc.record({ type: fc.constant('redacted_thinking'), data: words }),
      ),
    ),
    tool_calls: fc.array(
      fc.record({
        id: words,
        type: fc.constant('function'),
        function: fc.record({
          name: words,
          arguments: fc.dictionary(words, fc.jsonValue({ maxDepth: 3 })).map((input) => JSON.stringify(input)),
        }),
      }),
    ),
  });

  it('is what the vendor said', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const content = message(answer)['content'] as JsonObject[];
        fc.pre(content.length > 0);
        const posted = JSON.parse(
          JSON.stringify({ max_tokens: 1, messages: [{ role: 'assistant', content }] }),
        ) as JsonObject;
        expect(toCanonical(posted).body['messages']).toEqual([
          {
            role: 'assistant',
            content: answer.content === null ? null : [{ type: 'text', text: answer.content }],
            ...(answer.thinking_blocks.length > 0 && { thinking_blocks: answer.thinking_blocks }),
            ...(answer.tool_calls.length > 0 && { tool_calls: answer.tool_calls }),
          },
        ]);
      }),
    );
  });
});
