import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { parseJson } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { anthropicAdapter } from './anthropic-adapter.js';

const BASE = 'https://api.anthropic.com';
const HI: JsonObject = { messages: [{ role: 'user', content: 'hi' }] };
const SAID = [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }];

const call = (body: JsonObject, maxOutputTokens = 4_000, stream = false): ChatCall => ({
  body,
  stream,
  maxOutputTokens,
  requestId: 'r\n1',
});
const target = (model = 'claude-opus-5', baseUrl = BASE, key: string | null = 'k'): Target => ({
  model,
  baseUrl,
  credential: key === null ? null : new Secret(key),
});
const build = (given: ChatCall, to = target()): VendorRequest => anthropicAdapter.buildRequest(given, to);
const sent = (body: JsonObject, model = 'claude-opus-5', maxOutputTokens = 4_000): JsonObject =>
  parseJson(build(call(body, maxOutputTokens), target(model)).body) as JsonObject;
const asked = (fields: JsonObject, model?: string, maxTokens?: number): JsonObject => {
  const {
    model: _model,
    max_tokens: _max,
    messages: _said,
    stream: _stream,
    ...rest
  } = sent({ ...HI, ...fields }, model, maxTokens);
  return rest;
};
const refused = (body: JsonObject, model?: string, maxTokens?: number): VendorError => {
  try {
    sent(body, model, maxTokens);
  } catch (error) {
    if (error instanceof VendorError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the request', () => {
  it.each([
    [BASE, `${BASE}/v1/messages`],
    [`${BASE}/`, `${BASE}/v1/messages`],
    [`${BASE}/v1`, `${BASE}/v1/messages`],
    [`${BASE}/v1//`, `${BASE}/v1/messages`],
    ['http://h:1/claude?x=1', 'http://h:1/claude/v1/messages?x=1'],
  ])('%s', (baseUrl, url) => {
    expect(build(call(HI), target('m', baseUrl)).url).toBe(url);
  });

  it('has the headers of the API, and the key only if there is one', () => {
    expect(build(call(HI)).headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'anthropic-version': '2023-06-01',
      'x-request-id': 'r1',
      'x-api-key': 'k',
    });
    const { headers } = build(call(HI, 9, true), target('m', BASE, null));
    expect(headers).toMatchObject({ accept: 'text/event-stream' });
    expect(headers).not.toHaveProperty('x-api-key');
  });

  it('refuses what cannot be sent', () => {
    expect(() => build(call(HI), target('m', 'nowhere'))).toThrow(VendorError);
    expect(() => build(call(HI), target('m', BASE, 'a\nb'))).toThrow(VendorError);
  });

  it('decides model, stream and bound itself', () => {
    const body = {
      ...HI,
      model: 'x',
      stream: true,
      stream_options: {},
      max_tokens: 1,
      max_completion_tokens: 2,
      n: null,
    };
    expect(sent(body)).toEqual({ model: 'claude-opus-5', max_tokens: 4_000, messages: SAID, stream: false });
  });
});

describe('fields', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ stop: 'a' }, { stop_sequences: ['a'] }],
    [{ stop: ['a', 'b'] }, { stop_sequences: ['a', 'b'] }],
    [{ stop: [] }, {}],
    [{ user: 'u' }, { metadata: { user_id: 'u' } }],
    [{ user: 'u', safety_identifier: 'u' }, { metadata: { user_id: 'u' } }],
    [{ service_tier: 'auto' }, { service_tier: 'auto' }],
    [{ service_tier: 'default' }, { service_tier: 'standard_only' }],
    [{ response_format: { type: 'text' } }, {}],
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'n',
            description: 'd',
            strict: true,
            schema: { type: 'object', additionalProperties: false },
          },
        },
      },
      {
        output_config: {
          format: { type: 'json_schema', schema: { description: 'd', type: 'object', additionalProperties: false } },
        },
      },
    ],
    [{ temperature: 1, top_p: 1 }, {}],
    [
      {
        n: 1,
        logprobs: false,
        top_logprobs: 0,
        frequency_penalty: 0,
        presence_penalty: 0,
        logit_bias: {},
        metadata: {},
        modalities: ['text'],
        store: false,
        seed: null,
        whatever: null,
      },
      {},
    ],
  ])('%j', (fields, expected) => {
    expect(asked(fields)).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['seed', { seed: 7 }],
    ['frequency_penalty', { frequency_penalty: 0.1 }],
    ['presence_penalty', { presence_penalty: -0.1 }],
    ['logit_bias', { logit_bias: { 5: 1 } }],
    ['metadata', { metadata: { a: 'b' } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'x' } }],
    ['prediction', { prediction: {} }],
    ['store', { store: true }],
    ['web_search_options', { web_search_options: {} }],
    ['prompt_cache_key', { prompt_cache_key: 'k' }],
    ['verbosity', { verbosity: 'low' }],
    ['functions', { functions: [] }],
    ['function_call', { function_call: 'auto' }],
    ['whatever', { whatever: false }],
    ['__proto__', parseJson('{"__proto__":{"a":1}}') as JsonObject],
    ['user', { user: 'a', safety_identifier: 'b' }],
    ['user', { user: 1 }],
    ['stop', { stop: 1 }],
    ['stop', { stop: ['a', 1] }],
    ['service_tier', { service_tier: 'flex' }],
    ['service_tier', { service_tier: 'priority' }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['response_format.json_schema.schema', { response_format: { type: 'json_schema', json_schema: { name: 'n' } } }],
    ['temperature', { temperature: 0.5 }],
    ['top_p', { top_p: 0.9 }],
    ['top_k', { top_k: 5 }],
    ['messages', { messages: [] }],
    ['messages', { messages: [{ role: 'system', content: 'x' }] }],
    ['messages', { messages: 'hi' }],
  ])('refuses %s by name: %j', (field, fields) => {
    expect(refused({ ...HI, ...fields })).toMatchObject({ kind: 'unsupported', field });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ temperature: 0 }, { temperature: 0 }],
    [
      { temperature: 0.7, top_p: 0.9, top_k: 5 },
      { temperature: 0.7, top_p: 0.9, top_k: 5 },
    ],
  ])('samples as older models do: %j', (fields, expected) => {
    expect(asked(fields, 'claude-sonnet-4-5')).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['temperature', { temperature: 1.1 }],
    ['temperature', { temperature: '1' }],
    ['top_p', { top_p: 2 }],
    ['top_k', { top_k: -1 }],
    ['top_k', { top_k: 1.5 }],
    ['temperature', { temperature: 0.5, reasoning_effort: 'low' }],
    ['top_k', { top_k: 5, thinking: { type: 'enabled', budget_tokens: 1_024 } }],
  ])('never clamps %s: %j', (field, fields) => {
    expect(refused({ ...HI, ...fields }, 'claude-sonnet-4-5')).toMatchObject({ kind: 'unsupported', field });
  });

  it('refuses a schema on models that take none', () => {
    const fields = { ...HI, response_format: { type: 'json_schema', json_schema: { schema: {} } } };
    expect(refused(fields, 'claude-sonnet-4-20250514').field).toBe('response_format');
  });
});

describe('thinking', () => {
  const adaptive = (effort: string): JsonObject => ({
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort },
  });
  const budget = (budget_tokens: number): JsonObject => ({ thinking: { type: 'enabled', budget_tokens } });

  it.each<[string, string, JsonObject]>([
    ['claude-opus-4-6', 'minimal', adaptive('low')],
    ['anthropic.claude-opus-4-6-v1', 'high', adaptive('high')],
    ['claude-opus-4-7', 'xhigh', adaptive('xhigh')],
    ['claude-opus-4-7', 'none', {}],
    ['claude-opus-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
    ['claude-sonnet-5-5', 'none', { thinking: { type: 'between_tools' } }],
    ['claude-fable-5-2', 'medium', adaptive('medium')],
    ['claude-mythos-preview', 'low', adaptive('low')],
    ['house-model', 'max', adaptive('max')],
    ['claude-haiku-4-5-20251001', 'minimal', budget(1_024)],
    ['claude-sonnet-4@20250514', 'low', budget(2_000)],
    ['claude-3-7-sonnet-20250219', 'medium', budget(5_000)],
    ['claude-opus-4-1', 'high', budget(8_000)],
    ['claude-opus-4-5', 'xhigh', budget(9_500)],
    ['claude-opus-4-5', 'none', {}],
    ['claude-3-haiku-20240307', 'none', {}],
  ])('%s by effort %s', (model, effort, expected) => {
    expect(asked({ reasoning_effort: effort }, model, 10_000)).toEqual(expected);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'claude-opus-4-5',
      { type: 'enabled', budget_tokens: 2_000, display: 'omitted' },
      { type: 'enabled', budget_tokens: 2_000, display: 'omitted' },
    ],
    ['claude-opus-4-6', { type: 'enabled', budget_tokens: 3_999 }, { type: 'enabled', budget_tokens: 3_999 }],
    ['claude-opus-5-5', { type: 'adaptive' }, { type: 'adaptive' }],
    ['claude-opus-5', { type: 'disabled' }, { type: 'disabled' }],
  ])('%s takes %j', (model, thinking, expected) => {
    expect(asked({ thinking }, model)).toEqual({ thinking: expected });
  });

  it('takes adaptive and an effort together', () => {
    expect(asked({ thinking: { type: 'adaptive' }, reasoning_effort: 'high' })).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
  });

  it.each<[string, string, JsonObject]>([
    ['reasoning_effort', 'claude-opus-5', { reasoning_effort: 'huge' }],
    ['reasoning_effort', 'claude-opus-5', { reasoning_effort: 'toString' }],
    ['reasoning_effort', 'claude-opus-5', { reasoning_effort: 1 }],
    ['reasoning_effort', 'claude-3-5-haiku-20241022', { reasoning_effort: 'low' }],
    ['reasoning_effort', 'claude-sonnet-4-6', { reasoning_effort: 'xhigh' }],
    ['reasoning_effort', 'claude-opus-5-5', { reasoning_effort: 'none' }],
    ['reasoning_effort', 'claude-fable-5', { reasoning_effort: 'none' }],
    ['reasoning_effort', 'claude-opus-5', { reasoning_effort: 'low', thinking: { type: 'disabled' } }],
    ['reasoning_effort', 'claude-opus-5', { reasoning_effort: 'none', thinking: { type: 'adaptive' } }],
    ['thinking.type', 'claude-opus-5-5', { thinking: { type: 'disabled' } }],
    ['thinking.type', 'claude-opus-4-5', { thinking: { type: 'adaptive' } }],
    ['thinking.type', 'claude-opus-5', { thinking: { type: 'often' } }],
    ['thinking', 'claude-opus-5', { thinking: true }],
    ['thinking.display', 'claude-opus-5', { thinking: { type: 'adaptive', display: 'all' } }],
    ['thinking.more', 'claude-opus-5', { thinking: { type: 'adaptive', more: 1 } }],
    ['thinking.budget_tokens', 'claude-opus-4-7', { thinking: { type: 'enabled', budget_tokens: 2_000 } }],
    ['thinking.budget_tokens', 'claude-opus-4-5', { thinking: { type: 'enabled' } }],
    ['thinking.budget_tokens', 'claude-opus-4-5', { thinking: { type: 'enabled', budget_tokens: 1_023 } }],
    ['thinking.budget_tokens', 'claude-opus-4-5', { thinking: { type: 'enabled', budget_tokens: 4_000 } }],
  ])('refuses %s on %s: %j', (field, model, fields) => {
    expect(refused({ ...HI, ...fields }, model)).toMatchObject({ kind: 'unsupported', field });
  });

  it('needs room beside the smallest budget', () => {
    expect(refused({ ...HI, reasoning_effort: 'low' }, 'claude-opus-4-5', 1_024).field).toBe('reasoning_effort');
    expect(asked({ reasoning_effort: 'high' }, 'claude-opus-4-5', 1_025)).toEqual(budget(1_024));
  });
});

describe('tools', () => {
  const tool = (name: string, more: JsonObject = {}): JsonObject => ({ type: 'function', function: { name, ...more } });
  const bare = (name: string): JsonObject => ({ name, input_schema: { type: 'object', properties: {} } });
  const tools = [tool('f')];

  it('are translated whole', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const first = {
      ...tool('f', { description: 'd', parameters, strict: true }),
      cache_control: { type: 'ephemeral', ttl: '1h' },
    };
    expect(asked({ tools: [first, tool('g', { parameters: {}, strict: null })] })).toEqual({
      tools: [
        {
          name: 'f',
          description: 'd',
          input_schema: parameters,
          strict: true,
          cache_control: { type: 'ephemeral', ttl: '1h' },
        },
        { name: 'g', input_schema: { type: 'object' } },
      ],
    });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ tool_choice: 'auto' }, { tool_choice: { type: 'auto' } }],
    [{ tool_choice: 'none', parallel_tool_calls: false }, { tool_choice: { type: 'none' } }],
    [{ tool_choice: 'required' }, { tool_choice: { type: 'any' } }],
    [{ tool_choice: tool('f') }, { tool_choice: { type: 'tool', name: 'f' } }],
    [{ parallel_tool_calls: true }, {}],
    [{ parallel_tool_calls: false }, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }],
    [
      { parallel_tool_calls: false, tool_choice: 'required' },
      { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
    ],
  ])('%j', (fields, expected) => {
    expect(asked({ tools, ...fields })).toEqual({ tools: [bare('f')], ...expected });
  });

  it('say nothing when there are none', () => {
    expect(asked({ tools: [], tool_choice: 'auto', parallel_tool_calls: false })).toEqual({});
  });

  it.each<[string, string, JsonObject]>([
    ['tools[0].type', 'claude-opus-5', { tools: [{ type: 'custom', custom: {} }] }],
    ['tools[0].more', 'claude-opus-5', { tools: [{ ...tool('f'), more: 1 }] }],
    ['tools[0].function.more', 'claude-opus-5', { tools: [tool('f', { more: 1 })] }],
    ['tools[0].function.strict', 'claude-opus-5', { tools: [tool('f', { strict: 1 })] }],
    ['tools[0].function.name', 'claude-opus-5', { tools: [{ type: 'function', function: {} }] }],
    [
      'tools[0].cache_control.ttl',
      'claude-opus-5',
      { tools: [{ ...tool('f'), cache_control: { type: 'ephemeral', ttl: '2h' } }] },
    ],
    ['tools', 'claude-opus-5', { tools: 'f' }],
    ['parallel_tool_calls', 'claude-opus-5', { parallel_tool_calls: 1 }],
    ['tool_choice', 'claude-opus-5', { tools, tool_choice: { type: 'allowed_tools' } }],
    ['tool_choice', 'claude-opus-5', { tool_choice: 'required' }],
    ['tool_choice', 'claude-opus-5-5', { tools, tool_choice: 'required' }],
    ['tool_choice', 'claude-fable-5-1', { tools, tool_choice: tool('f') }],
    ['tool_choice', 'claude-sonnet-4-5', { tools, tool_choice: 'required', reasoning_effort: 'low' }],
  ])('refuses %s on %s: %j', (field, model, fields) => {
    expect(refused({ ...HI, ...fields }, model)).toMatchObject({ kind: 'unsupported', field });
  });
});
