import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateText, streamText } from 'ai';
import { startTestApp, type TestApp } from '../support/app.js';
import { settled } from '../support/streams.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { costUsd, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const WEATHER: Anthropic.Tool = {
  name: 'weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const PIXEL = 'iVBORw0KGgo=';

let app: TestApp;
let vendor: VendorServer;
let world: World;
let client: Anthropic;

const clientOf = (apiKey: string): Anthropic => new Anthropic({ apiKey, baseURL: app.url, maxRetries: 0 });
const say = (content: string): Anthropic.MessageCreateParamsNonStreaming => ({
  ...{ model: world.alias, max_tokens: 400, messages: [{ role: 'user', content }] },
});
const lastAsked = (): Record<string, unknown> => vendor.requests.at(-1)!.json as Record<string, unknown>;
const textOf = ({ content }: Anthropic.Message): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['vendor-model'] });
  app = await startTestApp({ listen: true });
  world = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
  client = clientOf(world.key);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe("Anthropic's SDK in front of a vendor that speaks OpenAI's API", () => {
  it('is answered with a message, and told what it cost', async () => {
    const { data, response } = await client.messages
      .create({ ...say('Hello'), system: 'Be brief.', stop_sequences: ['END'], ...{ temperature: 0.5 } })
      .withResponse();
    expect(data).toMatchObject({ type: 'message', role: 'assistant', model: world.alias, stop_reason: 'end_turn' });
    expect(textOf(data)).toContain('simulated answer');
    const { input_tokens: tokensIn, output_tokens: tokensOut } = data.usage;
    expect(Number(response.headers.get('x-tollkeeper-cost-usd'))).toBeCloseTo(costUsd(tokensIn, tokensOut), 9);
    expect(lastAsked()).toMatchObject({ model: 'vendor-model', max_tokens: 400, temperature: 0.5, stop: ['END'] });
    expect(lastAsked().messages).toMatchObject([{ role: 'system' }, { role: 'user' }]);
    const job = await app.asKey(world.key, 'GET', `/api/jobs/${response.headers.get('x-job-id')!}`);
    expect(job.body).toMatchObject({ status: 'completed', job_type: 'message' });
  });

  it('calls tools, and sees their results through', async () => {
    const asked = { ...say('Weather?'), tools: [WEATHER], tool_choice: { type: 'any' as const } };
    const first = await client.messages.create(asked);
    expect(first.stop_reason).toBe('tool_use');
    const call = first.content.find((block) => block.type === 'tool_use')!;
    expect(call).toMatchObject({ name: 'weather', input: { city: 'simulated' } });
    const results: Anthropic.ToolResultBlockParam[] = [{ type: 'tool_result', tool_use_id: call.id, content: 'sunny' }];
    const second = await client.messages.create({
      ...{ model: world.alias, max_tokens: 400, tools: [WEATHER] },
      messages: [...asked.messages, { role: 'assistant', content: first.content }, { role: 'user', content: results }],
    });
    expect(second.stop_reason).toBe('end_turn');
    expect(lastAsked().messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: call.id, function: { name: 'weather' } }] },
      { role: 'tool', tool_call_id: call.id },
    ]);
  });

  it('sends images', async () => {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL };
    await client.messages.create({
      ...say(''),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'What is it?' },
          ],
        },
      ],
    });
    const [{ content }] = lastAsked().messages as [{ content: unknown }];
    expect(content).toMatchObject([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
      { type: 'text', text: 'What is it?' },
    ]);
  });

  it('streams text and tools', async () => {
    const text = client.messages.stream(say('Hello'));
    let pieces = 0;
    text.on('text', () => (pieces += 1));
    const message = await text.finalMessage();
    expect(pieces).toBeGreaterThan(3);
    expect(textOf(message)).toContain('simulated answer');
    expect(message.usage.output_tokens).toBeGreaterThan(3);
    const called = client.messages.stream({ ...say('Weather?'), tools: [WEATHER], tool_choice: { type: 'any' } });
    const { content, stop_reason: reason } = await called.finalMessage();
    expect(content).toMatchObject([{ type: 'tool_use', name: 'weather', input: { city: 'simulated' } }]);
    expect(reason).toBe('tool_use');
  });

  it('aborts: the vendor is left at once', async () => {
    const stream = client.messages.stream(say('[simulate tokens=2000 pace_ms=10]'));
    await new Promise<void>((resolve) => stream.once('text', () => resolve()));
    const cut = expect(stream.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    stream.abort();
    await cut;
    expect(await vendor.requests.at(-1)!.ended).toBe('client');
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM calls ORDER BY created_at DESC LIMIT 1');
    expect(await settled(app, rows[0]!.id)).toMatchObject({ outcome: 'aborted' });
  });

  it('counts tokens roughly, and lists models as Anthropic does', async () => {
    const { input_tokens: few } = await client.messages.countTokens({
      model: world.alias,
      messages: say('Hi').messages,
    });
    const long = say('word '.repeat(200)).messages;
    const { input_tokens: many } = await client.messages.countTokens({ model: world.alias, messages: long });
    expect(few).toBeGreaterThan(0);
    expect(many).toBeGreaterThan(few + 150);
    expect((await client.models.list()).data).toMatchObject([{ type: 'model', id: world.alias }]);
    expect(await client.models.retrieve(world.alias)).toMatchObject({ id: world.alias });
  });

  it("works with Vercel's ai package", async () => {
    const model = createAnthropic({ baseURL: `${app.url}/v1`, apiKey: world.key })(world.alias);
    expect((await generateText({ model, prompt: 'Hello' })).text).toContain('simulated answer');
    const streamed = streamText({ model, prompt: 'Hello' });
    expect(await streamed.text).toContain('simulated answer');
    expect((await streamed.usage).outputTokens).toBeGreaterThan(0);
  });
});

describe('errors are typed', () => {
  const failure = async (work: Promise<unknown>): Promise<InstanceType<typeof Anthropic.APIError>> =>
    work.then(
      () => Promise.reject(new Error('it succeeded')),
      (error: unknown) => error as InstanceType<typeof Anthropic.APIError>,
    );
  const typeOf = (error: InstanceType<typeof Anthropic.APIError>): unknown =>
    (error.error as { error: { type: string } }).error.type;

  it('401, 403, 404 and 422, naming the field', async () => {
    const unknown = await failure(clientOf(`sk-${'x'.repeat(43)}`).messages.create(say('Hello')));
    expect([unknown.status, typeOf(unknown)]).toEqual([401, 'authentication_error']);
    const other = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    const denied = await failure(client.messages.create({ ...say('Hello'), model: other.alias }));
    expect([denied.status, typeOf(denied)]).toEqual([403, 'permission_error']);
    const missing = await failure(client.messages.create({ ...say('Hello'), model: 'nothing' }));
    expect([missing.status, typeOf(missing)]).toEqual([404, 'not_found_error']);
    const wrong = await failure(client.messages.create({ ...say('Hello'), temperature: 'hot' } as never));
    expect([wrong.status, typeOf(wrong)]).toEqual([422, 'invalid_request_error']);
    expect(wrong.error).toMatchObject({ error: { field: 'temperature' } });
    const strange = await failure(client.messages.create({ ...say('Hello'), mcp_servers: [] } as never));
    expect(strange.error).toMatchObject({ error: { field: 'mcp_servers' } });
  });

  it('402 naming the limit, 429 with when to come back', async () => {
    const poor = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    const scope = { organizationId: poor.organizationId, scopeType: 'TEAM', scopeId: poor.teamId };
    const limit = 'mutation ($input: CreateLimitInput!) { made: createLimit(input: $input) { id } }';
    const usd = { ...scope, unit: 'USD', period: 'DAY', amount: '0.000001' };
    const { made } = await must<{ made: { id: string } }>(app, limit, { input: usd });
    const spent = await failure(clientOf(poor.key).messages.create({ ...say('Hello'), model: poor.alias }));
    expect([spent.status, typeOf(spent)]).toEqual([402, 'billing_error']);
    expect(spent.error).toMatchObject({ error: { scope: { type: 'team', id: poor.teamId } } });
    await must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id: made.id });
    const rate = 'mutation ($input: CreateRateLimitInput!) { createRateLimit(input: $input) { id } }';
    await must(app, rate, { input: { ...scope, unit: 'REQUEST', per: 'MINUTE', amount: '1' } });
    const ask = (): Promise<unknown> => clientOf(poor.key).messages.create({ ...say('Hello'), model: poor.alias });
    await ask();
    const busy = await failure(ask());
    expect([busy.status, typeOf(busy)]).toEqual([429, 'rate_limit_error']);
    expect(Number(busy.headers!.get('retry-after'))).toBeGreaterThan(0);
  });

  it('5xx when the vendor fails, as an event when it fails in the stream', async () => {
    const down = await failure(client.messages.create(say('[simulate status=500]')));
    expect([down.status, typeOf(down)]).toEqual([502, 'api_error']);
    const stream = client.messages.stream(say('[simulate tokens=40 error]'));
    const cut = await failure(stream.finalMessage());
    expect(typeOf(cut)).toBe('api_error');
  });
});
