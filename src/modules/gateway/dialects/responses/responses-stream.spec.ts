import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { toResponse } from './responses-answer.js';
import { ResponsesStream } from './responses-stream.js';

const FACTS = {
  id: 'resp_1',
  model: 'fast',
  request: { input: 'Hi', include: ['reasoning.encrypted_content'] },
  createdAtUnixSeconds: 1_790_000_000,
};
const USAGE = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

interface Sent extends JsonObject {
  readonly type: string;
  readonly sequence_number: number;
}

/** Holds the wire form to the letter: the name of the event is its type, one line of data, nothing else. */
function read(text: string): Sent[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((block) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block)!;
      const event = JSON.parse(data!) as Sent;
      expect(event.type).toBe(name);
      return event;
    });
}

const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const finished = (reason: string): JsonObject => chunk({}, { finish_reason: reason });
const piece = (index: number, more: JsonObject): JsonObject => chunk({ tool_calls: [{ index, ...more }] });
const named = (index: number, id: string, name: string): JsonObject =>
  piece(index, { id, type: 'function', function: { name, arguments: '' } });
const args = (index: number, text: string): JsonObject => piece(index, { function: { arguments: text } });

function streamed(chunks: readonly JsonObject[]): Sent[] {
  const stream = new ResponsesStream(FACTS);
  const events = read(chunks.map((each) => stream.chunk(each)).join('') + stream.end());
  expect(stream.chunk(chunk({ content: 'late' })) + stream.end()).toBe('');
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, index) => index));
  return events;
}

const short = (events: readonly Sent[]): unknown[] =>
  events.map(({ type, output_index: index, delta }) =>
    [type.replace('response.', ''), index, delta].filter((x) => x !== undefined),
  );

const last = (events: readonly Sent[]): JsonObject => events.at(-1)!['response'] as JsonObject;

describe('ResponsesStream', () => {
  it('streams a text to the letter', () => {
    const events = streamed([
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      finished('stop'),
      { choices: [], usage: USAGE },
    ]);
    const place = { item_id: 'msg_1_0', output_index: 0, content_index: 0 };
    const part = (text: string): JsonObject => ({ type: 'output_text', text, annotations: [], logprobs: [] });
    const item = (status: string, content: JsonObject[]): JsonObject => ({
      ...{ id: 'msg_1_0', type: 'message', status, role: 'assistant', content },
    });
    const response = toResponse({}, FACTS);
    const whole = toResponse(
      { choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }], usage: USAGE },
      FACTS,
    );
    expect(events).toEqual(
      [
        { type: 'response.created', response: { ...response, status: 'in_progress' } },
        { type: 'response.in_progress', response: { ...response, status: 'in_progress' } },
        { type: 'response.output_item.added', output_index: 0, item: item('in_progress', []) },
        { type: 'response.content_part.added', ...place, part: part('') },
        { type: 'response.output_text.delta', ...place, delta: 'Hel', logprobs: [] },
        { type: 'response.output_text.delta', ...place, delta: 'lo', logprobs: [] },
        { type: 'response.output_text.done', ...place, text: 'Hello', logprobs: [] },
        { type: 'response.content_part.done', ...place, part: part('Hello') },
        { type: 'response.output_item.done', output_index: 0, item: item('completed', [part('Hello')]) },
        { type: 'response.completed', response: whole },
      ].map((event, index) => ({ ...event, sequence_number: index })),
    );
  });

  it('streams reasoning with its signature, then calls whose pieces are interleaved', () => {
    const events = streamed([
      chunk({ reasoning_content: 'H', thinking_blocks: [{ type: 'thinking', thinking: 'H' }] }),
      chunk({ reasoning_content: 'm', thinking_blocks: [{ type: 'thinking', thinking: 'm' }] }),
      chunk({ thinking_blocks: [{ type: 'thinking', signature: 'sig' }] }),
      named(0, 'call_a', 'f'),
      named(1, 'call_b', 'g'),
      args(0, '{'),
      args(1, '[]'),
      args(0, '}'),
      finished('tool_calls'),
    ]);
    expect(short(events)).toEqual([
      ['created'],
      ['in_progress'],
      ['output_item.added', 0],
      ['reasoning_summary_part.added', 0],
      ['reasoning_summary_text.delta', 0, 'H'],
      ['reasoning_summary_text.delta', 0, 'm'],
      ['reasoning_summary_text.done', 0],
      ['reasoning_summary_part.done', 0],
      ['output_item.done', 0],
      ['output_item.added', 1],
      ['output_item.added', 2],
      ['function_call_arguments.delta', 1, '{'],
      ['function_call_arguments.delta', 2, '[]'],
      ['function_call_arguments.delta', 1, '}'],
      ['function_call_arguments.done', 1],
      ['output_item.done', 1],
      ['function_call_arguments.done', 2],
      ['output_item.done', 2],
      ['completed'],
    ]);
    const blocks = [{ type: 'thinking', thinking: 'Hm', signature: 'sig' }];
    const carried = Buffer.from(JSON.stringify(blocks)).toString('base64');
    expect(events.slice(2, 4)).toMatchObject([
      { item: { id: 'rs_1_0', type: 'reasoning', summary: [] } },
      { item_id: 'rs_1_0', summary_index: 0, part: { type: 'summary_text', text: '' } },
    ]);
    const call = { type: 'function_call', status: 'completed' };
    expect(last(events)).toMatchObject({
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: carried },
        { ...call, id: 'fc_1_0', call_id: 'call_a', name: 'f', arguments: '{}' },
        { ...call, id: 'fc_1_1', call_id: 'call_b', name: 'g', arguments: '[]' },
      ],
    });
    expect(events.slice(-4, -2)).toMatchObject([
      { item: { call_id: 'call_a' } },
      { item_id: 'fc_1_1', name: 'g', arguments: '[]' },
    ]);
  });

  it('streams a refusal after text', () => {
    const events = streamed([chunk({ content: 'Sorry' }), chunk({ refusal: 'No.' }), finished('stop')]);
    expect(short(events).slice(2, -1)).toEqual([
      ['output_item.added', 0],
      ['content_part.added', 0],
      ['output_text.delta', 0, 'Sorry'],
      ['output_text.done', 0],
      ['content_part.done', 0],
      ['content_part.added', 0],
      ['refusal.delta', 0, 'No.'],
      ['refusal.done', 0],
      ['content_part.done', 0],
      ['output_item.done', 0],
    ]);
    expect(events.at(-4)).toMatchObject({ content_index: 1, refusal: 'No.' });
  });

  it('begins another item where reasoning or text goes on after something else', () => {
    const deltas = [{ reasoning: 'a' }, { content: 'b' }, { reasoning: 'c' }, { content: 'd' }];
    const events = streamed([...deltas.map((each) => chunk(each)), named(0, 'call_a', 'f'), chunk({ content: 'e' })]);
    const kinds = (last(events)['output'] as JsonObject[]).map((item) => item['id']);
    expect(kinds).toEqual(['rs_1_0', 'msg_1_0', 'rs_1_1', 'msg_1_1', 'fc_1_0', 'msg_1_2']);
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ])('ends incomplete after %s', (finishReason, reason) => {
    const events = streamed([chunk({ content: 'Hel' }), finished(finishReason)]);
    expect(events.slice(-2)).toMatchObject([
      { type: 'response.output_item.done', item: { status: 'incomplete' } },
      { type: 'response.incomplete', response: { status: 'incomplete', incomplete_details: { reason } } },
    ]);
  });

  it('fails with what was said so far, and tells the error in both forms that clients read', () => {
    const stream = new ResponsesStream(FACTS);
    const begun = stream.chunk(chunk({ content: 'Hel' }));
    const error = new DomainError('provider_error', 'The model went away');
    const events = read(begun + stream.error(error, 'req_1')).slice(-2);
    const facts = { code: 'provider_error', message: 'The model went away' };
    expect(events).toMatchObject([
      {
        type: 'response.failed',
        response: { status: 'failed', error: facts, output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }] },
      },
      { ...facts, param: null, error: { ...facts, type: 'server_error', param: null }, request_id: 'req_1' },
    ]);
    expect(stream.end() + stream.chunk(chunk({ content: 'x' })) + stream.error(error, 'req_1')).toBe('');
  });

  it('can fail or end before anything was said', () => {
    const failed = read(new ResponsesStream(FACTS).error(new DomainError('internal', 'x'), 'req_1'));
    expect(short(failed)).toEqual([['created'], ['in_progress'], ['failed'], ['error']]);
    expect(short(streamed([]))).toEqual([['created'], ['in_progress'], ['completed']]);
  });

  it.each<[string, JsonObject[], unknown]>([
    [
      'every call is said to be the first',
      [named(0, 'a', 'f'), args(0, '1'), named(0, 'b', 'g'), args(0, '2')],
      [
        ['a', 'f', '1'],
        ['b', 'g', '2'],
      ],
    ],
    [
      'the name is repeated',
      [named(0, 'a', 'f'), piece(0, { id: 'a', function: { name: 'f', arguments: '1' } })],
      [['a', 'f', '1']],
    ],
    [
      'there is no index',
      [
        chunk({ tool_calls: [{ id: 'a', function: { name: 'f', arguments: '1' } }] }),
        chunk({ tool_calls: [{ function: { arguments: '2' } }, { function: { name: 'g', arguments: '3' } }] }),
        chunk({ tool_calls: [{ id: 'a', function: { arguments: '4' } }] }),
      ],
      [
        ['a', 'f', '124'],
        ['call_1_1', 'g', '3'],
      ],
    ],
    ['the arguments come before the name', [args(0, '1'), named(0, 'a', 'f'), args(0, '2')], [['a', 'f', '12']]],
    ['a name never comes', [args(3, '1')], [['call_1_0', '', '1']]],
    ['there is no function', [piece(0, { id: 'a', custom: { input: 'x' } })], []],
  ])('copes when %s', (_what, chunks, calls) => {
    const output = last(streamed(chunks))['output'] as JsonObject[];
    expect(output.map((item) => [item['call_id'], item['name'], item['arguments']])).toEqual(calls);
  });

  it.each<[JsonObject, JsonObject]>([
    [{}, { input_tokens: 12, output_tokens: 5, total_tokens: 17 }],
    [{ usage: { prompt_tokens: -1 } }, { input_tokens: 12, output_tokens: 5, total_tokens: 17 }],
    [{ usage: USAGE }, { input_tokens: 9, output_tokens: 3, total_tokens: 12 }],
  ])('tells what is charged where the vendor counts nothing: %j', (told, usage) => {
    const stream = new ResponsesStream(FACTS);
    const sent = stream.chunk({ ...finished('stop'), ...told }) + stream.end({ tokensIn: 12, tokensOut: 5 });
    expect(last(read(sent))['usage']).toMatchObject(usage);
  });

  it('listens to the first choice only, and keeps the last usage that can be believed', () => {
    const second = { choices: [{ index: 1, delta: { content: 'b' }, finish_reason: 'length' }] };
    const events = streamed([
      { ...chunk({ content: 'a' }), usage: { prompt_tokens: 9, completion_tokens: 1 }, service_tier: 'flex' },
      second,
      { choices: [], usage: USAGE },
      { usage: { prompt_tokens: -1, completion_tokens: 3 } },
    ]);
    expect(last(events)).toMatchObject({
      status: 'completed',
      service_tier: 'flex',
      output: [{ content: [{ text: 'a' }] }],
      usage: { output_tokens: 3 },
    });
  });

  it('never throws', () => {
    const delta = fc.dictionary(
      fc.constantFrom('content', 'refusal', 'reasoning_content', 'thinking_blocks', 'tool_calls'),
      fc.jsonValue(),
    );
    const call = fc.record({ index: fc.jsonValue(), id: fc.jsonValue(), function: fc.jsonValue() });
    const calls = fc.array(call).map((tool_calls) => ({ tool_calls }));
    const choices = fc.array(fc.record({ delta: fc.oneof(delta, calls), finish_reason: fc.jsonValue() }));
    fc.assert(
      fc.property(
        fc.array(fc.record({ choices: fc.oneof(choices, fc.jsonValue()), usage: fc.jsonValue() })),
        (chunks) => {
          streamed(chunks);
        },
      ),
    );
  });
});

/** What a vendor may say in a natural order: thoughts, text, a refusal, calls. */
const words = fc.array(fc.string({ minLength: 1 }), { maxLength: 4 });
const answer = fc.record({
  thoughts: words,
  isSigned: fc.boolean(),
  text: words,
  refusal: words,
  calls: fc.array(fc.record({ name: fc.string({ minLength: 1 }), pieces: words }), { maxLength: 3 }),
  finishReason: fc.constantFrom('stop', 'length', 'content_filter', 'tool_calls', null),
  usage: fc.constantFrom(USAGE, null),
});
type Answer = typeof answer extends fc.Arbitrary<infer Value> ? Value : never;

function chunksOf({ thoughts, isSigned, text, refusal, calls, finishReason, usage }: Answer): JsonObject[] {
  const longest = Math.max(0, ...calls.map((call) => call.pieces.length));
  const rounds = Array.from({ length: longest }, (_unused, round) =>
    calls.flatMap((call, index) => (round < call.pieces.length ? [args(index, call.pieces[round]!)] : [])),
  );
  const signature = [{ type: 'thinking', signature: 'sig' }];
  return [
    ...thoughts.map((thinking) =>
      chunk({ reasoning_content: thinking, thinking_blocks: [{ type: 'thinking', thinking }] }),
    ),
    ...(isSigned ? [chunk({ thinking_blocks: signature })] : []),
    ...text.map((content) => chunk({ content })),
    ...refusal.map((each) => chunk({ refusal: each })),
    ...calls.map((call, index) => named(index, `call_${index}`, call.name)),
    ...rounds.flat(),
    chunk({}, { finish_reason: finishReason }),
    { choices: [], usage },
  ];
}

function completionOf({ thoughts, isSigned, text, refusal, calls, finishReason, usage }: Answer): JsonObject {
  const thinking = { type: 'thinking', thinking: thoughts.join(''), ...(isSigned && { signature: 'sig' }) };
  const message = {
    content: text.join(''),
    refusal: refusal.join(''),
    reasoning_content: thoughts.join(''),
    thinking_blocks: thoughts.length > 0 || isSigned ? [thinking] : [],
    tool_calls: calls.map((call, index) => ({
      ...{ id: `call_${index}`, type: 'function', function: { name: call.name, arguments: call.pieces.join('') } },
    })),
  };
  return { choices: [{ message, finish_reason: finishReason }], usage };
}

/** Puts the response together from its events, as clients do that show it while it comes. */
function assembled(events: readonly Sent[]): JsonValue[] {
  const items = new Map<number, JsonObject>();
  const texts = new Map<string, string>();
  for (const event of events) {
    const { type, output_index: index, item, delta } = event;
    const place = JSON.stringify([index, event['content_index'] ?? event['summary_index']]);
    if (type.endsWith('.delta')) texts.set(place, (texts.get(place) ?? '') + (delta as string));
    const whole = event['text'] ?? event['refusal'] ?? event['arguments'];
    if (/(text|refusal|arguments)\.done$/.test(type)) expect(whole).toBe(texts.get(place) ?? '');
    if (type === 'response.output_item.added') {
      expect(items.size).toBe(index);
      items.set(index as number, {});
    }
    if (type === 'response.output_item.done') items.set(index as number, item as JsonObject);
  }
  return [...items.values()];
}

describe('the stream and the whole answer', () => {
  it('end in the same response', () => {
    fc.assert(
      fc.property(answer, (given) => {
        const events = streamed(chunksOf(given));
        expect(last(events)).toEqual(toResponse(completionOf(given), FACTS));
        expect(assembled(events)).toEqual(last(events)['output']);
      }),
    );
  });

  it('agree on every text in whatever order its pieces come', () => {
    const shuffled = answer.chain((given) => {
      const chunks = chunksOf(given);
      return fc.tuple(fc.constant(given), fc.shuffledSubarray(chunks, { minLength: chunks.length }));
    });
    fc.assert(
      fc.property(shuffled, ([given, chunks]) => {
        const events = streamed(chunks);
        expect(assembled(events)).toEqual(last(events)['output']);
        const sorted = (text: string): string => [...text].sort().join('');
        const said = (kind: string): string =>
          sorted(
            events.map((event) => (event.type === `response.${kind}.delta` ? (event['delta'] as string) : '')).join(''),
          );
        expect(said('output_text')).toBe(sorted(given.text.join('')));
        expect(said('refusal')).toBe(sorted(given.refusal.join('')));
        expect(said('reasoning_summary_text')).toBe(sorted(given.thoughts.join('')));
        expect(said('function_call_arguments')).toBe(sorted(given.calls.flatMap((call) => call.pieces).join('')));
      }),
    );
  });
});
