import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { toCanonical } from './responses-request.js';
import { packed } from './responses-thinking.js';

const ASKED = { role: 'user', content: 'Hi' };
const bodyOf = (fields: JsonObject): JsonObject => toCanonical({ input: 'Hi', ...fields }).body;
const messagesOf = (...items: JsonValue[]): JsonValue | undefined => toCanonical({ input: items }).body['messages'];

function refusedField(body: JsonObject): unknown {
  try {
    toCanonical(body);
  } catch (error) {
    if (error instanceof DomainError) return error.details.field;
    throw error;
  }
  return null;
}

const TOOL = { type: 'function', name: 'weather', parameters: { type: 'object', properties: {} }, strict: true };
const PLAIN_TOOL = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: {} }, strict: true },
};

describe('toCanonical', () => {
  it('translates a plain question', () => {
    expect(toCanonical({ model: 'fast', input: 'Hi', instructions: 'Be brief.', stream: true })).toEqual({
      model: 'fast',
      stream: true,
      body: { messages: [{ role: 'system', content: 'Be brief.' }, ASKED] },
    });
    expect(toCanonical({ input: 'Hi' })).toEqual({ model: null, stream: false, body: { messages: [ASKED] } });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ max_output_tokens: 64 }, { max_completion_tokens: 64 }],
    [
      { temperature: 0.5, top_p: 0 },
      { temperature: 0.5, top_p: 0 },
    ],
    [
      { user: 'u', safety_identifier: 's', prompt_cache_key: 'k', prompt_cache_retention: '24h', service_tier: 'flex' },
      { user: 'u', safety_identifier: 's', prompt_cache_key: 'k', prompt_cache_retention: '24h', service_tier: 'flex' },
    ],
    [{ metadata: { a: 'b' } }, {}],
    [{ reasoning: { effort: 'xhigh', summary: 'detailed' } }, { reasoning_effort: 'xhigh' }],
    [{ reasoning: { generate_summary: 'auto' } }, {}],
    [{ reasoning: {} }, {}],
    [{ text: { format: { type: 'text' }, verbosity: 'low' } }, { verbosity: 'low' }],
    [{ text: { format: { type: 'json_object' } } }, { response_format: { type: 'json_object' } }],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } } },
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } } },
    ],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: {}, description: 'd', strict: false } } },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'n', schema: {}, description: 'd', strict: false },
        },
      },
    ],
    [{ include: ['reasoning.encrypted_content'] }, {}],
    [{ store: false, background: false, truncation: 'disabled', top_logprobs: 0 }, {}],
    [{ stream_options: { include_obfuscation: false } }, {}],
    [{ tools: [TOOL] }, { tools: [PLAIN_TOOL] }],
    [
      {
        tools: [
          { type: 'function', name: 'f', description: 'd', parameters: null, strict: null, defer_loading: false },
        ],
      },
      { tools: [{ type: 'function', function: { name: 'f', description: 'd' } }] },
    ],
    [
      { tools: [{ type: 'function', name: 'f', cache_control: { type: 'ephemeral' } }] },
      { tools: [{ type: 'function', function: { name: 'f' }, cache_control: { type: 'ephemeral' } }] },
    ],
    [
      { tools: [TOOL], tool_choice: 'required', parallel_tool_calls: false },
      { tools: [PLAIN_TOOL], tool_choice: 'required', parallel_tool_calls: false },
    ],
    [
      { tools: [TOOL], tool_choice: { type: 'function', name: 'weather' } },
      { tools: [PLAIN_TOOL], tool_choice: { type: 'function', function: { name: 'weather' } } },
    ],
    [
      {
        tools: [TOOL],
        tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'weather' }] },
      },
      {
        tools: [PLAIN_TOOL],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'weather' } }] },
        },
      },
    ],
    [{ tools: [], tool_choice: 'auto', parallel_tool_calls: true }, {}],
    [{ tool_choice: 'none' }, {}],
  ])('%j', (fields, canonical) => {
    expect(bodyOf(fields)).toEqual({ messages: [ASKED], ...canonical });
  });

  it('takes null for absent everywhere', () => {
    const names = ['instructions', 'store', 'tools', 'text', 'reasoning', 'previous_response_id', 'prompt', 'nonsense'];
    expect(bodyOf(Object.fromEntries(names.map((name) => [name, null])))).toEqual({ messages: [ASKED] });
    expect(bodyOf({ reasoning: { effort: null, mode: null }, text: { format: null, verbosity: null } })).toEqual({
      messages: [ASKED],
    });
  });

  it.each<[JsonObject, string]>([
    [{ store: true }, 'store'],
    [{ background: true }, 'background'],
    [{ truncation: 'auto' }, 'truncation'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ previous_response_id: 'resp_1' }, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
    [{ context_management: [{ type: 'compaction' }] }, 'context_management'],
    [{ max_tool_calls: 3 }, 'max_tool_calls'],
    [{ stream_options: { include_obfuscation: true } }, 'stream_options.include_obfuscation'],
    [{ stream_options: { include_usage: true } }, 'stream_options.include_usage'],
    [{ include: ['reasoning.encrypted_content', 'message.output_text.logprobs'] }, 'include.1'],
    [{ include: 'reasoning.encrypted_content' }, 'include'],
    [{ seed: 7 }, 'seed'],
    [{ messages: [ASKED] }, 'messages'],
    [{ model: 4 }, 'model'],
    [{ stream: 'yes' }, 'stream'],
    [{ instructions: ['x'] }, 'instructions'],
    [{ temperature: '1' }, 'temperature'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
    [{ max_output_tokens: 1.5 }, 'max_output_tokens'],
    [{ user: 4 }, 'user'],
    [{ metadata: 'x' }, 'metadata'],
    [{ reasoning: { effort: 'extreme' } }, 'reasoning.effort'],
    [{ reasoning: { summary: 'long' } }, 'reasoning.summary'],
    [{ reasoning: { mode: 'pro' } }, 'reasoning.mode'],
    [{ text: { format: { type: 'grammar' } } }, 'text.format.type'],
    [{ text: { format: { type: 'json_schema', schema: {} } } }, 'text.format.name'],
    [{ text: { format: { type: 'json_schema', name: 'n' } } }, 'text.format.schema'],
    [{ text: { format: { type: 'json_object', schema: {} } } }, 'text.format.schema'],
    [{ text: { verbosity: 'terse' } }, 'text.verbosity'],
    [{ text: { tone: 'mild' } }, 'text.tone'],
    [{ tools: 'x' }, 'tools'],
    [{ tools: [4] }, 'tools.0'],
    [{ tools: [TOOL, { type: 'web_search' }] }, 'tools.1.type'],
    [{ tools: [{ type: 'custom', name: 'x' }] }, 'tools.0.type'],
    [{ tools: [{ type: 'mcp', server_label: 'x' }] }, 'tools.0.type'],
    [{ tools: [{ type: 'function', function: { name: 'x' } }] }, 'tools.0.function'],
    [{ tools: [{ type: 'function' }] }, 'tools.0.name'],
    [{ tools: [{ ...TOOL, strict: 'yes' }] }, 'tools.0.strict'],
    [{ tools: [{ ...TOOL, defer_loading: true }] }, 'tools.0.defer_loading'],
    [{ tools: [{ ...TOOL, async: true }] }, 'tools.0.async'],
    [{ tools: [TOOL], tool_choice: 'sometimes' }, 'tool_choice'],
    [{ tools: [TOOL], tool_choice: { type: 'file_search' } }, 'tool_choice.type'],
    [{ tools: [TOOL], tool_choice: { type: 'function' } }, 'tool_choice.name'],
    [{ tools: [TOOL], tool_choice: { type: 'allowed_tools', mode: 'none', tools: [] } }, 'tool_choice.mode'],
    [
      { tools: [TOOL], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp' }] } },
      'tool_choice.tools.0.type',
    ],
    [{ tool_choice: 'required' }, 'tool_choice'],
    [{ tools: [TOOL], parallel_tool_calls: 'no' }, 'parallel_tool_calls'],
  ])('refuses %j by the name %s', (fields, field) => {
    expect(refusedField({ input: 'Hi', ...fields })).toBe(field);
  });

  it('refuses a name that every object has', () => {
    expect(refusedField(JSON.parse('{"input":"Hi","__proto__":1}') as JsonObject)).toBe('__proto__');
    expect(refusedField(JSON.parse('{"input":"Hi","constructor":1}') as JsonObject)).toBe('constructor');
  });

  it('answers whatever JSON it gets with a call or with the name of a field', () => {
    const names = fc.constantFrom('input', 'tools', 'tool_choice', 'text', 'reasoning', 'include', 'stream_options');
    const item = fc.record({ type: fc.constantFrom('message', 'function_call', 'reasoning'), content: fc.jsonValue() });
    const value = fc.oneof(fc.jsonValue(), fc.array(item));
    fc.assert(
      fc.property(fc.dictionary(names, value), (body) => {
        expect([null, expect.any(String)]).toContainEqual(refusedField(body));
      }),
    );
  });
});

describe('input', () => {
  const URL = 'data:application/pdf;base64,AA==';
  const call = (id: string): JsonObject => ({ type: 'function_call', call_id: id, name: 'weather', arguments: '{}' });
  const plainCall = (id: string): JsonObject => ({
    id,
    type: 'function',
    function: { name: 'weather', arguments: '{}' },
  });
  const said = (text: string): JsonObject => ({
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [], parsed: null }],
  });
  const THOUGHT = { type: 'thinking', thinking: 'Hm.', signature: 'sig' };
  const thought = (content: string | null): JsonObject => ({
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'Hm.' }],
    encrypted_content: content,
  });

  it('translates messages and their parts', () => {
    expect(
      messagesOf(
        { role: 'developer', content: 'Be brief.' },
        {
          type: 'message',
          role: 'user',
          status: 'completed',
          id: 'msg_0',
          content: [{ type: 'input_text', text: 'a' }],
        },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'b', cache_control: { type: 'ephemeral' } },
            { type: 'input_image', image_url: 'https://h/a.png', detail: 'low', file_id: null },
            { type: 'input_image', image_url: 'data:image/png;base64,AA==' },
            { type: 'input_file', file_data: URL, filename: 'a.pdf' },
            { type: 'input_file', file_data: URL },
            { type: 'input_file', file_url: 'https://h/b.pdf', file_data: null, filename: 'b.pdf' },
          ],
        },
        { role: 'assistant', content: 'c' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
      ),
    ).toEqual([
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'a' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'b', cache_control: { type: 'ephemeral' } },
          { type: 'image_url', image_url: { url: 'https://h/a.png', detail: 'low' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
          { type: 'file', file: { file_data: URL, filename: 'a.pdf' } },
          { type: 'file', file: { file_data: URL } },
          { type: 'file', file: { file_url: 'https://h/b.pdf', filename: 'b.pdf' } },
        ],
      },
      { role: 'assistant', content: 'c' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ]);
  });

  it('gives the instructions the role that the input uses', () => {
    const input = [{ role: 'developer', content: 'a' }, ASKED];
    expect(toCanonical({ instructions: 'b', input }).body['messages']).toEqual([
      { role: 'developer', content: 'b' },
      ...input,
    ]);
  });

  it('makes one message of what the model said at once', () => {
    expect(
      messagesOf(
        ASKED,
        thought(packed([THOUGHT])),
        said('Let me see.'),
        call('call_1'),
        { ...call('call_2'), id: 'fc_2', status: 'completed', parsed_arguments: {} },
        { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
        {
          type: 'function_call_output',
          id: 'fco_2',
          call_id: 'call_2',
          output: [
            { type: 'input_text', text: 'rain' },
            { type: 'input_image', image_url: 'https://h/a.png' },
          ],
        },
        said('Take a coat.'),
        said('And boots.'),
      ),
    ).toEqual([
      ASKED,
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [plainCall('call_1'), plainCall('call_2')],
        thinking_blocks: [THOUGHT],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      {
        role: 'tool',
        tool_call_id: 'call_2',
        content: [
          { type: 'text', text: 'rain' },
          { type: 'image_url', image_url: { url: 'https://h/a.png' } },
        ],
      },
      { role: 'assistant', content: 'Take a coat.' },
      { role: 'assistant', content: 'And boots.' },
    ]);
  });

  it('keeps results right behind their calls, wherever text and thoughts stand', () => {
    const output = { type: 'function_call_output', call_id: 'call_1', output: [] };
    expect(messagesOf(ASKED, call('call_1'), said('Wait.'), thought(packed([THOUGHT])), output)).toEqual([
      ASKED,
      { role: 'assistant', content: 'Wait.', tool_calls: [plainCall('call_1')], thinking_blocks: [THOUGHT] },
      { role: 'tool', tool_call_id: 'call_1', content: '' },
    ]);
    expect(messagesOf(ASKED, call('call_1'), output)).toEqual([
      ASKED,
      { role: 'assistant', content: null, tool_calls: [plainCall('call_1')] },
      { role: 'tool', tool_call_id: 'call_1', content: '' },
    ]);
  });

  it.each([null, '', 'gAAAAABo', '%%%', packed([{ type: 'thinking', thinking: 'unsigned' }]), 'WzFd', 'e30='])(
    'leaves out reasoning of others: %j',
    (content) => {
      expect(messagesOf(ASKED, thought(content), said('x'))).toEqual([ASKED, { role: 'assistant', content: 'x' }]);
    },
  );

  it('leaves out thoughts that led to nothing', () => {
    expect(messagesOf(ASKED, thought(packed([THOUGHT])), ASKED)).toEqual([ASKED, ASKED]);
  });

  it.each<[JsonValue, string]>([
    ['x', 'input.0'],
    [{}, 'input.0.type'],
    [{ type: 'item_reference', id: 'msg_1' }, 'input.0.type'],
    [{ type: 'web_search_call', id: 'ws_1' }, 'input.0.type'],
    [{ type: 'custom_tool_call', call_id: 'c' }, 'input.0.type'],
    [{ type: 'compaction', encrypted_content: 'x' }, 'input.0.type'],
    [{ role: 'user' }, 'input.0.content'],
    [{ role: 'user', content: [] }, 'input.0.content'],
    [{ role: 'tool', content: 'x' }, 'input.0.role'],
    [{ role: 'user', content: 'x', name: 'Bo' }, 'input.0.name'],
    [{ role: 'assistant', content: 'x', phase: 'commentary' }, 'input.0.phase'],
    [{ role: 'user', content: ['x'] }, 'input.0.content.0'],
    [{ role: 'user', content: [{ type: 'text', text: 'x' }] }, 'input.0.content.0.type'],
    [{ role: 'user', content: [{ type: 'output_text', text: 'x' }] }, 'input.0.content.0.type'],
    [{ role: 'system', content: [{ type: 'input_image', image_url: 'x' }] }, 'input.0.content.0.type'],
    [{ role: 'user', content: [{ type: 'input_text' }] }, 'input.0.content.0.text'],
    [{ role: 'user', content: [{ type: 'input_text', text: 'x', y: 1 }] }, 'input.0.content.0.y'],
    [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }, 'input.0.content.0.file_id'],
    [{ role: 'user', content: [{ type: 'input_image' }] }, 'input.0.content.0.image_url'],
    [
      { role: 'user', content: [{ type: 'input_image', image_url: 'x', detail: 'original' }] },
      'input.0.content.0.detail',
    ],
    [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }, 'input.0.content.0.file_id'],
    [{ role: 'user', content: [{ type: 'input_file', file_url: 'data:,x' }] }, 'input.0.content.0.file_url'],
    [
      { role: 'user', content: [{ type: 'input_file', file_url: 'https://h', file_data: 'data:,x' }] },
      'input.0.content.0.file_url',
    ],
    [{ role: 'user', content: [{ type: 'input_file', file_data: 'AA==' }] }, 'input.0.content.0.file_data'],
    [{ ...call('c'), namespace: 'n' }, 'input.0.namespace'],
    [{ ...call(''), id: 'fc' }, 'input.0.call_id'],
    [{ type: 'function_call', call_id: 'c', name: 'f', arguments: {} }, 'input.0.arguments'],
    [{ type: 'function_call_output', call_id: 'c' }, 'input.0.output'],
    [{ type: 'function_call_output', output: 'x' }, 'input.0.call_id'],
  ])('refuses %j by the name %s', (item, field) => {
    expect(refusedField({ input: [item] })).toBe(field);
  });

  it('refuses an input without a message', () => {
    expect(refusedField({})).toBe('input');
    expect(refusedField({ input: 4 })).toBe('input');
    expect(refusedField({ input: [] })).toBe('input');
    expect(refusedField({ input: [thought(null)] })).toBe('input');
  });
});
