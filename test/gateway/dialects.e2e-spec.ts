import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { startTestApp, type TestApp } from '../support/app.js';
import { settled } from '../support/streams.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { costUsd, ledgerProblems, makeWorld, type World } from '../support/world.js';

const CITY = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const FUNCTION = { type: 'function' as const, function: { name: 'weather', parameters: CITY } };
const CALLED = { city: 'simulated' };

let app: TestApp;
let vendor: VendorServer;
let worlds: Record<'openai' | 'anthropic', World>;

const openAi = (world: World): OpenAI => new OpenAI({ apiKey: world.key, baseURL: `${app.url}/v1`, maxRetries: 0 });
const anthropic = (world: World): Anthropic => new Anthropic({ apiKey: world.key, baseURL: app.url, maxRetries: 0 });
const lastPath = (): string => vendor.requests.at(-1)!.path;
const lastAsked = (): Record<string, unknown> => vendor.requests.at(-1)!.json as Record<string, unknown>;

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['claude-sonnet-4-5', 'gpt-test'] });
  app = await startTestApp({ listen: true });
  const baseUrl = vendor.url;
  worlds = {
    openai: await makeWorld(app, { baseUrl, model: 'gpt-test' }),
    anthropic: await makeWorld(app, { baseUrl, kind: 'anthropic', model: 'claude-sonnet-4-5' }),
  };
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe("OpenAI's SDK in front of a vendor that speaks Anthropic's API", () => {
  it('calls, streams and uses tools; usage is charged as the vendor counts it', async () => {
    const world = worlds.anthropic;
    const client = openAi(world);
    const ask = { model: world.alias, messages: [{ role: 'user' as const, content: 'Weather?' }] };
    const { data, response } = await client.chat.completions
      .create({ ...ask, max_tokens: 300, stop: 'END' })
      .withResponse();
    expect(lastPath()).toBe('/v1/messages');
    expect(lastAsked()).toMatchObject({ model: 'claude-sonnet-4-5', max_tokens: 300, stop_sequences: ['END'] });
    expect(data.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } });
    const { prompt_tokens: tokensIn, completion_tokens: tokensOut } = data.usage!;
    const cost = costUsd(tokensIn, tokensOut);
    expect(Number(response.headers.get('x-tollkeeper-cost-usd'))).toBeCloseTo(cost, 9);
    expect(await settled(app, response.headers.get('x-call-id')!)).toMatchObject({ usage_source: 'vendor' });

    const tools = { tools: [FUNCTION], tool_choice: 'required' as const };
    const streamed = await client.chat.completions.stream({ ...ask, ...tools }).finalChatCompletion();
    const [call] = streamed.choices[0]!.message.tool_calls!;
    expect(call).toMatchObject({ function: { name: 'weather', arguments: JSON.stringify(CALLED) } });
    expect(streamed.choices[0]!.finish_reason).toBe('tool_calls');
    const result = { role: 'tool' as const, tool_call_id: call!.id, content: 'sunny' };
    const messages = [...ask.messages, streamed.choices[0]!.message, result];
    const last = await client.chat.completions.create({ ...ask, messages, tools: [FUNCTION] });
    expect(last.choices[0]!.message.content).toBeTruthy();
    expect(lastAsked().messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'tool_use', name: 'weather', input: CALLED }] },
      { role: 'user', content: [{ type: 'tool_result' }] },
    ]);
  });

  it('is told by name what the vendor does not have', async () => {
    const world = worlds.anthropic;
    const ask = { model: world.alias, messages: [{ role: 'user' as const, content: 'Hello' }] };
    const sent = vendor.requests.length;
    await expect(openAi(world).chat.completions.create({ ...ask, logprobs: true })).rejects.toMatchObject({
      ...{ status: 422, param: 'logprobs', code: 'invalid_request' },
    });
    expect(vendor.requests).toHaveLength(sent);
  });

  it.each(['openai', 'anthropic'] as const)('speaks the Responses API with %s', async (kind) => {
    const world = worlds[kind];
    const client = openAi(world);
    const plain = await client.responses.create({ model: world.alias, input: 'Hello', instructions: 'Be brief.' });
    expect(plain).toMatchObject({ object: 'response', status: 'completed', model: world.alias, store: false });
    expect(plain.output_text).toContain('simulated answer');
    expect(plain.usage!.output_tokens).toBeGreaterThan(3);
    const tools = [{ type: 'function' as const, name: 'weather', parameters: CITY, strict: false }];
    const stream = client.responses.stream({
      ...{ model: world.alias, input: 'Weather?', tools, tool_choice: 'required' },
    });
    const types = new Set<string>();
    stream.on('event', ({ type }) => void types.add(type));
    const { output } = await stream.finalResponse();
    const call = output.find((item) => item.type === 'function_call')!;
    expect(call).toMatchObject({ name: 'weather', arguments: JSON.stringify(CALLED) });
    expect([...types]).toEqual(expect.arrayContaining(['response.created', 'response.completed']));
    const next = await client.responses.create({
      ...{ model: world.alias, tools },
      input: [
        { role: 'user', content: 'Weather?' },
        { type: 'function_call', call_id: call.call_id, name: 'weather', arguments: call.arguments },
        { type: 'function_call_output', call_id: call.call_id, output: 'sunny' },
      ],
    });
    expect(next.output_text).toBeTruthy();
    await expect(client.responses.create({ ...{ model: world.alias, input: 'x' }, store: true })).rejects.toMatchObject(
      {
        ...{ status: 422, param: 'store' },
      },
    );
  });
});

describe('a vendor that counts nothing', () => {
  const ask = 'Hello [simulate no_usage]';
  /** What the call that was made last is charged for. */
  const lastCharged = async (): Promise<readonly [number, number]> => {
    const { rows } = await app.db.query<Record<'tokens_in' | 'tokens_out', number>>(
      `SELECT tokens_in::integer, tokens_out::integer FROM calls WHERE usage_source = 'estimated' ORDER BY created_at DESC LIMIT 1`,
    );
    expect(rows[0]!.tokens_out).toBeGreaterThan(3);
    return [rows[0]!.tokens_in, rows[0]!.tokens_out];
  };
  const messages = [{ role: 'user' as const, content: ask }];

  it.each(['openai', 'anthropic'] as const)('of the dialect of %s: what is charged is told instead', async (kind) => {
    const { alias: model } = worlds[kind];
    const [chat, other] = [openAi(worlds[kind]), anthropic(worlds[kind])];
    const chatUsage = (usage?: OpenAI.CompletionUsage | null) => [usage?.prompt_tokens, usage?.completion_tokens];
    const usageOf = (usage?: { input_tokens: number; output_tokens: number } | null) => [
      usage?.input_tokens,
      usage?.output_tokens,
    ];
    expect(chatUsage((await chat.chat.completions.create({ model, messages })).usage)).toEqual(await lastCharged());
    const whole = await lastCharged();
    const stream = chat.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    expect(chatUsage(await stream.totalUsage())).toEqual(await lastCharged());
    expect(await lastCharged()).toEqual(whole);
    expect(usageOf((await chat.responses.create({ model, input: ask })).usage)).toEqual(await lastCharged());
    const response = await chat.responses.stream({ model, input: ask }).finalResponse();
    expect(usageOf(response.usage)).toEqual(await lastCharged());
    const asked = { model, max_tokens: 400, messages };
    expect(usageOf((await other.messages.create(asked)).usage)).toEqual(await lastCharged());
    expect(usageOf((await other.messages.stream(asked).finalMessage()).usage)).toEqual(await lastCharged());
  });
});

describe('a field that the vendor does not have', () => {
  it("is told by the name that it has in the client's API", async () => {
    const { key, alias } = worlds.anthropic;
    const refusal = async (path: string, body: object): Promise<unknown> => {
      const { status, body: told } = await app.rest('POST', path, {
        headers: { authorization: `Bearer ${key}` },
        body: { model: alias, ...body },
      });
      expect(status).toBe(422);
      return told.error.param ?? told.error.field;
    };
    const format = { type: 'json_schema', name: 'x', schema: { type: 'array' } };
    const text = { verbosity: 'low', format };
    expect(await refusal('/v1/responses', { input: 'x', text })).toBe('text.verbosity');
    const wish = { messages: [{ role: 'user', content: 'x' }], max_tokens: 99, output_config: { effort: 'low' } };
    expect(await refusal('/v1/messages', wish)).toBe('output_config.effort');
    const padded = { messages: [{ role: 'user', content: 'x' }], stream: true };
    expect(await refusal('/v1/chat/completions', { ...padded, stream_options: { include_obfuscation: true } })).toBe(
      'stream_options.include_obfuscation',
    );
    expect(await refusal('/v1/chat/completions', { ...padded, stream_options: { other: 1 } })).toBe(
      'stream_options.other',
    );
  });
});

describe("Anthropic's SDK", () => {
  it.each(['openai', 'anthropic'] as const)('streams text and tools with a vendor of kind %s', async (kind) => {
    const world = worlds[kind];
    const tools = [{ name: 'weather', input_schema: CITY }];
    const ask = { model: world.alias, max_tokens: 400, messages: [{ role: 'user' as const, content: 'Weather?' }] };
    const text = await anthropic(world).messages.stream(ask).finalMessage();
    expect(text.content).toMatchObject([{ type: 'text', text: expect.stringContaining('simulated answer') }]);
    const called = await anthropic(world)
      .messages.stream({ ...ask, tools, tool_choice: { type: 'any' } })
      .finalMessage();
    expect(called).toMatchObject({
      stop_reason: 'tool_use',
      content: [{ type: 'tool_use', name: 'weather', input: CALLED }],
    });
    expect(called.usage.input_tokens).toBeGreaterThan(3);
  });
});

describe('kinds of vendors', () => {
  it('without an address of their own need one', async () => {
    const query = 'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { id kind } }';
    const make = (input: object): Promise<{ body: Record<string, never> }> =>
      app.gql(query, { input: { name: `p ${JSON.stringify(input)}`, credential: 'k', ...input } });
    for (const kind of ['azure-openai', 'vertex', 'bedrock', 'ollama', 'vllm', 'openai-compatible'])
      expect((await make({ kind })).body).toMatchObject({
        errors: [{ extensions: { code: 'INVALID_REQUEST', field: 'baseUrl' } }],
      });
    for (const kind of ['anthropic', 'google', 'mistral', 'groq', 'deepseek', 'xai'])
      expect((await make({ kind })).body).toMatchObject({ data: { createProvider: { kind } } });
  });
});
