import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../providers/index.js';
import { chunksOf } from './answer-chunks.js';
import { AnswerTape } from './answer-tape.js';

const LARGE = 1_000_000;
const ENVELOPE = { id: 'chatcmpl-1', created: 7, model: 'chat' };
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

async function taped(
  chunks: readonly JsonObject[],
  maxChars = LARGE,
): Promise<{ tape: AnswerTape; seen: JsonObject[] }> {
  const seen: JsonObject[] = [];
  const tape = new AnswerTape({ chunks: async (some) => void seen.push(...some) }, maxChars);
  for (const chunk of chunks) await tape.chunks([chunk]);
  return { tape, seen };
}
const chunk = (choices: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  ...{ ...ENVELOPE, object: 'chat.completion.chunk', choices },
  ...more,
});
const delta = (fields: JsonObject, index = 0): JsonObject => chunk([{ index, delta: fields, finish_reason: null }]);
const ended = (reason: string, index = 0): JsonObject => chunk([{ index, delta: {}, finish_reason: reason }]);

const completion = (message: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ ...ENVELOPE, object: 'chat.completion' },
  choices: [{ index: 0, message: { role: 'assistant', ...message }, logprobs: null, finish_reason: 'stop', ...more }],
  usage: USAGE,
});

const choiceAt = (index: number): JsonObject => ({
  ...{ index, message: { role: 'assistant', content: `choice ${index}` }, logprobs: null },
});

const TOOL = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } };
const THOUGHTS = [
  { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
  { type: 'redacted_thinking', data: 'xyz' },
];

describe('a stream and its whole answer', () => {
  it.each<[string, JsonObject]>([
    ['text', completion({ content: 'Hello there' })],
    ['nothing', completion({ content: '' })],
    ['a refusal', completion({ content: null, refusal: 'No.' })],
    ['a call of a tool', completion({ content: null, tool_calls: [TOOL, { ...TOOL, id: 'call_2' }] })],
    ['text and a call', completion({ content: 'Look:', tool_calls: [TOOL] }, { finish_reason: 'tool_calls' })],
    ['thoughts', completion({ content: 'So', reasoning_content: 'Hm.', thinking_blocks: THOUGHTS })],
    ['a stop text', completion({ content: 'So' }, { stop_sequence: 'END' })],
    [
      'several choices',
      { ...completion({}), choices: [0, 1].map((index) => ({ ...choiceAt(index), finish_reason: 'stop' })) },
    ],
  ])('are the same either way: %s', async (_what, whole) => {
    const { tape } = await taped(chunksOf(whole));
    expect(tape.completion).toEqual(whole);
    expect([tape.isFaithful, tape.isCut]).toEqual([true, false]);
  });

  it('streams each choice as pieces and then its end, usage last', () => {
    const chunks = chunksOf(completion({ content: null, refusal: null, tool_calls: [TOOL] }));
    const shared = { ...ENVELOPE, object: 'chat.completion.chunk' };
    const said = { role: 'assistant', tool_calls: [{ index: 0, ...TOOL }] };
    expect(chunks).toEqual([
      { ...shared, choices: [{ index: 0, delta: said, logprobs: null, finish_reason: null }] },
      { ...shared, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }] },
      { ...shared, choices: [], usage: USAGE },
    ]);
  });
});

describe('AnswerTape', () => {
  it('puts pieces together, of choices and calls that come interleaved', async () => {
    const call = (index: number, fields: JsonObject): JsonObject => delta({ tool_calls: [{ index, ...fields }] });
    const { tape, seen } = await taped([
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'other ' }, 1),
      call(0, { id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }),
      call(1, { id: 'call_2', function: { name: 'hear', arguments: '{' } }),
      call(0, { function: { arguments: '{"a"' } }),
      delta({ content: 'words' }, 1),
      call(1, { function: { arguments: '}' } }),
      call(0, { function: { arguments: ':1}' } }),
      ended('tool_calls'),
      ended('stop', 1),
      chunk([], { usage: USAGE }),
    ]);
    expect(seen).toHaveLength(11);
    const second = { ...TOOL, id: 'call_2', function: { name: 'hear', arguments: '{}' } };
    expect(tape.completion).toMatchObject({
      choices: [
        { message: { content: null, tool_calls: [TOOL, second] }, finish_reason: 'tool_calls' },
        { message: { content: 'other words' }, finish_reason: 'stop' },
      ],
      usage: USAGE,
    });
    expect(tape.isFaithful).toBe(true);
  });

  it('has nothing before the first chunk, and says of a stream that broke off what had come', async () => {
    expect((await taped([])).tape.completion).toBeNull();
    const { tape } = await taped([delta({ content: 'Well, ' })]);
    expect(tape.completion).toMatchObject({ choices: [{ message: { content: 'Well, ' }, finish_reason: null }] });
  });

  it('lets through what is too long, and takes no more of it down', async () => {
    const { tape, seen } = await taped(
      [...'abcdef'].map((content) => delta({ content })),
      3,
    );
    expect(seen).toHaveLength(6);
    expect([tape.isCut, tape.isFaithful]).toEqual([true, false]);
    expect(tape.completion).toMatchObject({ choices: [{ message: { content: 'abcd' } }] });
  });

  it.each<[string, JsonObject]>([
    ['a form of content of its own', delta({ content: [{ type: 'text', text: 'x' }] })],
    ['a field that is not known', delta({ audio: { data: 'x' } })],
    ['chances of tokens', chunk([{ index: 0, delta: { content: 'x' }, logprobs: { content: [] } }])],
    [
      'arguments that are no text',
      delta({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: {} } }] }),
    ],
    [
      'calls that are numbered alike',
      delta({ tool_calls: [TOOL, { ...TOOL, id: 'call_2' }].map((call) => ({ index: 0, ...call })) }),
    ],
  ])('knows that it does not say it all: %s', async (_what, strange) => {
    expect((await taped([strange, ended('stop')])).tape.isFaithful).toBe(false);
  });
});
