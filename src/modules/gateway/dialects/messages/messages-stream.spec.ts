import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import { MessagesStream } from './messages-stream.js';

const stream = (): MessagesStream => new MessagesStream({ id: 'msg_1', model: 'alias', inputEstimate: 12 });
const BUSY = new DomainError('overloaded', 'Busy\n.');

/** Holds the wire form to the letter. */
const parsed = (sent: string): JsonObject[] =>
  sent
    .split('\n\n')
    .slice(0, -1)
    .map((text) => {
      const [, type, data] = /^event: (\w+)\ndata: ([^\n]+)$/.exec(text)!;
      const event = JSON.parse(data!) as JsonObject;
      expect(event['type']).toBe(type);
      return event;
    });
const run = (...chunks: JsonObject[]): JsonObject[] => {
  const one = stream();
  return parsed(chunks.map((chunk) => one.chunk(chunk)).join('') + one.end());
};
const delta = (fields: JsonObject, more: JsonObject = {}): JsonObject => ({
  choices: [{ index: 0, delta: fields, ...more }],
});
const tool = (index: number, args: string, more: JsonObject = {}): JsonObject => ({
  index,
  ...more,
  function: { arguments: args },
});
const begin = (index: number, name: string, args = ''): JsonObject => ({
  index,
  id: `call_${name}`,
  type: 'function',
  function: { name, arguments: args },
});
const calls = (...tool_calls: JsonObject[]): JsonObject => delta({ tool_calls });

/** The blocks in short: `+0 text`, `0 "a"`, `-0`. */
const blocks = (events: readonly JsonObject[]): string[] =>
  events.flatMap((event) => {
    const { index, content_block: block, delta: piece } = event as Record<string, Record<string, string>>;
    const at = index as unknown as number;
    if (event['type'] === 'content_block_start')
      return [`+${at} ${block!['type']} ${block!['name'] ?? block!['data'] ?? ''}`.trim()];
    if (event['type'] === 'content_block_stop') return [`-${at}`];
    if (event['type'] !== 'content_block_delta') return [];
    return [
      `${at} ${piece!['text'] ?? piece!['thinking'] ?? piece!['partial_json'] ?? `signed ${piece!['signature']}`}`,
    ];
  });

describe('MessagesStream', () => {
  it('tells what is charged where the vendor counts nothing', () => {
    const one = stream();
    const events = parsed(one.chunk(delta({ content: 'a' })) + one.end({ tokensIn: 13, tokensOut: 5 }));
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', usage: { input_tokens: 13, output_tokens: 5 } });
  });

  it('gives every field of every event', () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 1 },
    };
    const chunks = [
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'Hi\n' }),
      delta({}, { finish_reason: 'stop' }),
    ];
    expect(run(...chunks, { choices: [], usage })).toStrictEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'alias',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          container: null,
          diagnostics: null,
          usage: {
            input_tokens: 12,
            cache_creation_input_tokens: 0,
            cache_read_input_tokens: 0,
            output_tokens: 0,
            output_tokens_details: null,
            server_tool_use: null,
            cache_creation: null,
            inference_geo: null,
            service_tier: null,
            speed: null,
          },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi\n' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null },
        usage: {
          input_tokens: 4,
          cache_creation_input_tokens: 2,
          cache_read_input_tokens: 3,
          output_tokens: 4,
          output_tokens_details: { thinking_tokens: 1 },
          server_tool_use: null,
        },
      },
      { type: 'message_stop' },
    ]);
  });

  it('starts a thought and a call with all their fields', () => {
    const events = run(delta({ thinking_blocks: [{ type: 'thinking', thinking: 'h' }] }), calls(begin(0, 'f', '{}')));
    expect(events.filter((each) => each['type'] === 'content_block_start')).toStrictEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', id: 'call_f', name: 'f', input: {}, caller: { type: 'direct' } },
      },
    ]);
    expect(events.filter((each) => each['type'] === 'content_block_delta')).toStrictEqual([
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'h' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } },
    ]);
  });

  it.each<[string, JsonObject[], string[]]>([
    ['nothing', [], []],
    ['no pieces', [delta({ content: '' }), delta({ content: null, tool_calls: null, reasoning_content: '' })], []],
    ['another choice', [{ choices: [{ index: 1, delta: { content: 'no' } }] }], []],
    ['a choice without index', [{ choices: [{ delta: { content: 'a' } }] }], ['+0 text', '0 a', '-0']],
    [
      'reasoning',
      [delta({ reasoning_content: 'r' }), delta({ reasoning: 's' }), delta({ content: 'a' })],
      ['+0 thinking', '0 r', '0 s', '-0', '+1 text', '0 a'.replace('0', '1'), '-1'],
    ],
    [
      'signed thoughts',
      [
        delta({ reasoning_content: 'r', thinking_blocks: [{ type: 'thinking', thinking: 'r' }] }),
        delta({ thinking_blocks: [{ type: 'thinking', signature: 's' }] }),
        delta({
          thinking_blocks: [
            { type: 'redacted_thinking', data: 'd' },
            { type: 'thinking', thinking: 'q' },
          ],
        }),
        delta({ content: 'a' }),
      ],
      [
        '+0 thinking',
        '0 r',
        '0 signed s',
        '-0',
        '+1 redacted_thinking d',
        '-1',
        '+2 thinking',
        '2 q',
        '-2',
        '+3 text',
        '3 a',
        '-3',
      ],
    ],
    [
      'a signature beside reasoning',
      [
        delta({ reasoning_content: 'r' }),
        delta({ reasoning_content: 't', thinking_blocks: [{ type: 'thinking', signature: 's' }] }),
      ],
      ['+0 thinking', '0 r', '0 t', '0 signed s', '-0'],
    ],
    [
      'a signature alone',
      [delta({ thinking_blocks: [{ type: 'thinking', thinking: '', signature: 's' }] })],
      ['+0 thinking', '0 signed s', '-0'],
    ],
    [
      'text around a call',
      [
        delta({ content: 'a' }),
        calls(begin(0, 'f')),
        calls(tool(0, '{"x":')),
        calls(tool(0, '1}')),
        delta({ content: 'b' }),
        delta({ content: 'c' }),
      ],
      ['+0 text', '0 a', '-0', '+1 tool_use f', '1 {"x":', '1 1}', '-1', '+2 text', '2 b', '2 c', '-2'],
    ],
    [
      'calls one after the other',
      [calls(begin(0, 'f', '{"a":"}')), calls(tool(0, '\\"}"}')), calls(begin(1, 'g')), calls(tool(1, '{}'))],
      ['+0 tool_use f', '0 {"a":"}', '0 \\"}"}', '-0', '+1 tool_use g', '1 {}', '-1'],
    ],
    [
      'calls that take turns',
      [
        calls(begin(0, 'f'), begin(1, 'g')),
        calls(tool(0, '{"a"'), tool(1, '{"b"')),
        calls(tool(1, ':[]}'), tool(0, ':{}}')),
        delta({ content: 't' }),
      ],
      ['+0 tool_use f', '0 {"a"', '0 :{}}', '-0', '+1 tool_use g', '1 {"b"', '1 :[]}', '-1', '+2 text', '2 t', '-2'],
    ],
    [
      'calls that share an index',
      [
        calls(begin(0, 'f', '{}')),
        calls(begin(0, 'g', '{"b":1}')),
        calls({ ...begin(0, 'g'), function: { arguments: ' ' } }),
      ],
      ['+0 tool_use f', '0 {}', '-0', '+1 tool_use g', '1 {"b":1}', '1  ', '-1'],
    ],
    [
      'an id that changes and a name that comes late',
      [
        calls({ index: 0, id: 'a', function: { arguments: '{' } }),
        calls({ index: 0, id: 'b', function: { name: 'f', arguments: '{}' } }),
      ],
      ['+0 tool_use f', '0 {}', '-0'],
    ],
    [
      'a name that comes late',
      [
        calls({ index: 0, id: 'a', function: { arguments: '{' } }),
        calls({ index: 0, function: { name: 'f', arguments: '}' } }),
      ],
      ['+0 tool_use f', '0 {', '0 }', '-0'],
    ],
    [
      'a call that nobody named',
      [calls({ index: 0, id: 'a', function: { arguments: '{}' } }), delta({ content: 'a' })],
      ['+0 text', '0 a', '-0'],
    ],
    [
      'a call that is cut',
      [calls(begin(0, 'f', '{"a":')), calls(begin(1, 'g'))],
      ['+0 tool_use f', '0 {"a":', '-0', '+1 tool_use g', '-1'],
    ],
    [
      'arguments that are no object',
      [calls(begin(0, 'f', ' [1')), calls(tool(0, ',2]'))],
      ['+0 tool_use f', '0 {"INVALID_JSON":" [1,2]"}', '-0'],
    ],
    ['no arguments, as null', [calls(begin(0, 'f', 'null'))], ['+0 tool_use f', '0 {}', '-0']],
    [
      'what comes too late',
      [calls(begin(0, 'f', '{}')), delta({ content: 'a' }), calls(tool(0, '!'))],
      ['+0 tool_use f', '0 {}', '-0', '+1 text', '1 a', '-1'],
    ],
    ['a refusal', [delta({ refusal: 'N' }), delta({ refusal: 'o' })], ['+0 text', '0 N', '0 o', '-0']],
  ])('%s', (_what, chunks, expected) => {
    const events = run(...chunks);
    expect(blocks(events)).toEqual(expected);
    expect(events.map((each) => each['type']).filter((type) => !(type as string).startsWith('content'))).toEqual([
      'message_start',
      'message_delta',
      'message_stop',
    ]);
  });

  it('sends pieces on at once', () => {
    const one = stream();
    expect(blocks(parsed(one.chunk(delta({ content: 'a' }))))).toEqual(['+0 text', '0 a']);
    expect(blocks(parsed(one.chunk(calls(begin(0, 'f', '{"a"')))))).toEqual(['-0', '+1 tool_use f', '1 {"a"']);
    expect(blocks(parsed(one.chunk(calls(tool(0, ':1}')))))).toEqual(['1 :1}']);
    expect(blocks(parsed(one.chunk(calls(begin(1, 'g')))))).toEqual(['-1', '+2 tool_use g']);
  });

  it('gives a call an id when the vendor does not', () => {
    const [, start] = run(calls({ index: 0, function: { name: 'f', arguments: '{}' } }));
    expect(start).toMatchObject({ content_block: { id: 'toolu_1_0' } });
  });

  it('does not wait without end for a call that is never complete', () => {
    const one = stream();
    one.chunk(calls(begin(0, 'f', '{')));
    const sent: string[] = [];
    for (let at = 0; at < 40; at++) sent.push(...blocks(parsed(one.chunk(delta({ content: 'x'.repeat(65_536) })))));
    expect(sent.slice(0, 2)).toEqual(['-0', '+1 text']);
  });

  const ends = (...chunks: JsonObject[]): JsonValue | undefined => run(...chunks).at(-2)!['delta'];
  it.each<[JsonObject[], string, string | null]>([
    [[delta({}, { finish_reason: 'length' })], 'max_tokens', null],
    [[delta({}, { finish_reason: 'stop', stop_sequence: 'END' })], 'stop_sequence', 'END'],
    [[delta({}, { finish_reason: 'content_filter' }), delta({}, { finish_reason: null })], 'refusal', null],
    [[delta({ refusal: 'No.' }, { finish_reason: 'stop' })], 'refusal', null],
    [[calls(begin(0, 'f', '{}')), delta({}, { finish_reason: 'stop' })], 'tool_use', null],
    [[calls(tool(0, '{}')), delta({}, { finish_reason: 'tool_calls' })], 'end_turn', null],
    [[], 'end_turn', null],
  ])('%j stops by %s', (chunks, reason, sequence) => {
    expect(ends(...chunks)).toEqual({
      stop_reason: reason,
      stop_sequence: sequence,
      stop_details: null,
      container: null,
    });
  });

  it('takes the last usage, and the first for the start if it comes with it', () => {
    const usage = (prompt: number, completion: number): JsonObject => ({
      prompt_tokens: prompt,
      completion_tokens: completion,
      prompt_tokens_details: { cache_write_1h_tokens: 2 },
    });
    const events = run({ choices: [], usage: usage(7, 1) }, { usage: usage(7, 3) }, { usage: null }, { usage: {} });
    expect(events[0]).toMatchObject({
      message: {
        usage: {
          input_tokens: 5,
          output_tokens: 1,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2 },
        },
      },
    });
    expect(events.at(-2)).toMatchObject({
      usage: { input_tokens: 5, output_tokens: 3, cache_creation_input_tokens: 2 },
    });
    expect(run().at(-2)).toMatchObject({ usage: { input_tokens: 12, output_tokens: 0 } });
  });

  it('tells of an error, and gives nothing more', () => {
    const one = stream();
    one.chunk(delta({ content: 'a' }));
    expect(parsed(one.error(BUSY, 'req_1'))).toEqual([
      {
        type: 'error',
        error: { type: 'overloaded_error', message: 'Busy\n.', code: 'overloaded' },
        request_id: 'req_1',
      },
    ]);
    expect(one.chunk(delta({ content: 'b' })) + one.end() + one.error(BUSY, '')).toBe('');
    const ended = stream();
    ended.end();
    expect(ended.chunk(delta({ content: 'b' })) + ended.end() + ended.error(BUSY, '')).toBe('');
  });

  it('starts, feeds and stops blocks in order, whatever comes', () => {
    const piece = fc.oneof(
      fc.record({ content: fc.jsonValue({ maxDepth: 2 }) }),
      fc.record({ content: fc.string() }),
      fc.record({
        thinking_blocks: fc.array(
          fc.record({ type: fc.constant('thinking'), thinking: fc.string(), signature: fc.string() }),
        ),
      }),
      fc.record({
        tool_calls: fc.array(
          fc.record({
            index: fc.integer({ min: 0, max: 2 }),
            id: fc.constantFrom('a', 'b', null),
            function: fc.record({
              name: fc.constantFrom('f', '', null),
              arguments: fc.constantFrom('{', '}', '"', '[1]', '{}', null),
            }),
          }),
        ),
      }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        let open = -1;
        let next = 0;
        for (const event of run(...pieces.map((each) => delta(each as JsonObject)), pieces as unknown as JsonObject)) {
          const { type, index } = event;
          if (type === 'content_block_start') {
            expect([open, index]).toEqual([-1, next++]);
            open = index as number;
          } else if (index !== undefined) expect(index).toBe(open);
          if (type === 'content_block_stop') open = -1;
        }
        expect(open).toBe(-1);
      }),
    );
  });
});
