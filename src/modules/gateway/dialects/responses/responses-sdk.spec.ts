import { createOpenAI } from '@ai-sdk/openai';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import OpenAI, { APIError, UnprocessableEntityError } from 'openai';
import { makeParseableTextFormat } from 'openai/lib/parser';
import type { ResponseInputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { DomainError, ERRORS } from '../../../../core/errors.js';
import type { JsonObject } from '../../../../providers/index.js';
import { toResponse } from './responses-answer.js';
import { type CanonicalRequest, toCanonical } from './responses-request.js';
import { ResponsesStream } from './responses-stream.js';

const USAGE = {
  prompt_tokens: 9,
  completion_tokens: 7,
  total_tokens: 16,
  prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 5 },
};
const PIECES = [1, 7, Infinity];

/** What the vendor says to each call in turn; a DomainError breaks a stream off. */
type Turn =
  { message: JsonObject; finishReason?: string } | { deltas: (JsonObject | DomainError)[]; finishReason?: string };

/** A gateway without the gateway: what a client sends goes through the dialect and comes back. */
class Gateway {
  readonly calls: CanonicalRequest[] = [];
  readonly fetch: typeof globalThis.fetch;

  constructor(
    private readonly turns: Turn[],
    private readonly pieceBytes = Infinity,
  ) {
    this.fetch = async (_url, init) => {
      try {
        return this.answer(JSON.parse(init!.body as string) as JsonObject);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const { openai: type, status } = ERRORS[error.code];
        const body = { message: error.message, type, param: error.details.field ?? null, code: error.code };
        return Response.json({ error: body }, { status });
      }
    };
  }

  private answer(request: JsonObject): Response {
    const call = toCanonical(request);
    const turn = this.turns[this.calls.push(call) - 1]!;
    const facts = { id: 'resp_1', model: call.model ?? '', request, createdAtUnixSeconds: 1_790_000_000 };
    const finishReason = turn.finishReason ?? 'stop';
    if ('message' in turn) {
      const choice = { index: 0, message: turn.message, finish_reason: finishReason };
      return Response.json(toResponse({ choices: [choice], usage: USAGE }, facts));
    }
    expect(call.stream).toBe(true);
    const stream = new ResponsesStream(facts);
    const chunks = [...turn.deltas.map((delta) => [delta, null] as const), [{}, finishReason] as const];
    let text = '';
    for (const [delta, reason] of chunks) {
      if (delta instanceof DomainError) text += stream.error(delta, 'req_1');
      else text += stream.chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });
    }
    return this.sse(text + stream.chunk({ choices: [], usage: USAGE }) + stream.end());
  }

  private sse(text: string): Response {
    const bytes = new TextEncoder().encode(text);
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + this.pieceBytes));
        at += this.pieceBytes;
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  }
}

const openai = (gateway: Gateway): OpenAI =>
  new OpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch, maxRetries: 0 });

const WEATHER = {
  type: 'function' as const,
  name: 'weather',
  description: 'Weather of a city',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const CITY = makeParseableTextFormat(
  { type: 'json_schema', name: 'city', strict: true, schema: { type: 'object' } },
  (text) => JSON.parse(text) as { name: string },
);
const call = (index: number, city: string): JsonObject => ({
  ...{ index, id: `call_${index}`, type: 'function' },
  function: { name: 'weather', arguments: JSON.stringify({ city }) },
});
const callDeltas = [
  { tool_calls: [{ ...call(0, ''), function: { name: 'weather', arguments: '' } }] },
  { tool_calls: [{ ...call(1, ''), function: { name: 'weather', arguments: '' } }] },
  { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
  { tool_calls: [{ index: 1, function: { arguments: '{"city":"Köln"}' } }] },
  { tool_calls: [{ index: 0, function: { arguments: '"Bonn"}' } }] },
];
const THOUGHTS = [{ type: 'thinking', thinking: 'Hm.', signature: 'sig' }];
const thoughtDeltas = [
  { reasoning_content: 'Hm.', thinking_blocks: [{ type: 'thinking', thinking: 'Hm.' }] },
  { thinking_blocks: [{ type: 'thinking', signature: 'sig' }] },
];
const broken = new DomainError('provider_error', 'The model went away');

describe('the SDK of OpenAI', () => {
  it('creates a response', async () => {
    const gateway = new Gateway([{ message: { content: 'Grüße' } }]);
    const response = await openai(gateway).responses.create({ model: 'fast', instructions: 'Be brief.', input: 'Hi' });
    expect(response).toMatchObject({
      id: 'resp_1',
      status: 'completed',
      output_text: 'Grüße',
      instructions: 'Be brief.',
    });
    expect(response.usage).toEqual({
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 16,
    });
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ];
    expect(gateway.calls).toEqual([{ model: 'fast', stream: false, body: { messages } }]);
  });

  it('parses structured output', async () => {
    const gateway = new Gateway([{ message: { content: '{"name":"Bonn"}' } }]);
    const response = await openai(gateway).responses.parse({ model: 'fast', input: 'Hi', text: { format: CITY } });
    expect(response.output_parsed).toEqual({ name: 'Bonn' });
    expect(gateway.calls[0]!.body['response_format']).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'city', strict: true, schema: { type: 'object' } },
    });
  });

  it('sends calls, their results and thoughts back', async () => {
    const asked = {
      content: null,
      reasoning_content: 'Hm.',
      thinking_blocks: THOUGHTS,
      tool_calls: [call(0, 'a'), call(1, 'b')],
    };
    const gateway = new Gateway([{ message: asked, finishReason: 'tool_calls' }, { message: { content: 'Done' } }]);
    const client = openai(gateway).responses;
    const settings = {
      model: 'fast',
      store: false,
      tools: [WEATHER],
      include: ['reasoning.encrypted_content' as const],
    };
    const input: ResponseInputItem[] = [{ role: 'user', content: 'Hi' }];
    const first = await client.parse({ ...settings, input });
    input.push(...(first.output as ResponseInputItem[]));
    for (const item of first.output)
      if (item.type === 'function_call')
        input.push({ type: 'function_call_output', call_id: item.call_id, output: `${item.arguments}!` });
    const second = await client.create({ ...settings, input });
    expect(second.output_text).toBe('Done');
    const plain = ({ index: _index, ...rest }: JsonObject): JsonObject => rest;
    expect(gateway.calls[1]!.body['messages']).toEqual([
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [plain(call(0, 'a')), plain(call(1, 'b'))],
        thinking_blocks: THOUGHTS,
      },
      { role: 'tool', tool_call_id: 'call_0', content: '{"city":"a"}!' },
      { role: 'tool', tool_call_id: 'call_1', content: '{"city":"b"}!' },
    ]);
  });

  it.each(PIECES)('streams reasoning, text and two calls in pieces of %d bytes', async (pieceBytes) => {
    const deltas = [...thoughtDeltas, { content: 'Grü' }, { content: 'ße' }, ...callDeltas];
    const gateway = new Gateway([{ deltas, finishReason: 'tool_calls' }], pieceBytes);
    const stream = openai(gateway).responses.stream({ model: 'fast', input: 'Hi', tools: [WEATHER] });
    const types = new Set<string>();
    let text = '';
    stream.on('response.output_text.delta', (event) => (text = event.snapshot));
    for await (const event of stream) types.add(event.type);
    const response = await stream.finalResponse();
    expect(text).toBe('Grüße');
    expect(response).toMatchObject({
      status: 'completed',
      output: [
        { type: 'reasoning', summary: [{ text: 'Hm.' }] },
        { type: 'message', content: [{ text: 'Grüße' }] },
        { type: 'function_call', call_id: 'call_0', arguments: '{"city":"Bonn"}' },
        { type: 'function_call', call_id: 'call_1', arguments: '{"city":"Köln"}' },
      ],
      usage: { total_tokens: 16 },
    });
    expect(types.size).toBe(15);
  });

  it('streams structured output, and an answer that is cut', async () => {
    const text = { format: CITY };
    const whole = new Gateway([{ deltas: [{ content: '{"name":' }, { content: '"Bonn"}' }] }]);
    const parsed = await openai(whole).responses.stream({ model: 'fast', input: 'Hi', text }).finalResponse();
    expect(parsed.output_parsed).toEqual({ name: 'Bonn' });
    const cut = new Gateway([{ deltas: [{ content: 'Hel' }], finishReason: 'length' }]);
    const events: ResponseStreamEvent[] = [];
    for await (const event of await openai(cut).responses.create({ model: 'fast', input: 'Hi', stream: true }))
      events.push(event);
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' } },
    });
  });

  it('hears of errors as its own exceptions', async () => {
    const refused = openai(new Gateway([])).responses.create({
      model: 'fast',
      input: 'Hi',
      previous_response_id: 'resp_0',
    });
    await expect(refused).rejects.toThrow(UnprocessableEntityError);
    await expect(refused).rejects.toMatchObject({ param: 'previous_response_id', code: 'invalid_request' });

    const gateway = new Gateway([{ deltas: [{ content: 'Hel' }, broken] }, { deltas: [{ content: 'Hel' }, broken] }]);
    const types: string[] = [];
    const reading = (async () => {
      const stream = await openai(gateway).responses.create({ model: 'fast', input: 'Hi', stream: true });
      for await (const event of stream) types.push(event.type);
    })();
    await expect(reading).rejects.toThrow(APIError);
    await expect(reading).rejects.toMatchObject({ code: 'provider_error', type: 'server_error' });
    expect(types.at(-1)).toBe('response.failed');
    const final = openai(gateway).responses.stream({ model: 'fast', input: 'Hi' }).finalResponse();
    await expect(final).rejects.toMatchObject({ code: 'provider_error' });
  });
});

describe('the AI SDK', () => {
  const model = (gateway: Gateway): ReturnType<ReturnType<typeof createOpenAI>['responses']> =>
    createOpenAI({ apiKey: 'x', baseURL: 'http://gateway/v1', fetch: gateway.fetch }).responses('fast');
  const tools = {
    weather: tool({
      description: 'Weather of a city',
      inputSchema: jsonSchema<{ city: string }>(WEATHER.parameters as JsonObject),
      execute: ({ city }: { city: string }) => ({ city, sky: 'clear' }),
    }),
  };
  const providerOptions = { openai: { store: false } };

  beforeEach(() => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('generates text through two calls of tools', async () => {
    const asked = {
      content: 'Let me see.',
      reasoning_content: 'Hm.',
      thinking_blocks: THOUGHTS,
      tool_calls: [call(0, 'a'), call(1, 'b')],
    };
    const gateway = new Gateway([{ message: asked, finishReason: 'tool_calls' }, { message: { content: 'Done' } }]);
    const include: ['reasoning.encrypted_content'] = ['reasoning.encrypted_content'];
    const { text, steps, usage } = await generateText({
      model: model(gateway),
      tools,
      system: 'Be brief.',
      prompt: 'Hi',
      stopWhen: stepCountIs(3),
      providerOptions: { openai: { store: false, include } },
    });
    expect(text).toBe('Done');
    expect(steps[0]).toMatchObject({ reasoningText: 'Hm.', finishReason: 'tool-calls' });
    expect(usage).toMatchObject({ inputTokens: 9, outputTokens: 7, reasoningTokens: 5, cachedInputTokens: 4 });
    expect(gateway.calls[1]!.body['messages']).toMatchObject([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: 'call_0' }, { id: 'call_1' }],
        thinking_blocks: THOUGHTS,
      },
      { role: 'tool', tool_call_id: 'call_0', content: '{"city":"a","sky":"clear"}' },
      { role: 'tool', tool_call_id: 'call_1', content: '{"city":"b","sky":"clear"}' },
    ]);
  });

  it('is told what to set when it refers to items that it believes to be stored', async () => {
    const asked = { content: null, tool_calls: [call(0, 'a')] };
    const gateway = new Gateway([{ message: asked, finishReason: 'tool_calls' }]);
    const loop = generateText({ model: model(gateway), tools, prompt: 'Hi', stopWhen: stepCountIs(3) });
    await expect(loop).rejects.toThrow(/input\.1\.type: .*store: false in the AI SDK/);
  });

  it('generates an object', async () => {
    const gateway = new Gateway([{ message: { content: '{"name":"Bonn"}' } }]);
    const schema = jsonSchema<{ name: string }>({ type: 'object', properties: { name: { type: 'string' } } });
    const { object } = await generateObject({ model: model(gateway), schema, prompt: 'Hi' });
    expect(object).toEqual({ name: 'Bonn' });
    expect(gateway.calls[0]!.body['response_format']).toMatchObject({ type: 'json_schema' });
  });

  it.each(PIECES)('streams reasoning, text and two calls in pieces of %d bytes', async (pieceBytes) => {
    const deltas = [...thoughtDeltas, { content: 'Grü' }, { content: 'ße' }, ...callDeltas];
    const turns = [{ deltas, finishReason: 'tool_calls' }, { deltas: [{ content: 'Done' }] }];
    const gateway = new Gateway(turns, pieceBytes);
    const stream = streamText({
      model: model(gateway),
      tools,
      prompt: 'Hi',
      stopWhen: stepCountIs(3),
      providerOptions,
    });
    const steps = await stream.steps;
    expect(steps.map((step) => [step.reasoningText, step.text, step.finishReason])).toEqual([
      ['Hm.', 'Grüße', 'tool-calls'],
      [undefined, 'Done', 'stop'],
    ]);
    expect(steps[0]!.toolCalls.map((each) => [each.toolCallId, each.input])).toEqual([
      ['call_0', { city: 'Bonn' }],
      ['call_1', { city: 'Köln' }],
    ]);
    expect(await stream.totalUsage).toMatchObject({ inputTokens: 18, outputTokens: 14 });
  });

  it('sees a cut answer and an error', async () => {
    const cut = new Gateway([{ deltas: [{ content: 'Hel' }], finishReason: 'length' }]);
    expect(await streamText({ model: model(cut), prompt: 'Hi' }).finishReason).toBe('length');
    const failing = new Gateway([{ deltas: [{ content: 'Hel' }, broken] }]);
    const errors: unknown[] = [];
    const stream = streamText({ model: model(failing), prompt: 'Hi', onError: ({ error }) => void errors.push(error) });
    await stream.consumeStream();
    expect(errors).toMatchObject([{ error: { code: 'provider_error', message: 'The model went away' } }]);
  });
});
