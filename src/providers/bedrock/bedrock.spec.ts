import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../core/secret.js';
import { VendorError } from '../errors/vendor-error.js';
import { parseJson } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { bedrockAdapter } from './bedrock-adapter.js';
import { buildRequest } from './request.js';

const CLAUDE = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const HOST = 'https://bedrock-runtime.eu-central-1.amazonaws.com';
const NOW = new Date('2026-11-21T12:34:56.789Z');
const HELLO = { role: 'user', content: 'hello' };

const call = (body: JsonObject, stream = false, maxOutputTokens = 4_000): ChatCall => ({
  body: { messages: [HELLO], ...body },
  stream,
  maxOutputTokens,
  requestId: 'r\n1',
});
const target = (model = CLAUDE, baseUrl = HOST, key: string | null = 'ABSKkey='): Target => ({
  model,
  baseUrl,
  credential: key === null ? null : new Secret(key),
});
const sent = async (body: JsonObject, model = CLAUDE, bound = 4_000): Promise<JsonObject> =>
  parseJson((await buildRequest(call(body, false, bound), target(model), NOW)).body) as JsonObject;
const messagesOf = async (messages: readonly JsonValue[], model = CLAUDE): Promise<JsonValue | undefined> => {
  const tools = [{ type: 'function', function: { name: 'f' } }];
  return (await sent({ messages, tools }, model))['messages'];
};
const failure = async (body: JsonObject, model = CLAUDE, bound = 4_000): Promise<unknown> =>
  sent(body, model, bound).catch((error: unknown) => error);

/** Signature Version 4, written after AWS's description of it and of nothing else. */
function referenceSignature({ url, headers, body }: VendorRequest, secret: string, region: string): string {
  const { host, pathname, searchParams } = new URL(url);
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const names = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  const canonical = [
    'POST',
    pathname.split('/').map(encode).join('/'),
    [...searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...names.split(';').map((name) => `${name}:${name === 'host' ? host : headers[name]}`),
    '',
    names,
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const at = headers['x-amz-date'] ?? '';
  const scope = [at.slice(0, 8), region, 'bedrock', 'aws4_request'];
  const digest = createHash('sha256').update(canonical).digest('hex');
  const key = scope.reduce<Buffer>(
    (from, part) => createHmac('sha256', from).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  const text = ['AWS4-HMAC-SHA256', at, scope.join('/'), digest].join('\n');
  return createHmac('sha256', key).update(text).digest('hex');
}

describe('the address', () => {
  it.each([
    [HOST, CLAUDE, `${HOST}/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse`],
    [`${HOST}//`, 'm', `${HOST}/model/m/converse`],
    ['http://localhost:4566/aws?region=us-east-1&a=b%20c', 'm', 'http://localhost:4566/aws/model/m/converse?a=b%20c'],
    [
      HOST,
      'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/x',
      `${HOST}/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Fx/converse`,
    ],
  ])('%s of %s', async (baseUrl, model, url) => {
    expect((await buildRequest(call({}), target(model, baseUrl), NOW)).url).toBe(url);
  });

  it('differs for a stream, and so does what is accepted', async () => {
    const { url, headers } = await bedrockAdapter.buildRequest(call({}, true), target('m'));
    expect(url).toBe(`${HOST}/model/m/converse-stream`);
    expect(headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/vnd.amazon.eventstream',
      'accept-encoding': 'identity',
      'x-request-id': 'r1',
      authorization: 'Bearer ABSKkey=',
    });
  });

  it('is no key without one', async () => {
    expect((await buildRequest(call({}), target('m', HOST, null), NOW)).headers).not.toHaveProperty('authorization');
  });
});

describe('the signature', () => {
  const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

  it.each([
    [HOST, CLAUDE, 'eu-central-1', ''],
    [HOST, 'arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.x', 'eu-central-1', ':token/+='],
    ['https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'm', 'us-gov-west-1', ''],
    ['https://vpce-0a.bedrock-runtime.us-east-1.vpce.amazonaws.com', 'm', 'us-east-1', ''],
    ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'm', 'cn-north-1', ''],
    ["http://proxy:8080/a'b/?region=ap-southeast-2&z=1&b=x y", 'm', 'ap-southeast-2', ':t'],
  ])('for %s of %s', async (baseUrl, model, region, token) => {
    const key = `AKIAIOSFODNN7EXAMPLE:${SECRET}${token}`;
    const request = await buildRequest(call({}), target(model, baseUrl, key), NOW);
    const names = `content-type;host;x-amz-content-sha256;x-amz-date${token && ';x-amz-security-token'}`;
    expect(request.headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'x-request-id': 'r1',
      'x-amz-date': '20261121T123456Z',
      'x-amz-content-sha256': createHash('sha256').update(request.body).digest('hex'),
      ...(token !== '' && { 'x-amz-security-token': token.slice(1) }),
      authorization:
        `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/${region}/bedrock/aws4_request, ` +
        `SignedHeaders=${names}, Signature=${referenceSignature(request, SECRET, region)}`,
    });
  });

  it.each([
    ['nowhere', 'k', 'unavailable'],
    ['https://proxy.example', 'AKIDEXAMPLE:secret', 'unavailable'],
    ['https://proxy.example?region=eu', 'AKIDEXAMPLE:secret', 'unavailable'],
    [HOST, 'a\nb', 'authentication'],
    [HOST, 'schlüssel', 'authentication'],
  ])('is refused at %s with %j', async (baseUrl, key, kind) => {
    const error = await buildRequest(call({}), target('m', baseUrl, key), NOW).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'VendorError', kind, retryable: false });
  });
});

describe('the request', () => {
  it('holds the bound and what was asked', async () => {
    const body = {
      ...{ model: 'x', stream: true, stream_options: {}, max_tokens: 5, max_completion_tokens: 6, seed: null },
      ...{ temperature: 0.5, top_p: 0.9, stop: ['a', 'b'], top_k: 7, service_tier: 'flex' },
      ...{ n: 1, frequency_penalty: 0, presence_penalty: 0, logprobs: false, logit_bias: {}, store: false },
      ...{ parallel_tool_calls: true, modalities: ['text'], metadata: { user_id: 'u 1', empty: '' } },
      messages: [{ role: 'system', content: 'be brief' }, HELLO],
    };
    expect(await sent(body)).toEqual({
      system: [{ text: 'be brief' }],
      messages: [{ role: 'user', content: [{ text: 'hello' }] }],
      inferenceConfig: { maxTokens: 4_000, temperature: 0.5, topP: 0.9, stopSequences: ['a', 'b'] },
      additionalModelRequestFields: { top_k: 7 },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      requestMetadata: { user_id: 'u 1', empty: '' },
      serviceTier: { type: 'flex' },
    });
    expect(
      await sent({ stop: 'x', service_tier: 'auto', metadata: {}, response_format: { type: 'text' } }, 'm'),
    ).toEqual({
      messages: [{ role: 'user', content: [{ text: 'hello' }] }],
      inferenceConfig: { maxTokens: 4_000, stopSequences: ['x'] },
    });
  });

  it('asks for JSON by a schema', async () => {
    const json_schema = { name: 'n', description: 'd', strict: true, schema: { type: 'object' } };
    expect((await sent({ response_format: { type: 'json_schema', json_schema } }))['outputConfig']).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { name: 'n', description: 'd', schema: '{"type":"object"}' } },
      },
    });
  });

  it.each<[string, JsonObject]>([
    ['seed', { seed: 1 }],
    ['n', { n: 2 }],
    ['frequency_penalty', { frequency_penalty: 0.1 }],
    ['logprobs', { logprobs: true }],
    ['parallel_tool_calls', { parallel_tool_calls: false }],
    ['functions', { functions: [] }],
    ['store', { store: true }],
    ['anything', { anything: false }],
    ['temperature', { temperature: 1.5 }],
    ['top_p', { top_p: -1 }],
    ['temperature', { temperature: 'hot' }],
    ['stop', { stop: 5 }],
    ['stop', { stop: ['a', null] }],
    ['stop', { stop: '' }],
    ['service_tier', { service_tier: 'scale' }],
    ['metadata', { metadata: { a: 1 } }],
    ['metadata', { metadata: { a: 'é' } }],
    ['metadata', { metadata: { '': 'a' } }],
    ['metadata', { metadata: { a: 'x'.repeat(257) } }],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 'v'])) }],
    ['metadata', { metadata: 'x' }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['response_format.json_schema.schema', { response_format: { type: 'json_schema', json_schema: { name: 'n' } } }],
    ['response_format.json_schema.odd', { response_format: { type: 'json_schema', json_schema: { odd: 1 } } }],
    ['messages', { messages: 'hello' }],
    ['messages.role', { messages: [{ role: 'function', content: 'x' }] }],
    ['messages.role', { messages: [{ role: 'constructor' }] }],
    ['messages.role', { messages: [null] }],
    ['messages.name', { messages: [{ ...HELLO, name: 'Ann' }] }],
    ['messages.audio', { messages: [{ role: 'assistant', audio: { id: 'a' } }] }],
    ['messages.function_call', { messages: [{ role: 'assistant', function_call: {} }] }],
    ['messages.annotations', { messages: [{ role: 'assistant', content: 'x', annotations: [{}] }] }],
    ['messages.tool_calls', { messages: [{ role: 'assistant', tool_calls: 'x' }] }],
    ['messages.tool_calls.type', { messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] }],
    ['messages.content', { messages: [{ role: 'user', content: 5 }] }],
    ['messages.content.video_url', { messages: [{ role: 'user', content: [{ type: 'video_url' }] }] }],
    ['messages.content.image_url', { messages: [{ role: 'system', content: [{ type: 'image_url' }] }] }],
    ['messages.content.odd', { messages: [{ role: 'user', content: [{ type: 'text', text: 'x', odd: 1 }] }] }],
    ['messages.tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }],
    ['tools', { tools: {} }],
    ['tools.type', { tools: [{ type: 'web_search' }] }],
    ['tools.function.odd', { tools: [{ type: 'function', function: { name: 'f', odd: 1 } }] }],
    ['tool_choice', { tool_choice: 'required' }],
  ])('refuses %s in %j', async (field, body) => {
    const error = await failure(body);
    expect(error).toBeInstanceOf(VendorError);
    expect(error).toMatchObject({ kind: 'unsupported', field });
  });

  it('refuses nesting that cannot be written', async () => {
    const input = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const messages = [
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: input } }] },
    ];
    const tools = [{ type: 'function', function: { name: 'f' } }];
    expect(await failure({ messages, tools })).toMatchObject({ kind: 'unsupported', field: 'messages' });
  });
});

describe('messages', () => {
  const toolCall = (id: string, input: string): JsonObject => ({
    id,
    type: 'function',
    index: 0,
    function: { name: 'f', arguments: input },
  });

  it('merges neighbours of one role and gathers what the system says', async () => {
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      { role: 'user', content: 'one' },
      { role: 'developer', content: 'b' },
      { role: 'user', content: [{ type: 'text', text: 'two', cache_control: { type: 'ephemeral' } }] },
      { role: 'assistant', content: '', refusal: 'no', annotations: [], audio: null, reasoning_content: 'hm' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: ' ' },
          { type: 'refusal', refusal: 'never' },
        ],
      },
    ];
    expect(await sent({ messages })).toMatchObject({
      system: [{ text: 'a' }, { cachePoint: { type: 'default', ttl: '1h' } }, { text: 'b' }],
      messages: [
        { role: 'user', content: [{ text: 'one' }, { text: 'two' }, { cachePoint: { type: 'default' } }] },
        { role: 'assistant', content: [{ text: 'no' }, { text: 'never' }] },
      ],
    });
  });

  it('turns tool calls, results and thinking', async () => {
    const thinking_blocks = [
      { type: 'thinking', thinking: 'hm', signature: 's' },
      { type: 'thinking', thinking: 'unsigned' },
      { type: 'redacted_thinking', data: 'AAAA' },
    ];
    const long = 'x'.repeat(65);
    const digest = `call_${createHash('sha256').update(long).digest('hex').slice(0, 32)}`;
    const messages = [
      {
        role: 'assistant',
        content: null,
        thinking_blocks,
        tool_calls: [toolCall('a', '{"n":1}'), { ...toolCall(long, ''), cache_control: { type: 'ephemeral' } }],
      },
      { role: 'tool', tool_call_id: 'a', name: 'f', content: 'failed', is_error: true },
      {
        role: 'tool',
        tool_call_id: long,
        content: [
          { type: 'text', text: 'seen' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' }, cache_control: { type: 'ephemeral' } },
        ],
      },
      { role: 'user', content: 'go on' },
    ];
    const turns = [
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'hm', signature: 's' } } },
          { reasoningContent: { redactedContent: 'AAAA' } },
          { toolUse: { toolUseId: 'a', name: 'f', input: { n: 1 } } },
          { toolUse: { toolUseId: digest, name: 'f', input: {} } },
          { cachePoint: { type: 'default' } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'a', content: [{ text: 'failed' }], status: 'error' } },
          {
            toolResult: {
              toolUseId: digest,
              content: [{ text: 'seen' }, { image: { format: 'png', source: { bytes: 'iVBO' } } }],
            },
          },
          { cachePoint: { type: 'default' } },
          { text: 'go on' },
        ],
      },
    ];
    expect(await messagesOf(messages)).toEqual(turns);
    const [first, second] = turns;
    const elsewhere = [{ ...first, content: first!.content.slice(2) }, second];
    expect(await messagesOf(messages, 'amazon.nova-pro-v1:0')).toEqual(elsewhere);
  });

  it('turns pictures, documents and sound', async () => {
    const file = (file_data: string, filename?: string): JsonObject => ({
      type: 'file',
      file: { file_data, filename },
    });
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/JPG;base64,/9j/', detail: 'auto' } },
      file('data:application/pdf;base64,JVBE', 'Q3_report: "final".pdf'),
      file('data:application/octet-stream;base64,IyMj', 'Q3 report final.MD'),
      file('data:text/plain;charset=utf-8;base64,QQ=='),
      { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
    ];
    expect(await messagesOf([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { image: { format: 'jpeg', source: { bytes: '/9j/' } } },
          { document: { format: 'pdf', name: 'Q3 report final', source: { bytes: 'JVBE' } } },
          { document: { format: 'md', name: 'Q3 report final (2)', source: { bytes: 'IyMj' } } },
          { document: { format: 'txt', name: 'document', source: { bytes: 'QQ==' } } },
          { audio: { format: 'wav', source: { bytes: 'UklG' } } },
        ],
      },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['messages.content.image_url', { type: 'image_url', image_url: { url: 'https://h/a.png' } }],
    ['messages.content.image_url', { type: 'image_url', image_url: { url: 'data:image/png,raw' } }],
    ['messages.content.image_url', { type: 'image_url', image_url: { url: 'data:image/png;base64,' } }],
    ['messages.content.image_url', { type: 'image_url', image_url: { url: 'data:constructor;base64,AA' } }],
    ['messages.content.image_url.detail', { type: 'image_url', image_url: { url: 'data:,', detail: 'high' } }],
    ['messages.content.file.file_id', { type: 'file', file: { file_id: 'f' } }],
    ['messages.content.file.file_url', { type: 'file', file: { file_url: 'https://h/a.pdf' } }],
    ['messages.content.file.file_data', { type: 'file', file: { file_data: 'JVBE', filename: 'a.pdf' } }],
    [
      'messages.content.file',
      { type: 'file', file: { file_data: 'data:application/zip;base64,UEs=', filename: 'a.zip' } },
    ],
    ['messages.content.input_audio', { type: 'input_audio', input_audio: { data: 'x', format: 'midi' } }],
    ['messages.content.cache_control.type', { type: 'text', text: 'a', cache_control: { type: 'forever' } }],
    [
      'messages.content.cache_control.ttl',
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '2h' } },
    ],
  ])('refuses %s of %j', async (field, part) => {
    expect(await failure({ messages: [{ role: 'user', content: [part] }] })).toMatchObject({
      kind: 'unsupported',
      field,
    });
  });

  it.each(['[1]', '{"a"', 'null'])('refuses %s as input of a tool', async (input) => {
    expect(await failure({ messages: [{ role: 'assistant', tool_calls: [toolCall('a', input)] }] })).toMatchObject({
      field: 'messages.tool_calls.function.arguments',
    });
  });
});

describe('tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } };
  const weather = {
    type: 'function',
    function: { name: 'weather', description: 'of a city', parameters, strict: true },
  };
  const clock = {
    type: 'function',
    function: { name: 'clock', description: '' },
    cache_control: { type: 'ephemeral' },
  };
  const specs = [
    { toolSpec: { name: 'weather', description: 'of a city', inputSchema: { json: parameters }, strict: true } },
    { toolSpec: { name: 'clock', inputSchema: { json: { type: 'object', properties: {} } } } },
    { cachePoint: { type: 'default' } },
  ];

  it.each<[JsonValue, JsonObject | undefined]>([
    [null, { tools: specs }],
    ['auto', { tools: specs }],
    ['required', { tools: specs, toolChoice: { any: {} } }],
    [
      { type: 'function', function: { name: 'clock' } },
      { tools: specs, toolChoice: { tool: { name: 'clock' } } },
    ],
    ['none', undefined],
  ])('with the choice %j', async (tool_choice, toolConfig) => {
    expect((await sent({ tools: [weather, clock], tool_choice }))['toolConfig']).toEqual(toolConfig);
  });

  it('must stay when the conversation used them', async () => {
    const messages = [HELLO, { role: 'tool', tool_call_id: 'a', content: 'x' }];
    expect(await failure({ messages })).toMatchObject({ field: 'tools' });
    expect(await failure({ messages, tools: [clock], tool_choice: 'none' })).toMatchObject({ field: 'tool_choice' });
    expect(await failure({ tools: [clock], tool_choice: { type: 'allowed_tools' } })).toMatchObject({
      field: 'tool_choice',
    });
  });
});

describe('fields of models', () => {
  const adaptive = (effort: string): JsonObject => ({
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort },
  });
  const budget = (budget_tokens: number): JsonObject => ({ thinking: { type: 'enabled', budget_tokens } });
  const NOVA = 'us.amazon.nova-2-lite-v1:0';
  const OPUS = 'global.anthropic.claude-opus-5';
  const LLAMA = 'meta.llama3-1-70b-instruct-v1:0';

  it.each<[string, JsonObject, JsonObject | undefined]>([
    [CLAUDE, budget(2_000), budget(2_000)],
    [CLAUDE, { thinking: { type: 'disabled' } }, undefined],
    [CLAUDE, { reasoning_effort: 'minimal' }, budget(1_024)],
    [CLAUDE, { reasoning_effort: 'medium', top_p: 0.9 }, budget(2_000)],
    [CLAUDE, { reasoning_effort: 'none', top_k: 3 }, { top_k: 3 }],
    ['anthropic.claude-3-7-sonnet-20250219-v1:0', { reasoning_effort: 'high' }, budget(3_200)],
    ['anthropic.claude-opus-4-6-v1', { reasoning_effort: 'minimal' }, adaptive('low')],
    [OPUS, { reasoning_effort: 'xhigh', temperature: 1 }, adaptive('xhigh')],
    [OPUS, { reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }],
    [OPUS, { thinking: { type: 'adaptive' } }, { thinking: { type: 'adaptive' } }],
    [
      'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-6',
      { reasoning_effort: 'low' },
      adaptive('low'),
    ],
    [NOVA, { top_k: 9 }, { inferenceConfig: { topK: 9 } }],
    [NOVA, { reasoning_effort: 'low' }, { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } }],
    [NOVA, { reasoning_effort: 'none' }, { reasoningConfig: { type: 'disabled' } }],
    ['openai.gpt-oss-120b-1:0', { reasoning_effort: 'high' }, { reasoning_effort: 'high' }],
  ])('of %s for %j', async (model, body, fields) => {
    expect((await sent(body, model))['additionalModelRequestFields']).toEqual(fields);
  });

  const tools = [{ type: 'function', function: { name: 'f' } }];
  const response_format = { type: 'json_schema', json_schema: { schema: {} } };

  it.each<[string, JsonObject, string]>([
    [LLAMA, { top_k: 9 }, 'top_k'],
    [LLAMA, { reasoning_effort: 'none' }, 'reasoning_effort'],
    ['notanthropic.claude-opus-5', { thinking: { type: 'adaptive' } }, 'thinking'],
    ['arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc', { reasoning_effort: 'low' }, 'reasoning_effort'],
    [CLAUDE, { thinking: 'yes' }, 'thinking'],
    [CLAUDE, { reasoning_effort: 'toString' }, 'reasoning_effort'],
    [CLAUDE, { reasoning_effort: 'low', temperature: 0.5 }, 'temperature'],
    [CLAUDE, { reasoning_effort: 'low', top_k: 5 }, 'top_k'],
    [CLAUDE, { reasoning_effort: 'low', tools, tool_choice: 'required' }, 'tool_choice'],
    [OPUS, { temperature: 0.5 }, 'temperature'],
    [OPUS, { reasoning_effort: 'low', thinking: { type: 'disabled' } }, 'reasoning_effort'],
    ['anthropic.claude-fable-5-1', { tools, tool_choice: 'required' }, 'tool_choice'],
    ['anthropic.claude-sonnet-4-20250514-v1:0', { response_format }, 'response_format'],
    [NOVA, { reasoning_effort: 'high' }, 'reasoning_effort'],
    ['openai.gpt-oss-20b-1:0', { reasoning_effort: 'minimal' }, 'reasoning_effort'],
  ])('of %s refuse %j', async (model, body, field) => {
    expect(await failure(body, model)).toMatchObject({ kind: 'unsupported', field });
  });

  it('leave out what newer models refuse to hear', async () => {
    const inferenceConfig = { maxTokens: 4_000 };
    expect(await sent({ temperature: 1, top_p: 1 }, OPUS)).toMatchObject({ inferenceConfig });
    expect((await sent({ temperature: 1 }, LLAMA))['inferenceConfig']).toEqual({ ...inferenceConfig, temperature: 1 });
    expect((await sent({ temperature: 1 }, OPUS))['inferenceConfig']).toEqual(inferenceConfig);
  });
});
