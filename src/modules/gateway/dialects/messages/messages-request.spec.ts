import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { betasIn, toCanonical } from './messages-request.js';

const HELLO = { role: 'user', content: 'Hello' };
const LEAST: JsonObject = { model: 'claude', max_tokens: 64, messages: [HELLO] };
const canonical = (fields: JsonObject): JsonObject => toCanonical({ ...LEAST, ...fields }).body;
const refused = (fields: JsonObject): string => {
  try {
    toCanonical({ ...LEAST, ...fields });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_request') return error.message;
    throw error;
  }
  return 'accepted';
};
const turns = (...messages: JsonValue[]): JsonObject => ({ messages });
const user = (...content: JsonValue[]): JsonObject => ({ role: 'user', content });
const assistant = (...content: JsonValue[]): JsonObject => ({ role: 'assistant', content });
const text = (words: string, more: JsonObject = {}): JsonObject => ({ type: 'text', text: words, ...more });
const MARK = { cache_control: { type: 'ephemeral' } };
const HOUR = { cache_control: { type: 'ephemeral', ttl: '1h' } };

describe('fields of a request', () => {
  it('needs no more than bound and messages', () => {
    expect(toCanonical({ max_tokens: 1, messages: [HELLO] })).toEqual({
      model: null,
      body: { max_tokens: 1, messages: [HELLO] },
      stream: false,
    });
  });

  it('takes null for absent', () => {
    const nothing = Object.fromEntries(
      ['system', 'tools', 'tool_choice', 'stop_sequences', 'temperature', 'top_p', 'top_k', 'thinking', 'metadata']
        .concat('output_config', 'output_format', 'service_tier', 'speed', 'cache_control', 'stream', 'container')
        .map((name) => [name, null]),
    );
    expect(toCanonical({ ...LEAST, ...nothing, model: null })).toStrictEqual({
      model: null,
      body: { max_tokens: 64, messages: [HELLO] },
      stream: false,
    });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ stop_sequences: ['a', 'b'] }, { stop: ['a', 'b'] }],
    [{ stop_sequences: [] }, {}],
    [
      { temperature: 0, top_p: 0.5, top_k: 0 },
      { temperature: 0, top_p: 0.5, top_k: 0 },
    ],
    [{ metadata: { user_id: 'u' } }, { user: 'u' }],
    [{ metadata: {} }, {}],
    [{ service_tier: 'auto', speed: 'standard' }, {}],
    [{ service_tier: 'standard_only' }, { service_tier: 'default' }],
    [{ thinking: { type: 'enabled', budget_tokens: 1_024 } }, { thinking: { type: 'enabled', budget_tokens: 1_024 } }],
    [{ thinking: { type: 'adaptive', display: null } }, { thinking: { type: 'adaptive' } }],
    [{ thinking: { type: 'disabled' } }, { thinking: { type: 'disabled' } }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { thinking: { type: 'adaptive', display: 'omitted' } }],
    [{ output_config: { effort: 'xhigh' } }, { reasoning_effort: 'xhigh' }],
    [
      { output_config: { effort: 'max' }, thinking: { type: 'adaptive', display: 'summarized' } },
      { reasoning_effort: 'max' },
    ],
    [
      { output_config: { effort: 'low' }, thinking: { type: 'adaptive', display: 'omitted' } },
      { reasoning_effort: 'low', thinking: { type: 'adaptive', display: 'omitted' } },
    ],
    [{ output_config: { effort: 'low' }, thinking: { type: 'adaptive' } }, { reasoning_effort: 'low' }],
    [{ output_config: {}, thinking: { type: 'disabled' } }, { thinking: { type: 'disabled' } }],
    [{ tools: [] }, {}],
    [{ tool_choice: { type: 'auto' } }, { tool_choice: 'auto' }],
    [{ tool_choice: { type: 'any', disable_parallel_tool_use: false } }, { tool_choice: 'required' }],
    [{ tool_choice: { type: 'none' } }, { tool_choice: 'none' }],
    [
      { tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true } },
      { tool_choice: { type: 'function', function: { name: 'f' } }, parallel_tool_calls: false },
    ],
  ])('%j', (fields, expected) => {
    expect(canonical(fields)).toStrictEqual({ max_tokens: 64, messages: [HELLO], ...expected });
  });

  it.each(['output_config', 'output_format'])('holds the answer to a schema by %s', (name) => {
    const format = { type: 'json_schema', schema: { type: 'object', properties: {} } };
    expect(canonical({ [name]: name === 'output_config' ? { format } : format })).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'output', schema: format.schema, strict: true } },
    });
  });

  it('tells the model and whether to stream', () => {
    expect(toCanonical({ ...LEAST, stream: true })).toMatchObject({ model: 'claude', stream: true });
    expect(toCanonical(LEAST).body).not.toHaveProperty('model');
  });

  it.each<[JsonObject, string]>([
    [{ model: '' }, 'model: must not be empty'],
    [{ model: 1 }, 'model: must be a string'],
    [{ max_tokens: null }, 'max_tokens: must be a whole number of at least 1'],
    [{ max_tokens: 0 }, 'max_tokens: must be a whole number of at least 1'],
    [{ max_tokens: 1.5 }, 'max_tokens: must be a whole number of at least 1'],
    [{ max_tokens: '1' }, 'max_tokens: must be a whole number of at least 1'],
    [{ max_tokens: 1e300 }, 'max_tokens: must be a whole number of at least 1'],
    [{ messages: null }, 'messages: must be an array'],
    [{ messages: [] }, 'messages: must hold 1 to 100000 messages'],
    [{ stream: 'yes' }, 'stream: must be true or false'],
    [{ temperature: '1' }, 'temperature: must be a number'],
    [{ top_k: -1 }, 'top_k: must be a whole number of at least 0'],
    [{ stop_sequences: 'a' }, 'stop_sequences: must be an array'],
    [{ stop_sequences: ['a', 1] }, 'stop_sequences.1: must be a string'],
    [{ system: 1 }, 'system: must be an array'],
    [{ system: [{ type: 'image' }] }, `system.0.type: 'image' is not supported; use text`],
    [{ metadata: { user_id: 'u', team: 't' } }, 'metadata.team: is not supported'],
    [{ container: 'c' }, 'container: is not supported'],
    [{ mcp_servers: [] }, 'mcp_servers: is not supported'],
    [{ context_management: {} }, 'context_management: is not supported'],
    [{ inference_geo: 'us' }, 'inference_geo: is not supported'],
    [{ diagnostics: {} }, 'diagnostics: is not supported'],
    [{ fallbacks: [] }, 'fallbacks: is not supported'],
    [{ __proto__x: 1 }, '__proto__x: is not supported'],
    [JSON.parse('{"__proto__":1}') as JsonObject, '__proto__: is not supported'],
    [{ ['x'.repeat(9_999)]: 1 }, `${'x'.repeat(64)}: is not supported`],
    [{ speed: 'fast' }, `speed: 'fast' is not supported; use standard`],
    [{ service_tier: 'batch' }, `service_tier: 'batch' is not supported; use auto, standard_only`],
    [
      { thinking: { type: 'between_tools' } },
      `thinking.type: 'between_tools' is not supported; use enabled, adaptive, disabled`,
    ],
    [
      { thinking: { type: 'adaptive', display: 'full' } },
      `thinking.display: 'full' is not supported; use summarized, omitted`,
    ],
    [{ thinking: { type: 'disabled', display: 'omitted' } }, `thinking.display: does not go with the type 'disabled'`],
    [{ thinking: { type: 'enabled' } }, 'thinking.budget_tokens: must be a whole number of at least 1024'],
    [
      { thinking: { type: 'adaptive', budget_tokens: 2_000 } },
      `thinking.budget_tokens: goes with the type 'enabled' only`,
    ],
    [
      { output_config: { effort: 'minimal' } },
      `output_config.effort: 'minimal' is not supported; use low, medium, high, xhigh, max`,
    ],
    [{ output_config: { task_budget: 1 } }, 'output_config.task_budget: is not supported'],
    [
      { output_config: { effort: 'low' }, thinking: { type: 'enabled', budget_tokens: 2_000 } },
      `output_config.effort: cannot be combined with 'thinking' other than adaptive`,
    ],
    [
      { output_config: { format: { type: 'json_schema', schema: {} } }, output_format: { type: 'json_schema' } },
      'output_format: is the old name of output_config.format; use one of both',
    ],
    [{ output_format: { type: 'json' } }, `output_format.type: 'json' is not supported; use json_schema`],
    [{ output_format: { type: 'json_schema', schema: [] } }, 'output_format.schema: must be an object'],
    [{ tool_choice: 'auto' }, 'tool_choice: must be an object'],
    [{ tool_choice: { type: 'auto', name: 'f' } }, `tool_choice.name: goes with the type 'tool' only`],
    [{ tool_choice: { type: 'tool' } }, 'tool_choice.name: must be a string'],
  ])('%j is refused', (fields, message) => {
    expect(refused(fields)).toBe(message);
  });
});

describe('tools', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const tool = (more: JsonObject): JsonObject => ({ tools: [{ name: 'f', input_schema: schema, ...more }] });

  it.each<[JsonObject, JsonObject, JsonObject]>([
    [{}, {}, {}],
    [{ type: 'custom', description: 'd', strict: true }, { description: 'd', strict: true }, {}],
    [HOUR, {}, HOUR],
    [{ defer_loading: false, eager_input_streaming: null, input_examples: [], allowed_callers: ['direct'] }, {}, {}],
  ])('%j', (more, described, beside) => {
    const expected = { type: 'function', function: { name: 'f', parameters: schema, ...described }, ...beside };
    expect(canonical(tool(more)).tools).toEqual([expected]);
  });

  it.each<[JsonObject, string]>([
    [
      { type: 'web_search_20250305', max_uses: 1 },
      `tools.0.type: 'web_search_20250305' is not supported; only custom tools are`,
    ],
    [{ type: 'bash_20250124' }, `tools.0.type: 'bash_20250124' is not supported; only custom tools are`],
    [{ type: 'text_editor_20250728' }, `tools.0.type: 'text_editor_20250728' is not supported; only custom tools are`],
    [{ name: '' }, 'tools.0.name: must not be empty'],
    [{ input_schema: null }, 'tools.0.input_schema: must be an object'],
    [{ defer_loading: true }, 'tools.0.defer_loading: is not supported'],
    [{ eager_input_streaming: true }, 'tools.0.eager_input_streaming: is not supported'],
    [{ input_examples: [{}] }, 'tools.0.input_examples: is not supported'],
    [{ allowed_callers: ['direct', 'code'] }, `tools.0.allowed_callers.1: 'code' is not supported; use direct`],
    [
      { cache_control: { type: 'ephemeral', ttl: '2h' } },
      `tools.0.cache_control.ttl: '2h' is not supported; use 5m, 1h`,
    ],
    [{ cache_control: { type: 'ephemeral', scope: 'x' } }, 'tools.0.cache_control.scope: is not supported'],
    [{ parameters: {} }, 'tools.0.parameters: is not supported'],
  ])('%j is refused', (more, message) => {
    expect(refused(tool(more))).toBe(message);
  });

  it('refuses nesting that is meant to exhaust it', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`) as JsonObject;
    const message = 'must not be nested deeper than 128 levels';
    expect(refused(tool({ input_schema: deep }))).toBe(`tools.0.input_schema: ${message}`);
    const call = { type: 'tool_use', id: 'i', name: 'f', input: deep };
    expect(refused(turns(assistant(call)))).toBe(`messages.0.content.0.input: ${message}`);
    expect(refused(turns(deep))).toBe('messages.0.a: is not supported');
  });
});

describe('messages', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } };
  const imageUrl = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } };
  const use = { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: [1] } };
  const call = { id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"a":[1]}' } };
  const result = (more: JsonObject): JsonObject => ({ type: 'tool_result', tool_use_id: 'toolu_1', ...more });
  const thought = { type: 'thinking', thinking: 'hm', signature: 'sig' };
  const secret = { type: 'redacted_thinking', data: 'xyz' };

  it.each<[string, JsonValue[], JsonObject[]]>([
    ['strings', [HELLO, { role: 'assistant', content: 'Hi' }], [HELLO, { role: 'assistant', content: 'Hi' }]],
    [
      'a system message between',
      [{ role: 'system', content: [text('s')] }],
      [{ role: 'system', content: [text('s')] }],
    ],
    ['texts', [user(text('a'), text('b', HOUR))], [user(text('a'), text('b', HOUR))]],
    [
      'citations of nothing',
      [assistant(text('a', { citations: null }), text('b', { citations: [] }))],
      [assistant(text('a'), text('b'))],
    ],
    ['an image', [user({ ...image, ...MARK })], [user({ ...imageUrl, ...MARK })]],
    [
      'an image elsewhere',
      [user({ type: 'image', source: { type: 'url', url: 'https://x/y.png' } })],
      [user({ type: 'image_url', image_url: { url: 'https://x/y.png' } })],
    ],
    [
      'a PDF',
      [user({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } })],
      [user({ type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' } })],
    ],
    [
      'a text document',
      [
        user({
          type: 'document',
          title: 'n.txt',
          citations: { enabled: false },
          source: { type: 'text', media_type: 'text/plain', data: 'né' },
          ...MARK,
        }),
      ],
      [user({ type: 'file', file: { filename: 'n.txt', file_data: 'data:text/plain;base64,bsOp' }, ...MARK })],
    ],
    [
      'a document elsewhere',
      [user({ type: 'document', title: 'n', source: { type: 'url', url: 'https://x/y.pdf' }, ...MARK })],
      [user({ type: 'file', file: { filename: 'n', file_url: 'https://x/y.pdf' }, ...MARK })],
    ],
    [
      'a call that is marked',
      [assistant({ ...use, ...HOUR })],
      [{ role: 'assistant', content: null, tool_calls: [{ ...call, ...HOUR }] }],
    ],
    [
      'thoughts and a call',
      [assistant(thought, secret, text('a'), { ...use, caller: { type: 'direct' } })],
      [{ role: 'assistant', content: [text('a')], thinking_blocks: [thought, secret], tool_calls: [call] }],
    ],
    ['a call alone', [assistant(use)], [{ role: 'assistant', content: null, tool_calls: [call] }]],
    [
      'a text after a call',
      [assistant(use, text('a'))],
      [{ role: 'assistant', content: [text('a')], tool_calls: [call] }],
    ],
    [
      'thoughts between',
      [assistant(thought, text('a'), secret, use, text('b'), thought)],
      [
        {
          role: 'assistant',
          content: [text('a'), text('b')],
          thinking_blocks: [thought, secret, thought],
          tool_calls: [call],
        },
      ],
    ],
    [
      'a thought alone',
      [assistant({ type: 'thinking', thinking: '', signature: 'sig' })],
      [
        {
          role: 'assistant',
          content: null,
          thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'sig' }],
        },
      ],
    ],
    ['thoughts that nobody signed', [assistant({ ...thought, signature: '' })], [{ role: 'assistant', content: '' }]],
    [
      'results, then words',
      [user(result({ content: 'ok' }), result({ is_error: true, content: [text('a'), image] }), text('go'))],
      [
        { role: 'tool', tool_call_id: 'toolu_1', content: 'ok' },
        { role: 'tool', tool_call_id: 'toolu_1', content: [text('a'), imageUrl], is_error: true },
        user(text('go')),
      ],
    ],
    [
      'a result of nothing',
      [user(result({ is_error: false }))],
      [{ role: 'tool', tool_call_id: 'toolu_1', content: '' }],
    ],
    [
      'a result without parts',
      [user(result({ content: [] }))],
      [{ role: 'tool', tool_call_id: 'toolu_1', content: '' }],
    ],
    [
      'a marked result',
      [user(result({ content: 'ok', ...HOUR }), result({ content: [text('a'), image], ...MARK }))],
      [
        { role: 'tool', tool_call_id: 'toolu_1', content: [text('ok', HOUR)] },
        { role: 'tool', tool_call_id: 'toolu_1', content: [text('a'), { ...imageUrl, ...MARK }] },
      ],
    ],
  ])('%s', (_what, messages, expected) => {
    expect(canonical(turns(...messages)).messages).toStrictEqual(expected);
  });

  it.each<[JsonValue | undefined, JsonObject[]]>([
    ['', []],
    [[], []],
    ['Be brief.', [{ role: 'system', content: 'Be brief.' }]],
    [[text('a', MARK), text('b')], [{ role: 'system', content: [text('a', MARK), text('b')] }]],
  ])('system %j', (system, expected) => {
    expect(canonical({ system }).messages).toEqual([...expected, HELLO]);
  });

  it.each<[JsonValue, string]>([
    ['x', '0: must be an object'],
    [{ role: 'developer', content: '' }, `0.role: 'developer' is not supported; use user, assistant, system`],
    [{ role: 'user' }, '0.content: must be an array'],
    [{ ...HELLO, name: 'n' }, '0.name: is not supported'],
    [user(), '0.content: must not be empty'],
    [user(null), '0.content.0.type: must be a string'],
    [user({ type: 'search_result' }), `0.content.0.type: 'search_result' is not supported here`],
    [user(use), `0.content.0.type: 'tool_use' is not supported here`],
    [user(text('a'), { type: 'x'.repeat(99) }), `0.content.1.type: '${'x'.repeat(64)}' is not supported here`],
    [user({ type: 'text' }), '0.content.0.text: must be a string'],
    [user(text('a', { citations: [{}] })), '0.content.0.citations: is not supported'],
    [user({ ...image, transformations: {} }), '0.content.0.transformations: is not supported'],
    [
      user({ type: 'image', source: { type: 'file', file_id: 'f' } }),
      `0.content.0.source.type: 'file' is not supported; use base64, url`,
    ],
    [
      user({ type: 'image', source: { type: 'url', url: 'data:x' } }),
      '0.content.0.source.url: must be an address that begins with https:// or http://',
    ],
    [
      user({ type: 'image', source: { type: 'base64', media_type: 'text/html', data: 'x' } }),
      '0.content.0.source.media_type: must be the type of an image',
    ],
    [
      user({ type: 'document', source: { type: 'url', url: 'file:///x' } }),
      '0.content.0.source.url: must be an address that begins with https:// or http://',
    ],
    [
      user({ type: 'document', source: { type: 'file', file_id: 'f' } }),
      `0.content.0.source.type: 'file' is not supported; use base64, text, url`,
    ],
    [user({ type: 'document', source: { type: 'text' }, context: 'c' }), '0.content.0.context: is not supported'],
    [
      user({ type: 'document', source: {}, citations: { enabled: true } }),
      '0.content.0.citations.enabled: is not supported',
    ],
    [user(text('a'), result({})), `0.content.1.type: 'tool_result' must come before all other blocks of the message`],
    [user(result({ tool_use_id: null })), '0.content.0.tool_use_id: must be a string'],
    [user(result({ content: [use] })), `0.content.0.content.0.type: 'tool_use' is not supported here`],
    [user(result(MARK)), '0.content.0.cache_control: needs content to be cached'],
    [
      user(result({ content: [text('a', MARK)], ...MARK })),
      '0.content.0.cache_control: stands on the last block of the content already',
    ],
    [user(result({ toolset_name: 'browser' })), '0.content.0.toolset_name: is not supported'],
    [
      assistant({ type: 'server_tool_use' }),
      `0.content.0.type: 'server_tool_use' is not supported in a message of the assistant`,
    ],
    [assistant(image), `0.content.0.type: 'image' is not supported in a message of the assistant`],
    [assistant({ ...use, input: '{}' }), '0.content.0.input: must be an object'],
    [
      assistant({ ...use, cache_control: { type: 'x' } }),
      `0.content.0.cache_control.type: 'x' is not supported; use ephemeral`,
    ],
    [assistant({ ...use, caller: { type: 'code' } }), `0.content.0.caller.type: 'code' is not supported; use direct`],
    [assistant({ ...thought, cache_control: {} }), '0.content.0.cache_control: is not supported'],
  ])('%j is refused', (message, problem) => {
    expect(refused(turns(message))).toBe(`messages.${problem}`);
  });

  it.each<[string, JsonObject, JsonValue]>([
    ['the last text', turns(HELLO, user(text('a'), text('b'))), [HELLO, user(text('a'), text('b', MARK))]],
    ['a string', turns(HELLO), [user(text('Hello', MARK))]],
    ['before empty ones', turns(HELLO, user(text(''))), [user(text('Hello', MARK)), user(text(''))]],
    [
      'what is marked',
      turns(user(text('a', { cache_control: { type: 'ephemeral', ttl: '5m' } }))),
      [user(text('a', { cache_control: { type: 'ephemeral', ttl: '5m' } }))],
    ],
    [
      'a result',
      turns(user(result({ content: 'ok' }))),
      [{ role: 'tool', tool_call_id: 'toolu_1', content: [text('ok', MARK)] }],
    ],
    [
      'a call',
      turns(HELLO, assistant(text('a'), use)),
      [HELLO, { role: 'assistant', content: [text('a')], tool_calls: [{ ...call, ...MARK }] }],
    ],
  ])('a mark of the whole request is on %s', (_what, fields, expected) => {
    expect(canonical({ ...fields, ...MARK }).messages).toEqual(expected);
  });

  it.each<[JsonObject, string]>([
    [turns(user(text(''))), 'finds nothing to be cached'],
    [turns(user(text('a', HOUR))), 'differs from that of the last block'],
  ])('a mark of the whole request on %j', (fields, problem) => {
    expect(refused({ ...fields, ...MARK })).toBe(`cache_control: ${problem}`);
  });
});

describe('the header anthropic-beta', () => {
  it.each<[string | string[] | undefined, readonly string[]]>([
    [undefined, []],
    ['', []],
    ['context-1m-2025-08-07', ['context-1m-2025-08-07']],
    ['a-1, b-2 ,,a-1', ['a-1', 'b-2']],
    [
      ['a-1', 'b-2'],
      ['a-1', 'b-2'],
    ],
  ])('%j names %j', (header, betas) => {
    expect(betasIn({ 'anthropic-beta': header })).toEqual(betas);
  });

  it.each(['a b', 'a;q=1', '"a"', '-a', 'ä', 'x'.repeat(101), Array.from({ length: 33 }, (_, at) => `f${at}`).join()])(
    'cannot be %j',
    (header) => {
      expect(() => betasIn({ 'anthropic-beta': header })).toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          details: expect.objectContaining({ field: 'anthropic-beta' }),
        }),
      );
    },
  );

  it('is a field of the canonical call', () => {
    expect(toCanonical(LEAST, ['a-1']).body).toEqual({ max_tokens: 64, messages: [HELLO], anthropic_beta: ['a-1'] });
  });
});
