import { describe, expect, it } from '@jest/globals';
import { VendorError } from '../errors/vendor-error.js';
import { parseJson } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { anthropicAdapter } from './anthropic-adapter.js';

function sent(body: JsonObject): JsonObject {
  const target = { model: 'claude-opus-5', baseUrl: 'https://h', credential: null };
  const call = { body, stream: false, maxOutputTokens: 4_000, requestId: 'r' };
  return parseJson(anthropicAdapter.buildRequest(call, target).body) as JsonObject;
}
const said = (...messages: JsonValue[]): JsonObject => sent({ messages });
function refused(body: JsonObject): unknown {
  try {
    return sent(body);
  } catch (error) {
    if (error instanceof VendorError) return error;
    throw error;
  }
}

describe('messages', () => {
  const PNG = 'data:image/png;base64,iVBORw0KGgo=';
  const text = (value: string, more: JsonObject = {}): JsonObject => ({ type: 'text', text: value, ...more });
  const user = (...content: JsonValue[]): JsonObject => ({ role: 'user', content });
  const image = (url: string, more: JsonObject = {}): JsonObject => ({
    type: 'image_url',
    image_url: { url, ...more },
  });
  const file = (file_data: string, more: JsonObject = {}): JsonObject => ({
    type: 'file',
    file: { file_data, ...more },
  });
  const toolCall = (id: string, args: JsonValue): JsonObject => ({
    id,
    type: 'function',
    function: { name: 'f', arguments: args },
  });

  it('gathers the system prompt, merges neighbours, and puts results of tools first', () => {
    const body = said(
      { role: 'system', content: [text('be brief', { cache_control: { type: 'ephemeral' } })] },
      { role: 'user', content: 'a' },
      { role: 'user', content: [text('b')] },
      {
        role: 'assistant',
        content: '',
        tool_calls: [toolCall('c1', '{"x":1}'), toolCall('c:2', '')],
        refusal: null,
        annotations: [],
        audio: null,
      },
      { role: 'user', content: 'meanwhile' },
      { role: 'tool', tool_call_id: 'c1', content: 'one', name: 'f' },
      { role: 'tool', tool_call_id: 'c:2', content: [text('two'), image(PNG)], is_error: true },
      { role: 'developer', content: 'and kind' },
    );
    expect(body).toEqual({
      model: 'claude-opus-5',
      max_tokens: 4_000,
      stream: false,
      system: [text('be brief', { cache_control: { type: 'ephemeral' } }), text('and kind')],
      messages: [
        user(text('a'), text('b')),
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'c1', name: 'f', input: { x: 1 } },
            { type: 'tool_use', id: 'c_3a2', name: 'f', input: {} },
          ],
        },
        user(
          { type: 'tool_result', tool_use_id: 'c1', content: [text('one')] },
          {
            type: 'tool_result',
            tool_use_id: 'c_3a2',
            content: [
              text('two'),
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            ],
            is_error: true,
          },
          text('meanwhile'),
        ),
      ],
    });
  });

  it('sends signed thinking back first, and reasoning_content never', () => {
    const thinking_blocks = [
      { type: 'thinking', thinking: 't', signature: 's', more: 1 },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'thinking', thinking: 'unsigned' },
      { type: 'thinking', signature: 'omitted' },
      7,
    ];
    const { messages } = said(
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: [text('a'), { type: 'refusal', refusal: 'no' }],
        refusal: 'never',
        thinking_blocks,
        reasoning_content: 't',
      },
    );
    expect((messages as JsonObject[])[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 't', signature: 's' },
        { type: 'redacted_thinking', data: 'd' },
        { type: 'thinking', thinking: '', signature: 'omitted' },
        text('a'),
        text('no'),
        text('never'),
      ],
    });
  });

  it.each<[JsonObject, JsonObject]>([
    [image('https://h/x.png', { detail: 'auto' }), { type: 'image', source: { type: 'url', url: 'https://h/x.png' } }],
    [
      { ...image('data:image/jpg;base64,AA=='), cache_control: { type: 'ephemeral', ttl: null } },
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/jpeg', data: 'AA==' },
        cache_control: { type: 'ephemeral' },
      },
    ],
    [
      file('data:application/pdf;base64,JVBERg==', { filename: 'a.pdf' }),
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'a.pdf' },
    ],
    [
      file('data:text/plain;charset=UTF-8;base64,w7w='),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'ü' } },
    ],
    [
      file('data:text/plain,a%20b'),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a b' } },
    ],
  ])('%j', (part, block) => {
    expect(said(user(part))['messages']).toEqual([user(block)]);
  });

  it.each<[string, JsonObject]>([
    ['messages[0].content[0].input_audio', user({ type: 'input_audio', input_audio: {} })],
    ['messages[0].content[0].video_url', user({ type: 'video_url' })],
    ['messages[0].content[0]', user('text')],
    ['messages[0].content[0]', user({})],
    ['messages[0].content', { role: 'user', content: 5 }],
    ['messages[0].content[0].text', user({ type: 'text' })],
    ['messages[0].content[0].more', user(text('a', { more: 1 }))],
    ['messages[0].content[0].cache_control', user(text('a', { cache_control: true }))],
    ['messages[0].content[0].cache_control.type', user(text('a', { cache_control: { type: 'for ever' } }))],
    ['messages[0].content[0].image_url.detail', user(image(PNG, { detail: 'low' }))],
    ['messages[0].content[0].image_url.url', user(image('http://h/x.png'))],
    ['messages[0].content[0].image_url.url', user(image('data:image/tiff;base64,AA=='))],
    ['messages[0].content[0].image_url.url', user(image('data:image/png,AA=='))],
    ['messages[0].content[0].image_url.url', user(image('data:'))],
    ['messages[0].content[0].file.file_id', user({ type: 'file', file: { file_id: 'x' } })],
    ['messages[0].content[0].file.file_data', user({ type: 'file', file: {} })],
    ['messages[0].content[0].file.file_data', user(file('JVBERg=='))],
    ['messages[0].content[0].file.file_data', user(file('data:text/csv,a'))],
    ['messages[0].content[0].file.file_data', user(file('data:text/plain,%E0%A4%A'))],
    ['messages[0].content[0].file.file_data', user(file('data:text/plain;base64,/w=='))],
    ['messages[0].content[0].file.file_data', user(file('data:text/plain;charset=latin1,a'))],
    ['messages[0].content[0].file.file_url', user({ type: 'file', file: { file_url: 'http://h/x.pdf' } })],
    ['messages[0].content[0].file.file_url', user(file('data:text/plain,a', { file_url: 'https://h/x.pdf' }))],
    [
      'messages[0].tool_calls[0].cache_control',
      { role: 'assistant', tool_calls: [{ ...toolCall('c', ''), cache_control: 1 }] },
    ],
    ['messages[0].name', { role: 'user', content: 'a', name: 'Ann' }],
    ['messages[0].role', { role: 'function', content: 'a' }],
    ['messages[0].audio', { role: 'assistant', content: 'a', audio: { id: 'x' } }],
    ['messages[0].function_call', { role: 'assistant', function_call: { name: 'f' } }],
    ['messages[0].annotations', { role: 'assistant', content: 'a', annotations: [{}] }],
    ['messages[0].content[0].image_url', { role: 'assistant', content: [image(PNG)] }],
    ['messages[0].content[0].image_url', { role: 'system', content: [image(PNG)] }],
    ['messages[0].tool_calls[0].type', { role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: {} }] }],
    [
      'messages[0].tool_calls[0].id',
      { role: 'assistant', tool_calls: [{ type: 'function', function: { name: 'f' } }] },
    ],
    ['messages[0].tool_calls[0].function.arguments', { role: 'assistant', tool_calls: [toolCall('c', '{"a":')] }],
    ['messages[0].tool_calls[0].function.arguments', { role: 'assistant', tool_calls: [toolCall('c', '[1]')] }],
    ['messages[0].tool_call_id', { role: 'tool', content: 'x' }],
    ['messages[0].is_error', { role: 'tool', tool_call_id: 'c', content: 'x', is_error: 'yes' }],
  ])('refuses %s: %j', (field, message) => {
    expect(refused({ messages: [message] })).toMatchObject({ kind: 'unsupported', field, retryable: false });
  });

  it('keeps the address of a document, and the mark of a call', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' };
    const body = said(user({ type: 'file', file: { file_url: 'https://h/x.pdf', filename: 'x.pdf' } }), {
      role: 'assistant',
      tool_calls: [{ ...toolCall('c', ''), cache_control }],
    });
    expect(body['messages']).toEqual([
      user({ type: 'document', source: { type: 'url', url: 'https://h/x.pdf' }, title: 'x.pdf' }),
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {}, cache_control }] },
    ]);
  });

  it('refuses arguments that are nested deeper than can be written', () => {
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(refused({ messages: [{ role: 'assistant', tool_calls: [toolCall('c', deep)] }] })).toMatchObject({
      kind: 'unsupported',
      field: 'messages',
    });
  });
});
