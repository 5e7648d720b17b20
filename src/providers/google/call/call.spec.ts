import { describe, expect, it } from '@jest/globals';
import { VendorError } from '../../errors/vendor-error.js';
import { parseJson } from '../../json.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';
import { googleAdapter } from '../google-adapter.js';

const HI: JsonObject = { role: 'user', content: 'hi' };
const sent = (body: JsonObject, model = 'gemini-2.5-flash'): JsonObject => {
  const call = { body: { messages: [HI], ...body }, stream: false, maxOutputTokens: 99, requestId: 'r' };
  const target = { model, baseUrl: googleAdapter.defaultBaseUrl, credential: null };
  return parseJson(googleAdapter.buildRequest(call, target).body) as JsonObject;
};
const config = (body: JsonObject, model?: string): JsonValue | undefined => sent(body, model)['generationConfig'];
const contents = (messages: readonly JsonValue[], model?: string): JsonValue | undefined =>
  sent({ messages }, model)['contents'];
const refusal = (body: JsonObject, model?: string): unknown => {
  try {
    sent(body, model);
    return null;
  } catch (error) {
    return error instanceof VendorError && error.kind === 'unsupported' ? error.field : error;
  }
};
const user = (...parts: JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content: parts }] });
const callOf = (id: string, name: string, args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

describe('fields', () => {
  it('become generationConfig', () => {
    const body = {
      ...{ model: 'x', stream: true, stream_options: {}, max_tokens: 5, max_completion_tokens: 6, store: false },
      ...{ temperature: 0, top_p: 0.5, top_k: 40, n: 3, stop: ['a', 'b'], seed: 7, service_tier: 'default' },
      ...{ presence_penalty: 1, frequency_penalty: -1, logprobs: true, top_logprobs: 4, modalities: ['text', 'image'] },
      ...{
        response_format: { type: 'json_object' },
        parallel_tool_calls: true,
        logit_bias: {},
        metadata: {},
        user: null,
        unknown: null,
      },
    };
    expect(sent(body)).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
      generationConfig: {
        ...{ maxOutputTokens: 99, temperature: 0, topP: 0.5, topK: 40, candidateCount: 3, stopSequences: ['a', 'b'] },
        ...{ seed: 7, presencePenalty: 1, frequencyPenalty: -1, responseLogprobs: true, logprobs: 4 },
        ...{ responseModalities: ['TEXT', 'IMAGE'], responseMimeType: 'application/json' },
      },
    });
  });

  const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
  it.each<[JsonObject, JsonObject]>([
    [{ n: 1, temperature: null, stop: 'x' }, { stopSequences: ['x'] }],
    [{ response_format: { type: 'text' } }, {}],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema: SCHEMA } } },
      { responseMimeType: 'application/json', responseJsonSchema: SCHEMA },
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'n', description: 'd', schema: SCHEMA } } },
      { responseMimeType: 'application/json', responseJsonSchema: { description: 'd', ...SCHEMA } },
    ],
  ])('%j', (body, expected) => {
    expect(config(body)).toEqual({ maxOutputTokens: 99, ...expected });
  });

  it.each<[JsonObject, string]>([
    ...['metadata', 'prediction', 'logit_bias', 'audio', 'functions', 'function_call', 'verbosity', 'xyz'].map(
      (name): [JsonObject, string] => [{ [name]: { a: 1 } }, name],
    ),
    [{ store: true }, 'store'],
    [{ service_tier: 'priority' }, 'service_tier'],
    [{ parallel_tool_calls: false }, 'parallel_tool_calls'],
    [{ stop: [1] }, 'stop'],
    [{ stop: {} }, 'stop'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ modalities: 'text' }, 'modalities'],
    [{ response_format: 'json' }, 'response_format'],
    [{ response_format: { type: 'grammar' } }, 'response_format.type'],
    [{ response_format: { type: 'json_schema', json_schema: { x: 1 } } }, 'response_format.json_schema.x'],
    [{ messages: 'hi' }, 'messages'],
  ])('%j is refused as %s', (body, field) => {
    expect(refusal(body)).toBe(field);
  });
});

describe('thinking', () => {
  const enabled = (budget_tokens: number): JsonObject => ({ thinking: { type: 'enabled', budget_tokens } });
  const adaptive = { thinking: { type: 'adaptive' } };
  const effort = (reasoning_effort: string): JsonObject => ({ reasoning_effort });
  const budget = (thinkingBudget: number): JsonObject => ({ includeThoughts: true, thinkingBudget });
  const level = (thinkingLevel: string): JsonObject => ({ includeThoughts: true, thinkingLevel });

  it.each<[string, JsonObject, JsonObject | undefined]>([
    ['gemini-2.5-pro', {}, undefined],
    ['gemini-2.5-pro', effort('low'), budget(1_024)],
    ['gemini-2.5-pro', effort('minimal'), budget(1_024)],
    ['gemini-2.5-flash', effort('medium'), budget(8_192)],
    ['gemini-2.5-flash', effort('high'), budget(24_576)],
    ['gemini-2.5-flash', effort('none'), { thinkingBudget: 0 }],
    ['gemini-2.5-flash', { thinking: { type: 'disabled' } }, { thinkingBudget: 0 }],
    ['gemini-2.5-flash', enabled(500), budget(500)],
    ['gemini-2.5-flash', adaptive, budget(-1)],
    ['gemini-2.0-flash', effort('none'), undefined],
    ['gemini-3.1-pro-preview', effort('minimal'), level('LOW')],
    ['gemini-3.6-flash', effort('minimal'), level('MINIMAL')],
    ['gemini-3.7-flash', effort('minimal'), level('LOW')],
    ['gemini-3.5-flash-lite', effort('minimal'), level('MINIMAL')],
    ['gemini-3-flash-preview', effort('medium'), level('MEDIUM')],
    ['gemini-3-flash-preview', enabled(1_024), level('LOW')],
    ['gemini-3-flash-preview', enabled(1_025), level('MEDIUM')],
    ['gemini-3-flash-preview', enabled(8_193), level('HIGH')],
    ['gemini-3-flash-preview', adaptive, { includeThoughts: true }],
    ['gemini-4-hydrogen', effort('xhigh'), level('XHIGH')],
    ['gemini-4-argon', effort('minimal'), level('LOW')],
    ['gemini-flash-latest', effort('high'), level('HIGH')],
    ['tunedModels/gemini-2.5-flash-x', effort('low'), budget(1_024)],
  ])('%s %j', (model, body, thinkingConfig) => {
    expect(config(body, model)).toEqual({ maxOutputTokens: 99, ...(thinkingConfig && { thinkingConfig }) });
  });

  it.each<[string, JsonObject, string]>([
    ['gemini-2.5-pro', effort('none'), 'reasoning_effort'],
    ['gemini-3-flash', effort('none'), 'reasoning_effort'],
    ['gemini-3-flash', { thinking: { type: 'disabled' } }, 'thinking'],
    ['gemini-3.8-flash', effort('xhigh'), 'reasoning_effort'],
    ['gemini-2.5-flash', effort('xhigh'), 'reasoning_effort'],
    ['gemini-2.5-flash', effort('constructor'), 'reasoning_effort'],
    ['gemini-2.0-flash', effort('low'), 'reasoning_effort'],
    ['gemini-2.0-flash', enabled(100), 'thinking'],
    ['gemini-3-flash', { ...effort('low'), ...adaptive }, 'thinking'],
    ['gemini-3-flash', { thinking: true }, 'thinking'],
    ['gemini-3-flash', { thinking: { type: 'auto' } }, 'thinking.type'],
    ['gemini-3-flash', { thinking: { type: 'adaptive', display: 'x' } }, 'thinking.display'],
    ['gemini-3-flash', enabled(0.5), 'thinking.budget_tokens'],
  ])('%s refuses %j', (model, body, field) => {
    expect(refusal(body, model)).toBe(field);
  });
});

describe('tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tool = (more: JsonObject = {}): JsonObject => ({ type: 'function', function: { name: 'f', ...more } });
  const functionsOf = (...functionDeclarations: JsonObject[]): JsonObject => ({ tools: [{ functionDeclarations }] });
  const mode = (word: string, ...names: string[]): JsonObject => ({
    toolConfig: { functionCallingConfig: { mode: word, ...(names.length > 0 && { allowedFunctionNames: names }) } },
  });

  it.each<[JsonObject, JsonObject]>([
    [{ tools: [] }, {}],
    [{ tools: null, tool_choice: 'auto' }, {}],
    [
      { tools: [{ ...tool({ description: 'd', parameters }), cache_control: { type: 'ephemeral' } }, tool()] },
      functionsOf({ name: 'f', description: 'd', parametersJsonSchema: parameters }, { name: 'f' }),
    ],
    [
      { tools: [tool()], tool_choice: 'auto' },
      { ...functionsOf({ name: 'f' }), ...mode('AUTO') },
    ],
    [
      { tools: [tool()], tool_choice: 'none' },
      { ...functionsOf({ name: 'f' }), ...mode('NONE') },
    ],
    [
      { tools: [tool()], tool_choice: 'required' },
      { ...functionsOf({ name: 'f' }), ...mode('ANY') },
    ],
    [
      { tools: [tool()], tool_choice: tool() },
      { ...functionsOf({ name: 'f' }), ...mode('ANY', 'f') },
    ],
    [{ tools: [tool({ strict: true })] }, { ...functionsOf({ name: 'f' }), ...mode('VALIDATED') }],
    [
      { tools: [tool({ strict: true })], tool_choice: 'auto' },
      { ...functionsOf({ name: 'f' }), ...mode('VALIDATED') },
    ],
    ...(['auto', 'required'] as const).map((word): [JsonObject, JsonObject] => [
      { tools: [tool()], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: word, tools: [tool()] } } },
      { ...functionsOf({ name: 'f' }), ...mode(word === 'auto' ? 'VALIDATED' : 'ANY', 'f') },
    ]),
  ])('%j', (body, expected) => {
    const { contents: _contents, generationConfig: _config, ...rest } = sent(body);
    expect(rest).toEqual(expected);
  });

  it.each<[JsonObject, string]>([
    [{ tools: {} }, 'tools'],
    [{ tools: [{ type: 'custom', custom: {} }] }, 'tools[0].type'],
    [{ tools: [tool(), { ...tool(), defer: true }] }, 'tools[1].defer'],
    [{ tools: [tool({ examples: [] })] }, 'tools[0].function.examples'],
    [{ tools: [tool()], tool_choice: 'sometimes' }, 'tool_choice'],
    [{ tools: [tool()], tool_choice: { type: 'custom' } }, 'tool_choice.type'],
    [{ tools: [tool()], tool_choice: { type: 'function' } }, 'tool_choice'],
    [
      { tools: [tool()], tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'x', tools: [] } } },
      'tool_choice.allowed_tools.mode',
    ],
  ])('%j is refused as %s', (body, field) => {
    expect(refusal(body)).toBe(field);
  });
});

describe('messages', () => {
  it('of the system go to the front', () => {
    const messages = [
      { role: 'system', content: 's' },
      HI,
      { role: 'developer', content: [{ type: 'text', text: 'd' }] },
    ];
    expect(sent({ messages })).toMatchObject({
      systemInstruction: { parts: [{ text: 's' }, { text: 'd' }] },
      contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
    });
    expect(sent({ messages: messages.slice(0, 1) })).toEqual({
      contents: [{ role: 'user', parts: [{ text: 's' }] }],
      generationConfig: { maxOutputTokens: 99 },
    });
  });

  it.each<[JsonObject, JsonObject]>([
    [{ type: 'text', text: 't', cache_control: { type: 'ephemeral' } }, { text: 't' }],
    [
      { type: 'image_url', image_url: { url: 'data:image/PNG;base64,QUJD', detail: 'auto' } },
      { inlineData: { mimeType: 'image/png', data: 'QUJD' } },
    ],
    [
      { type: 'image_url', image_url: { url: 'https://h/a.b/c.JPG?x=.png#y' } },
      { fileData: { mimeType: 'image/jpeg', fileUri: 'https://h/a.b/c.JPG?x=.png#y' } },
    ],
    [
      { type: 'image_url', image_url: { url: 'gs://b/film.mp4' } },
      { fileData: { mimeType: 'video/mp4', fileUri: 'gs://b/film.mp4' } },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'QUJD', format: 'mp3' } },
      { inlineData: { mimeType: 'audio/mp3', data: 'QUJD' } },
    ],
    [
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;name=a;base64,QUJD' } },
      { inlineData: { mimeType: 'application/pdf', data: 'QUJD' } },
    ],
    [
      { type: 'file', file: { filename: 'a.pdf', file_url: 'https://h/a.pdf' } },
      { fileData: { mimeType: 'application/pdf', fileUri: 'https://h/a.pdf' } },
    ],
  ])('%j', (part, expected) => {
    expect(sent(user(part))['contents']).toEqual([{ role: 'user', parts: [expected] }]);
  });

  const AT = 'messages[0].content[0]';
  it.each<[JsonObject, string]>([
    [user({ type: 'video_url', video_url: {} }), `${AT}.type`],
    [user({ type: 'constructor' }), `${AT}.type`],
    [user({ type: 'text' }), `${AT}.text`],
    [user({ type: 'text', text: 't', more: 1 }), `${AT}.more`],
    [user({ type: 'image_url', image_url: { url: 'https://h/x' } }), `${AT}.image_url.url`],
    [user({ type: 'image_url', image_url: { url: 'http://h/x.png' } }), `${AT}.image_url.url`],
    [user({ type: 'image_url', image_url: { url: 'data:image/png,abc' } }), `${AT}.image_url.url`],
    [user({ type: 'image_url', image_url: { url: 'data:;base64,abc' } }), `${AT}.image_url.url`],
    [user({ type: 'image_url', image_url: { url: 'data:image/png;base64' } }), `${AT}.image_url.url`],
    [user({ type: 'image_url', image_url: { url: 'gs://b/x.png', detail: 'low' } }), `${AT}.image_url.detail`],
    [user({ type: 'input_audio', input_audio: { data: '', format: 'opus' } }), `${AT}.input_audio.format`],
    [user({ type: 'file', file: { file_id: 'f' } }), `${AT}.file.file_id`],
    [user({ type: 'file', file: { file_url: 'https://h/a.pdf', file_data: 'x' } }), `${AT}.file.file_url`],
    [{ messages: [null] }, 'messages[0]'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ ...HI, name: 'n' }] }, 'messages[0].name'],
    [{ messages: [HI, { role: 'function', content: '' }] }, 'messages[1].role'],
    [{ messages: [{ role: 'assistant', audio: { id: 'a' } }] }, 'messages[0].audio'],
    [{ messages: [{ role: 'assistant', tool_calls: {} }] }, 'messages[0].tool_calls'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] }, 'messages[0].tool_calls[0].type'],
    [
      { messages: [{ role: 'assistant', tool_calls: [callOf('1', 'f', '[1]')] }] },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [
      {
        messages: [
          { role: 'assistant', tool_calls: [callOf('1', 'f', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)] },
        ],
      },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] }, 'messages[0].tool_call_id'],
  ])('%# %.200j is refused as %s', (body, field) => {
    expect(refusal(body)).toBe(field);
  });

  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } };
  const inline = { inlineData: { mimeType: 'image/png', data: 'QUJD' } };
  const asked = {
    ...{ role: 'assistant', content: 'c', refusal: null, annotations: [], reasoning_content: 'r', images: [image] },
    tool_calls: [callOf('1', 'f', '{"a":1}'), callOf('2', 'g', '')],
  };
  const results = [
    { role: 'tool', tool_call_id: '2', content: '{"x":[1]}' },
    { role: 'tool', tool_call_id: '1', content: [{ type: 'text', text: 'no' }], is_error: true },
  ];
  const round = (id: (text: string) => JsonObject, signature: JsonObject): JsonObject[] => [
    { role: 'user', parts: [{ text: 'hi' }] },
    {
      role: 'model',
      parts: [
        { text: 'c' },
        inline,
        { functionCall: { ...id('1'), name: 'f', args: { a: 1 } }, ...signature },
        { functionCall: { ...id('2'), name: 'g', args: {} } },
      ],
    },
    {
      role: 'user',
      parts: [
        { functionResponse: { ...id('2'), name: 'g', response: { x: [1] } } },
        { functionResponse: { ...id('1'), name: 'f', response: { error: 'no' } } },
      ],
    },
    { role: 'user', parts: [{ text: 'hi' }] },
  ];

  it('carry a round of tools; ids and signatures only from Gemini 3 on', () => {
    const messages = [HI, asked, ...results, HI];
    expect(contents(messages, 'gemini-2.5-flash')).toEqual(round(() => ({}), {}));
    expect(contents(messages, 'gemini-3-flash')).toEqual(
      round((id) => ({ id }), { thoughtSignature: 'skip_thought_signature_validator' }),
    );
  });

  it('bring signatures back to the parts that had them, and leave those of other vendors out', () => {
    const thinking_blocks = [
      { type: 'thinking', thinking: 'hm', signature: 'google:thought:dGg=' },
      { type: 'thinking', thinking: 'unsigned', signature: 'google:thought:' },
      { type: 'thinking', thinking: '', signature: 'google:text:dGV4dA==' },
      { type: 'thinking', thinking: '', signature: 'google:call1:Y2FsbA==' },
      { type: 'thinking', thinking: 'a', signature: 'ErUBCkYIAxgC' },
      { type: 'redacted_thinking', data: 'x' },
    ];
    const message = { role: 'assistant', content: 'c', thinking_blocks, tool_calls: asked.tool_calls };
    expect(contents([message])).toEqual([
      {
        role: 'model',
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 'dGg=' },
          { text: 'c', thoughtSignature: 'dGV4dA==' },
          { functionCall: { name: 'f', args: { a: 1 } } },
          { functionCall: { name: 'g', args: {} }, thoughtSignature: 'Y2FsbA==' },
        ],
      },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['', { result: '' }],
    ['12', { result: '12' }],
    ['[1]', { result: '[1]' }],
    ['{"a":', { result: '{"a":' }],
  ])('give the result %j of a tool as an object', (content, response) => {
    const messages = [
      { role: 'assistant', tool_calls: [callOf('1', 'f')] },
      { role: 'tool', tool_call_id: '1', content },
    ];
    expect(contents(messages)).toMatchObject([{}, { parts: [{ functionResponse: { name: 'f', response } }] }]);
  });

  it('take images in results only from Gemini 3 on', () => {
    const result = { role: 'tool', tool_call_id: '1', content: [{ type: 'text', text: 't' }, image] };
    const messages = [{ role: 'assistant', tool_calls: [callOf('1', 'f')] }, result];
    expect(refusal({ messages }, 'gemini-2.5-pro')).toBe('messages[1].content');
    expect(contents(messages, 'gemini-3-pro')).toMatchObject([
      {},
      { parts: [{ functionResponse: { id: '1', name: 'f', response: { result: 't' }, parts: [inline] } }] },
    ]);
  });
});
