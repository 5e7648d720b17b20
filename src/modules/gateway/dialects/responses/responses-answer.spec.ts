import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { toResponse } from './responses-answer.js';
import { toCanonical } from './responses-request.js';

const CARRY = { include: ['reasoning.encrypted_content'] };
const facts = (request: JsonObject = {}): Parameters<typeof toResponse>[1] => ({
  id: 'resp_1',
  model: 'fast',
  request: { model: 'fast', input: 'Hi', ...request },
  createdAtUnixSeconds: 1_790_000_000,
});
const completion = (message: JsonObject, finishReason: JsonValue = 'stop', more: JsonObject = {}): JsonObject => ({
  id: 'chatcmpl-1',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finishReason }],
  ...more,
});
const outputOf = (message: JsonObject, finishReason: JsonValue = 'stop', request: JsonObject = {}): unknown =>
  toResponse(completion(message, finishReason), facts(request))['output'];
const text = (said: string): JsonObject => ({ type: 'output_text', text: said, annotations: [], logprobs: [] });
const call = (id: string): JsonObject => ({ id, type: 'function', function: { name: 'f', arguments: '{"a":1}' } });
const THOUGHTS = [
  { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
  { type: 'redacted_thinking', data: 'xyz' },
];
const carried = Buffer.from(JSON.stringify(THOUGHTS)).toString('base64');

describe('toResponse', () => {
  it('is a whole response', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
    expect(toResponse(completion({ content: 'Hello' }, 'stop', { usage }), facts())).toEqual({
      id: 'resp_1',
      object: 'response',
      created_at: 1_790_000_000,
      status: 'completed',
      model: 'fast',
      output: [{ id: 'msg_1_0', type: 'message', status: 'completed', role: 'assistant', content: [text('Hello')] }],
      error: null,
      incomplete_details: null,
      background: false,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: null,
      store: false,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      usage: {
        input_tokens: 9,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 12,
      },
    });
  });

  it('repeats the settings of the request', () => {
    const format = { type: 'json_schema', name: 'n', schema: {} };
    const settings = {
      instructions: 'Be brief.',
      max_output_tokens: 64,
      metadata: { a: 'b' },
      parallel_tool_calls: false,
      temperature: 0,
      top_p: 0.5,
      tool_choice: 'required',
      prompt_cache_key: 'k',
      safety_identifier: 's',
      user: 'u',
    };
    const tool = { type: 'function', name: 'f', strict: true, parameters: { type: 'object' } };
    const request = {
      ...settings,
      text: { format, verbosity: 'low' },
      tools: [tool, { type: 'function', name: 'g' }],
      reasoning: { effort: 'low', generate_summary: 'auto' },
      service_tier: 'auto',
    };
    expect(toResponse(completion({ content: 'x' }, 'stop', { service_tier: 'default' }), facts(request))).toMatchObject(
      {
        ...settings,
        text: { format, verbosity: 'low' },
        tools: [
          { ...tool, description: null },
          { type: 'function', name: 'g', description: null, parameters: null, strict: false },
        ],
        reasoning: { effort: 'low', summary: 'auto' },
        service_tier: 'default',
      },
    );
    expect(toResponse(completion({ content: 'x' }), facts(request))).toMatchObject({ service_tier: 'auto' });
  });

  it('has an item for the reasoning, one for the message and one for each call', () => {
    const message = {
      content: 'Let me see.',
      reasoning_content: 'Hm.',
      thinking_blocks: THOUGHTS,
      tool_calls: [call('call_a'), call('call_b')],
    };
    const summary = [{ type: 'summary_text', text: 'Hm.' }];
    const item = (id: string, callId: string): JsonObject => ({
      ...{ id, type: 'function_call', status: 'completed', call_id: callId, name: 'f', arguments: '{"a":1}' },
    });
    const rest = [
      { id: 'msg_1_0', type: 'message', status: 'completed', role: 'assistant', content: [text('Let me see.')] },
      item('fc_1_0', 'call_a'),
      item('fc_1_1', 'call_b'),
    ];
    expect(outputOf(message, 'tool_calls', CARRY)).toEqual([
      { id: 'rs_1_0', type: 'reasoning', summary, encrypted_content: carried },
      ...rest,
    ]);
    expect(outputOf(message, 'tool_calls')).toEqual([{ id: 'rs_1_0', type: 'reasoning', summary }, ...rest]);
    expect(outputOf({ reasoning: 'Hm.' }, 'stop', CARRY)).toEqual([
      { id: 'rs_1_0', type: 'reasoning', summary, encrypted_content: null },
    ]);
    expect(outputOf({ thinking_blocks: THOUGHTS })).toEqual([{ id: 'rs_1_0', type: 'reasoning', summary: [] }]);
  });

  it('has a refusal as a part', () => {
    expect(outputOf({ content: null, refusal: 'No.' })).toMatchObject([
      { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] },
    ]);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('is incomplete after %s, and so is its last item', (finishReason, reason) => {
    const message = { content: 'Let', tool_calls: [call('call_a'), call('call_b')] };
    expect(toResponse(completion(message, finishReason), facts())).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason },
      output: [{ status: 'completed' }, { status: 'completed' }, { status: 'incomplete' }],
    });
    expect(toResponse(completion({}, finishReason), facts())).toMatchObject({ status: 'incomplete', output: [] });
  });

  it.each<[JsonObject, unknown]>([
    [{}, []],
    [{ content: '' }, []],
    [{ content: 7, refusal: [], reasoning_content: {}, tool_calls: 'x', thinking_blocks: 'x' }, []],
    [{ tool_calls: [null, {}, { function: 'x' }] }, []],
    [{ thinking_blocks: [null, { type: 'thought' }, { type: 'redacted_thinking' }] }, []],
    [
      { tool_calls: [{ function: { arguments: { a: 1 } } }] },
      [
        {
          type: 'function_call',
          status: 'completed',
          id: 'fc_1_0',
          call_id: 'call_1_0',
          name: '',
          arguments: '{"a":1}',
        },
      ],
    ],
    [
      { content: [{ type: 'text', text: 'a' }, 'b', { type: 'text' }, { type: 'text', text: 'c' }] },
      [{ id: 'msg_1_0', type: 'message', status: 'completed', role: 'assistant', content: [text('ac')] }],
    ],
  ])('makes the best of %j', (message, output) => {
    expect(outputOf(message)).toEqual(output);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (choices, usage) => {
        const answered = toResponse({ choices, usage }, facts());
        expect(answered).toMatchObject({ status: 'completed' });
      }),
    );
    expect(toResponse({}, facts())).toMatchObject({ output: [], status: 'completed' });
  });

  it('can be sent back as input, and is the message that the vendor gave', () => {
    const word = fc.string({ minLength: 1 });
    const signed = fc.record({ type: fc.constant('thinking'), thinking: fc.string(), signature: word });
    const redacted = fc.record({ type: fc.constant('redacted_thinking'), data: word });
    const called = fc.tuple(word, word, fc.string()).map(([id, name, args]) => ({
      ...{ id, type: 'function', function: { name, arguments: args } },
    }));
    const message = fc.record({
      content: word,
      reasoning_content: word,
      thinking_blocks: fc.array(fc.oneof(signed, redacted), { minLength: 1 }),
      tool_calls: fc.array(called, { minLength: 1 }),
    });
    fc.assert(
      fc.property(message, (given) => {
        const { output } = toResponse(completion(given), facts(CARRY)) as { output: JsonObject[] };
        const { reasoning_content: _shown, ...rest } = given;
        const sent = toCanonical({ input: [{ role: 'user', content: 'Hi' }, ...output] });
        expect(sent.body['messages']).toEqual([
          { role: 'user', content: 'Hi' },
          { role: 'assistant', ...rest },
        ]);
      }),
    );
  });
});

describe('usage', () => {
  const usageOf = (usage: JsonValue): unknown => toResponse({ usage }, facts())['usage'];
  const usage = (prompt: unknown, said: unknown, more: object = {}): JsonObject =>
    ({ prompt_tokens: prompt, completion_tokens: said, ...more }) as JsonObject;
  const counted = (input: [number, number], output: [number, number]): JsonObject => ({
    input_tokens: input[0],
    input_tokens_details: { cached_tokens: input[1] },
    output_tokens: output[0],
    output_tokens_details: { reasoning_tokens: output[1] },
    total_tokens: input[0] + output[0],
  });

  it.each<[JsonObject, JsonObject]>([
    [usage(0, 0), counted([0, 0], [0, 0])],
    [
      usage(10, 9, {
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 5 },
        total_tokens: 99,
      }),
      counted([10, 4], [9, 5]),
    ],
    [usage(10, 5, { prompt_tokens_details: null, completion_tokens_details: null }), counted([10, 0], [5, 0])],
    [usage(10, 5, { prompt_cache_hit_tokens: 6 }), counted([10, 6], [5, 0])],
    [
      usage(10, 5, { total_tokens: 27, completion_tokens_details: { reasoning_tokens: 12 } }),
      counted([10, 0], [17, 12]),
    ],
    [
      usage(10, 5, { prompt_tokens_details: { cached_tokens: 1, cache_write_tokens: 2, cache_write_1h_tokens: 3 } }),
      { ...counted([10, 1], [5, 0]), input_tokens_details: { cached_tokens: 1, cache_write_tokens: 5 } },
    ],
  ])('%j', (given, answered) => {
    expect(usageOf(given)).toEqual(answered);
  });

  it.each([
    null,
    'x',
    {},
    usage(-1, 5),
    usage(1.5, 5),
    usage('10', 5),
    usage(10, null),
    usage(1e12, 5),
    usage(10, 5, { prompt_tokens_details: { cached_tokens: 11 } }),
    usage(10, 5, { prompt_tokens_details: { cached_tokens: 6, cache_write_tokens: 6 } }),
    usage(10, 5, { prompt_tokens_details: { cached_tokens: '1' } }),
    usage(10, 5, { completion_tokens_details: { reasoning_tokens: 6 } }),
  ])('does not believe %j', (given) => {
    expect(toResponse({ usage: given }, facts())).not.toHaveProperty('usage');
  });
});
