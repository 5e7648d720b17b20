import { createOpenAI } from '@ai-sdk/openai';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { startTestApp, type TestApp } from '../support/app.js';
import { settled } from '../support/streams.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { addTarget, costUsd, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

let app: TestApp;
let vendor: VendorServer;
let world: World;
let client: OpenAI;

const say = (content: string): { model: string; messages: { role: 'user'; content: string }[] } => ({
  model: world.alias,
  messages: [{ role: 'user', content }],
});
const lastAsked = (): Record<string, unknown> => JSON.parse(vendor.requests.at(-1)!.body) as Record<string, unknown>;
const clientOf = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${app.url}/v1`, maxRetries: 0 });

/** What a call is answered, with its headers. */
async function answered(
  by: OpenAI,
  body: OpenAI.ChatCompletionCreateParamsNonStreaming,
  headers: Record<string, string>,
): Promise<{ data: OpenAI.ChatCompletion; headers: Headers; callId: string }> {
  const { data, response } = await by.chat.completions.create(body, { headers }).withResponse();
  return { data, headers: response.headers, callId: response.headers.get('x-call-id')! };
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['vendor-model', 'vendor-spare'] });
  app = await startTestApp({ listen: true });
  world = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
  client = clientOf(world.key);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe("OpenAI's SDK with another base URL and key", () => {
  it('is answered with text, and told what it cost', async () => {
    const { data, response } = await client.chat.completions
      .create({ ...say('Hello'), temperature: 0.5, seed: 7 })
      .withResponse();
    expect(data).toMatchObject({ object: 'chat.completion', model: world.alias });
    expect(data.choices[0]).toMatchObject({ message: { role: 'assistant' }, finish_reason: 'stop' });
    expect(data.choices[0]!.message.content).toContain('simulated answer');
    const { prompt_tokens: tokensIn, completion_tokens: tokensOut } = data.usage!;
    expect(Number(response.headers.get('x-tollkeeper-cost-usd'))).toBeCloseTo(costUsd(tokensIn, tokensOut), 9);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      ...{ 'x-tollkeeper-model': world.alias, 'x-tollkeeper-attempts': '1' },
      ...{ 'x-request-id': expect.any(String), 'x-call-id': expect.any(String) },
    });
    expect(lastAsked()).toMatchObject({ model: 'vendor-model', temperature: 0.5, seed: 7, stream: false });
    expect(JSON.stringify(data)).not.toContain('vendor-model');
    const call = await settled(app, response.headers.get('x-call-id')!);
    expect(call).toMatchObject({ state: 'settled', outcome: 'success', tokens_in: String(tokensIn) });
    expect(call.tokens_out).toBe(String(tokensOut));
  });

  it('calls tools, and sees their results through', async () => {
    const first = await client.chat.completions.create({
      ...say('Weather?'),
      ...{ tools: [WEATHER], tool_choice: 'required' },
    });
    const [call] = first.choices[0]!.message.tool_calls!;
    expect(call).toMatchObject({ type: 'function', function: { name: 'weather' } });
    expect(first.choices[0]!.finish_reason).toBe('tool_calls');
    const { messages } = say('Weather?');
    const answer = { role: 'tool' as const, tool_call_id: call!.id, content: 'sunny' };
    const second = await client.chat.completions.create({
      ...{ model: world.alias, messages: [...messages, first.choices[0]!.message, answer], tools: [WEATHER] },
    });
    expect(second.choices[0]!.message.content).toBeTruthy();
    expect(lastAsked().messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }, answer]);
  });

  it('gets structured output, parsed', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const answer = await client.chat.completions.parse({
      ...say('Where?'),
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema } },
    });
    expect(answer.choices[0]!.message.parsed).toEqual({ city: 'simulated' });
  });

  it('sends images as they are', async () => {
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
    const content = [{ type: 'text' as const, text: 'What is it?' }, image];
    await client.chat.completions.create({ model: world.alias, messages: [{ role: 'user', content }] });
    expect(lastAsked().messages).toEqual([{ role: 'user', content }]);
  });

  it('streams, with usage in the end when it asks for it and not otherwise', async () => {
    for (const includeUsage of [true, false]) {
      const options = includeUsage ? { stream_options: { include_usage: true } } : {};
      const stream = await client.chat.completions.create({ ...say('Hello'), stream: true, ...options });
      const chunks: OpenAI.ChatCompletionChunk[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const text = chunks.map((each) => each.choices[0]?.delta.content ?? '').join('');
      expect(text).toContain('simulated answer');
      const usages = chunks.flatMap((each) => (each.usage ? [each.usage] : []));
      expect(usages).toHaveLength(includeUsage ? 1 : 0);
      if (includeUsage) expect(chunks.at(-1)).toMatchObject({ choices: [], usage: usages[0] });
      for (const chunk of chunks) expect(chunk.model).toBe(world.alias);
    }
  });

  it('streams tool calls', async () => {
    const runner = client.chat.completions.stream({ ...say('Weather?'), tools: [WEATHER], tool_choice: 'required' });
    const { tool_calls: calls } = (await runner.finalChatCompletion()).choices[0]!.message;
    expect(calls).toMatchObject([{ function: { name: 'weather', arguments: '{"city":"simulated"}' } }]);
  });

  it('aborts: the vendor is left at once, and what was generated is charged', async () => {
    const stream = await client.chat.completions.create({ ...say('[simulate tokens=2000 pace_ms=10]'), stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    expect(await vendor.requests.at(-1)!.ended).toBe('client');
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM calls ORDER BY created_at DESC LIMIT 1');
    expect(await settled(app, rows[0]!.id)).toMatchObject({ outcome: 'aborted', usage_source: 'estimated' });
  });

  it('lists the models that its key may call', async () => {
    expect((await client.models.list()).data).toMatchObject([{ id: world.alias, object: 'model' }]);
    expect(await client.models.retrieve(world.alias)).toMatchObject({ id: world.alias });
    await expect(client.models.retrieve('another')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('makes embeddings, charged by their input alone', async () => {
    const { data, response } = await client.embeddings
      .create({ model: world.alias, input: ['one text', 'another'] })
      .withResponse();
    expect(data.data).toHaveLength(2);
    expect(data.data[0]!.embedding.length).toBeGreaterThan(10);
    expect(data.model).toBe(world.alias);
    expect(Number(response.headers.get('x-tollkeeper-cost-usd'))).toBeCloseTo(costUsd(data.usage.prompt_tokens, 0), 9);
  });

  it('attaches calls to a job, with metadata from headers', async () => {
    const job = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'report' });
    const id = job.body.job_id as string;
    const headers = {
      'x-job-id': id,
      'x-tollkeeper-purpose': 'draft',
      'x-tollkeeper-user': 'ann',
      'x-tollkeeper-step': '2',
    };
    await client.chat.completions.create(say('Hello'), { headers });
    const closed = await app.asKey(world.key, 'POST', `/api/jobs/${id}/complete`, { status: 'completed' });
    expect(closed.body).toMatchObject({ costs: { total_calls: 1 }, calls: [{ purpose: 'draft' }] });
    const { rows } = await app.db.query('SELECT user_id, metadata FROM calls WHERE job_id = $1', [id]);
    expect(rows).toEqual([{ user_id: 'ann', metadata: { step: '2' } }]);
    await expect(client.chat.completions.create(say('Late'), { headers })).rejects.toBeInstanceOf(OpenAI.ConflictError);
  });

  it('opens a job of its own that ends with the call', async () => {
    const { response } = await client.chat.completions.create(say('Hello')).withResponse();
    const job = await app.asKey(world.key, 'GET', `/api/jobs/${response.headers.get('x-job-id')!}`);
    expect(job.body).toMatchObject({ status: 'completed', job_type: 'chat_completion' });
  });
});

describe('errors are typed', () => {
  const failure = async (work: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
    work.then(
      () => Promise.reject(new Error('it succeeded')),
      (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
    );

  it('401 for a key that nobody knows', async () => {
    const error = await failure(clientOf(`sk-${'x'.repeat(43)}`).chat.completions.create(say('Hello')));
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error' });
  });

  it('402 naming the limit', async () => {
    const query = 'mutation ($input: CreateLimitInput!) { createLimit(input: $input) { id } }';
    const poor = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    const scope = { organizationId: poor.organizationId, scopeType: 'TEAM', scopeId: poor.teamId };
    await must(app, query, { input: { ...scope, unit: 'USD', period: 'DAY', amount: '0.000001' } });
    const error = await failure(clientOf(poor.key).chat.completions.create({ ...say('Hello'), model: poor.alias }));
    expect(error).toMatchObject({ status: 402, code: 'spend_limit_exceeded', type: 'insufficient_quota' });
    expect(error.error).toMatchObject({ scope: { type: 'team', id: poor.teamId }, limit: '0.000001' });
  });

  it('403 for a model that is not granted, 404 for one that is not there', async () => {
    const other = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    const denied = await failure(client.chat.completions.create({ ...say('Hello'), model: other.alias }));
    expect(denied).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(denied.code).toBe('model_not_allowed');
    const missing = await failure(client.chat.completions.create({ ...say('Hello'), model: 'nothing' }));
    expect(missing).toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('422 naming the field', async () => {
    const error = await failure(client.chat.completions.create({ ...say('Hello'), max_tokens: -1 }));
    expect(error).toBeInstanceOf(OpenAI.UnprocessableEntityError);
    expect(error).toMatchObject({ param: 'max_tokens', code: 'invalid_request' });
    const idle = { ...say('Hello'), stream_options: { include_usage: true } };
    expect(await failure(client.chat.completions.create(idle))).toMatchObject({ param: 'stream_options' });
  });

  it('429 of a rate limit, with when to come back', async () => {
    const busy = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    const query = 'mutation ($input: CreateRateLimitInput!) { createRateLimit(input: $input) { id } }';
    const scope = { organizationId: busy.organizationId, scopeType: 'TEAM', scopeId: busy.teamId };
    await must(app, query, { input: { ...scope, unit: 'REQUEST', per: 'MINUTE', amount: '1' } });
    const ask = (): Promise<unknown> =>
      clientOf(busy.key).chat.completions.create({ ...say('Hello'), model: busy.alias });
    await ask();
    const error = await failure(ask());
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(Number(error.headers!.get('retry-after'))).toBeGreaterThan(0);
  });

  it('5xx when the vendor fails, in the stream when it fails there', async () => {
    const down = await failure(client.chat.completions.create(say('[simulate status=500]')));
    expect(down).toBeInstanceOf(OpenAI.InternalServerError);
    expect(down).toMatchObject({ status: 502, code: 'provider_error' });
    const stream = await client.chat.completions.create({ ...say('[simulate tokens=40 error]'), stream: true });
    const error = await failure(
      (async (): Promise<void> => {
        for await (const chunk of stream) expect(chunk.model).toBe(world.alias);
      })(),
    );
    expect(error).toMatchObject({ code: 'provider_error', type: 'server_error' });
  });

  it('one shape for everything, also what the server finds', async () => {
    const post = (body: string, headers: object = {}): Promise<Response> =>
      fetch(`${app.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json', ...headers },
        body,
      });
    const malformed = await post('{');
    expect([malformed.status, await malformed.json()]).toMatchObject([400, { error: { code: 'malformed_request' } }]);
    const foreign = await post(JSON.stringify(say('x')), { 'x-job-id': '0f8fad5b-d9cb-469f-a165-70867728950e' });
    expect([foreign.status, await foreign.json()]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });
});

describe("Vercel's ai package", () => {
  const provider = (): ReturnType<typeof createOpenAI> => createOpenAI({ baseURL: `${app.url}/v1`, apiKey: world.key });

  it('generates, streams and calls tools through chat completions', async () => {
    const model = provider().chat(world.alias);
    const { text, usage } = await generateText({ model, prompt: 'Hello' });
    expect(text).toContain('simulated answer');
    expect(usage.inputTokens).toBeGreaterThan(0);
    const streamed = streamText({ model, prompt: 'Hello' });
    expect(await streamed.text).toContain('simulated answer');
    expect((await streamed.usage).outputTokens).toBeGreaterThan(0);
    const weather = tool({ inputSchema: jsonSchema<{ city: string }>(WEATHER.function.parameters as never) });
    const called = await generateText({ model, prompt: 'Weather?', tools: { weather }, toolChoice: 'required' });
    expect(called.toolCalls).toMatchObject([{ toolName: 'weather', input: { city: 'simulated' } }]);
  });
});

describe('falling back', () => {
  let two: World;
  const failing = '[simulate model=vendor-model status=500]';
  beforeAll(async () => {
    two = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    await addTarget(app, two, 'vendor-spare');
  });
  const ask = (content: string, headers: Record<string, string> = {}): ReturnType<typeof answered> =>
    answered(clientOf(two.key), { ...say(content), model: two.alias }, headers);

  it('takes the second target when the first one fails: one charge, two attempts', async () => {
    const { data, headers, callId } = await ask(failing);
    expect(headers.get('x-tollkeeper-attempts')).toBe('2');
    const call = await settled(app, callId);
    const { prompt_tokens: tokensIn, completion_tokens: tokensOut } = data.usage!;
    expect(Number(call.charged_cost) / 1e9).toBeCloseTo(costUsd(tokensIn, tokensOut), 9);
    expect(call.attempts).toMatchObject([{ status: 500, error: 'unavailable' }, { model: 'vendor-spare' }]);
  });

  it('does not when the client forbids it', async () => {
    const sent = vendor.requests.length;
    await expect(ask(failing, { 'x-no-fallback': 'true' })).rejects.toMatchObject({ status: 502 });
    expect(vendor.requests.slice(sent).map(({ json }) => json!.model)).toEqual(['vendor-model']);
    await expect(ask('x', { 'x-no-fallback': 'perhaps' })).rejects.toMatchObject({ param: 'x-no-fallback' });
  });

  it('does not after the first byte', async () => {
    const body = { ...say('[simulate model=vendor-model cut_after=3]'), model: two.alias };
    const sent = vendor.requests.length;
    const stream = await clientOf(two.key).chat.completions.create({ ...body, stream: true });
    await expect(
      (async (): Promise<void> => {
        for await (const chunk of stream) expect(chunk.model).toBe(two.alias);
      })(),
    ).rejects.toMatchObject({ code: 'provider_error' });
    expect(vendor.requests.length - sent).toBe(1);
  });
});
