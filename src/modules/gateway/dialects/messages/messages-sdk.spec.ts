import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from '@jest/globals';
import { generateText, streamText } from 'ai';
import fc from 'fast-check';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject } from '../../../../providers/index.js';
import { toMessage } from './messages-answer.js';
import { toCanonical } from './messages-request.js';
import { MessagesStream } from './messages-stream.js';

const NAMES = { id: 'msg_1', model: 'alias' };
const ASK = { model: 'alias', max_tokens: 64, messages: [{ role: 'user' as const, content: 'Hello' }] };

/** A client of the real SDK; what it would have sent is given to `answer`. */
const client = (answer: (posted: JsonObject) => Response): Anthropic =>
  new Anthropic({
    apiKey: 'k',
    baseURL: 'http://gateway.test',
    maxRetries: 0,
    fetch: async (_url, init) => answer(JSON.parse(init?.body as string) as JsonObject),
  });

/** The events as they go over the wire, in pieces of `size` bytes. */
const body = (events: string, size: number): ReadableStream => {
  const bytes = new TextEncoder().encode(events);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
};
const streaming = (events: string, size = 1_000): Anthropic =>
  client(() => new Response(body(events, size), { headers: { 'content-type': 'text/event-stream' } }));

const eventsOf = (chunks: readonly JsonObject[]): string => {
  const stream = new MessagesStream({ ...NAMES, inputEstimate: 5 });
  return chunks.map((chunk) => stream.chunk(chunk)).join('') + stream.end();
};
const delta = (fields: unknown, more: JsonObject = {}): JsonObject =>
  ({ choices: [{ index: 0, delta: fields, ...more }] }) as JsonObject;

const USAGE = { prompt_tokens: 10, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } };
const END = [delta({}, { finish_reason: 'stop' }), { choices: [], usage: USAGE }];
const call = (index: number, id: string, args: string): JsonObject => ({
  index,
  id,
  type: 'function',
  function: { name: `f_${id}`, arguments: args },
});

describe('the Anthropic SDK', () => {
  it.each([1, 7, 10_000])('reads text in pieces of %i bytes', async (size) => {
    const events = eventsOf([delta({ content: 'Grüße ' }), delta({ content: '🌍\u2028' }), ...END]);
    const message = await streaming(events, size).messages.stream(ASK).finalMessage();
    expect(message).toMatchObject({
      id: 'msg_1',
      model: 'alias',
      role: 'assistant',
      content: [{ type: 'text', text: 'Grüße 🌍\u2028' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 6, cache_read_input_tokens: 4, output_tokens: 7 },
    });
  });

  it('reads thoughts and two calls that take turns', async () => {
    const events = eventsOf([
      delta({ thinking_blocks: [{ type: 'thinking', thinking: 'Let me' }] }),
      delta({ thinking_blocks: [{ type: 'thinking', thinking: ' see' }] }),
      delta({ thinking_blocks: [{ type: 'thinking', signature: 'sig' }] }),
      delta({ thinking_blocks: [{ type: 'redacted_thinking', data: 'xyz' }] }),
      delta({ content: 'Looking.' }),
      delta({ tool_calls: [call(0, 'a', ''), call(1, 'b', '{')] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Pa' } }] }),
      delta({ tool_calls: [{ index: 1, function: { arguments: '}' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: 'ris"}' } }] }),
      delta({}, { finish_reason: 'tool_calls' }),
      { choices: [], usage: USAGE },
    ]);
    const stream = streaming(events).messages.stream(ASK);
    const finished: unknown[] = [];
    stream.on('contentBlock', (block) => finished.push(block));
    const message = await stream.finalMessage();
    expect(message.content).toEqual([
      { type: 'thinking', thinking: 'Let me see', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'Looking.' },
      { type: 'tool_use', id: 'a', name: 'f_a', input: { city: 'Paris' }, caller: { type: 'direct' } },
      { type: 'tool_use', id: 'b', name: 'f_b', input: {}, caller: { type: 'direct' } },
    ]);
    expect(finished).toEqual(message.content);
    expect(message.stop_reason).toBe('tool_use');
  });

  it('raises an error in the middle as its own', async () => {
    const broken = new MessagesStream({ ...NAMES, inputEstimate: 5 });
    const events =
      broken.chunk(delta({ content: 'a' })) + broken.error(new DomainError('overloaded', 'Busy.'), 'req_1');
    const failure = await streaming(events)
      .messages.stream(ASK)
      .finalMessage()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Anthropic.APIError);
    expect(failure).toMatchObject({
      type: 'overloaded_error',
      error: {
        type: 'error',
        error: { type: 'overloaded_error', message: 'Busy.' },
      },
    });
  });

  it('reads a whole message, and what it sends back is understood', async () => {
    const completion = {
      choices: [
        {
          message: {
            content: 'Looking.',
            thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }],
            tool_calls: [call(0, 'a', '{"city":"Paris"}')],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: USAGE,
    };
    const posted: JsonObject[] = [];
    const anthropic = client((request) => {
      posted.push(request);
      return Response.json(toMessage(completion, NAMES));
    });
    const answer = await anthropic.messages.create(ASK);
    const results = [{ type: 'tool_result' as const, tool_use_id: 'a', content: 'Sunny' }];
    await anthropic.messages.create({
      ...ASK,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: 'f_a', input_schema: { type: 'object' } }],
      messages: [...ASK.messages, { role: 'assistant', content: answer.content }, { role: 'user', content: results }],
    });
    expect(posted.map((each) => toCanonical(each))).toEqual([
      { model: 'alias', stream: false, body: { max_tokens: 64, messages: [{ role: 'user', content: 'Hello' }] } },
      {
        model: 'alias',
        stream: false,
        body: {
          max_tokens: 64,
          messages: [
            { role: 'system', content: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }] },
            { role: 'user', content: 'Hello' },
            {
              role: 'assistant',
              content: [{ type: 'text', text: 'Looking.' }],
              thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }],
              tool_calls: [{ id: 'a', type: 'function', function: { name: 'f_a', arguments: '{"city":"Paris"}' } }],
            },
            { role: 'tool', tool_call_id: 'a', content: 'Sunny' },
          ],
          tools: [{ type: 'function', function: { name: 'f_a', parameters: { type: 'object' } } }],
        },
      },
    ]);
  });
});

describe("Vercel's AI SDK", () => {
  const model = (answer: () => Response): ReturnType<ReturnType<typeof createAnthropic>> =>
    createAnthropic({ apiKey: 'k', baseURL: 'http://gateway.test/v1', fetch: async () => answer() })('alias');
  const message = {
    content: 'Looking.',
    thinking_blocks: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }],
    tool_calls: [call(0, 'a', '{"city":"Paris"}')],
  };
  const expected = {
    text: 'Looking.',
    reasoningText: 'hm',
    finishReason: 'tool-calls',
    toolCalls: [expect.objectContaining({ toolCallId: 'a', toolName: 'f_a', input: { city: 'Paris' } })],
  };

  it('reads a whole message', async () => {
    const completion = { choices: [{ message, finish_reason: 'tool_calls' }], usage: USAGE };
    const answered = model(() => Response.json(toMessage(completion, NAMES)));
    const { text, reasoningText, finishReason, toolCalls } = await generateText({ model: answered, prompt: 'Hello' });
    expect({ text, reasoningText, finishReason, toolCalls }).toEqual(expected);
  });

  it('reads a stream', async () => {
    const events = eventsOf([delta(message), ...END]);
    const result = streamText({ model: model(() => new Response(body(events, 50))), prompt: 'Hello' });
    expect({
      text: await result.text,
      reasoningText: await result.reasoningText,
      finishReason: await result.finishReason,
      toolCalls: await result.toolCalls,
    }).toEqual(expected);
  });
});

describe('a streamed answer', () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const pieces = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const answers = fc.record({
    reasoning: fc.option(words),
    content: fc.option(words),
    calls: fc.array(fc.dictionary(words, fc.jsonValue({ maxDepth: 2 })), { maxLength: 3 }),
    size: fc.integer({ min: 1, max: 9 }),
    turns: fc.boolean(),
  });
  type Answer = typeof answers extends fc.Arbitrary<infer T> ? T : never;

  const chunksOf = ({ reasoning, content, calls, size, turns }: Answer): JsonObject[] => {
    const begun = calls.map((_, index) => delta({ tool_calls: [call(index, `c${index}`, '')] }));
    const fed = calls.map((input, index) =>
      pieces(JSON.stringify(input), size).map((each) =>
        delta({ tool_calls: [{ index, function: { arguments: each } }] }),
      ),
    );
    const longest = Math.max(0, ...fed.map((each) => each.length));
    const inTurns = Array.from({ length: longest }, (_, at) => fed.flatMap((each) => each.slice(at, at + 1))).flat();
    return [
      ...pieces(reasoning ?? '', size).map((each) => delta({ reasoning_content: each })),
      ...pieces(content ?? '', size).map((each) => delta({ content: each })),
      ...(turns ? [...begun, ...inTurns] : begun.flatMap((each, index) => [each, ...fed[index]!])),
      ...END,
    ];
  };

  it('is what the whole answer is, to the SDK', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const tool_calls = answer.calls.map((input, index) => call(index, `c${index}`, JSON.stringify(input)));
        const message = { content: answer.content, reasoning_content: answer.reasoning, tool_calls };
        const whole = toMessage({ choices: [{ message, finish_reason: 'stop' }], usage: USAGE }, NAMES);
        const streamed = await streaming(eventsOf(chunksOf(answer)), 64)
          .messages.stream(ASK)
          .finalMessage();
        const read = JSON.parse(JSON.stringify(streamed)) as JsonObject;
        const usage = { ...(whole['usage'] as JsonObject), cache_creation: null };
        expect(read).toEqual({ ...(JSON.parse(JSON.stringify(whole)) as JsonObject), usage, parsed_output: null });
      }),
      { numRuns: 40 },
    );
  });
});
