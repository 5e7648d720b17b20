import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { objectOf, objectsOf } from '../json.js';
import type { ChatResult, StreamEvent } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { googleAdapter } from './google-adapter.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const HEAD = { modelVersion: 'gemini-3-pro', responseId: 'R1', createTime: '2026-11-21T10:00:00.264968Z' };
const CREATED = 1_795_255_200;
const candidate = (parts: unknown, finishReason?: string, more: object = {}): JsonObject =>
  ({
    content: { role: 'model', parts },
    ...(finishReason !== undefined && { finishReason }),
    index: 0,
    ...more,
  }) as JsonObject;
const USED = { input: 9, output: 23, reasoning: 302 };
const CANONICAL = {
  prompt_tokens: 9,
  completion_tokens: 325,
  total_tokens: 334,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 302, audio_tokens: 0 },
};
/** The message of the whole answer that holds these parts. */
const messageOf = (parts: unknown): JsonObject => {
  const body = bytes(JSON.stringify({ candidates: [candidate(parts, 'STOP')], ...HEAD }));
  const { completion } = googleAdapter.parseResponse(200, {}, body) as ChatResult;
  return objectOf(objectsOf(completion['choices'])[0]?.['message']);
};

describe('streamParser', () => {
  const run = (text: string, pieceBytes = Infinity): StreamEvent[] => {
    const parser = googleAdapter.streamParser();
    const events: StreamEvent[] = [];
    const all = bytes(text);
    for (let at = 0; at < all.length; at += pieceBytes) events.push(...parser.push(all.subarray(at, at + pieceBytes)));
    return [...events, ...parser.end(), ...parser.push(bytes('data: {}\n\n')), ...parser.end()];
  };
  const data = (...pieces: unknown[]): string => pieces.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join('');
  const piece = (candidates: JsonObject[], candidatesTokenCount?: number): object => ({
    candidates,
    usageMetadata: { promptTokenCount: 9, totalTokenCount: 334, thoughtsTokenCount: 302, candidatesTokenCount },
    ...HEAD,
  });
  const chunk = (delta: object, finish_reason: string | null = null, text = ''): object => ({
    type: 'chunk',
    chunk: {
      ...{ id: 'chatcmpl-R1', object: 'chat.completion.chunk', created: CREATED, model: 'gemini-3-pro' },
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    },
    text,
  });
  const last = {
    type: 'chunk',
    chunk: {
      ...{ id: 'chatcmpl-R1', object: 'chat.completion.chunk', created: CREATED, model: 'gemini-3-pro' },
      choices: [],
      usage: CANONICAL,
    },
    text: '',
  };
  const types = (events: readonly StreamEvent[]): string[] =>
    events.map((each) => (each.type === 'error' ? each.error.kind : each.type));
  const text = (word: string, finish?: string, more: object = {}): JsonObject =>
    candidate([{ text: word }], finish, more);

  const TALK = data(
    piece([candidate([{ text: 'Grüße', thought: true }])]),
    piece([text('aus 東京 👋🏽')], 1),
    piece([text('.')], 2),
    piece([candidate([{ text: '', thoughtSignature: 'c2ln' }], 'STOP')], 23),
  );

  it.each([Infinity, 1, 7])('gives thoughts, text and usage, in pieces of %d bytes', (pieceBytes) => {
    expect(run(TALK, pieceBytes)).toEqual([
      chunk(
        { role: 'assistant', reasoning_content: 'Grüße', thinking_blocks: [{ type: 'thinking', thinking: 'Grüße' }] },
        null,
        'Grüße',
      ),
      chunk(
        { content: 'aus 東京 👋🏽', thinking_blocks: [{ type: 'thinking', signature: 'google:thought:' }] },
        null,
        'aus 東京 👋🏽',
      ),
      chunk({ content: '.' }, null, '.'),
      chunk(
        {
          thinking_blocks: [
            { type: 'thinking', thinking: '' },
            { type: 'thinking', signature: 'google:text:c2ln' },
          ],
        },
        'stop',
      ),
      { type: 'usage', usage: USED },
      last,
      { type: 'done' },
    ]);
  });

  it('numbers tool calls across pieces, with the ids of the whole answer', () => {
    const parts = [
      { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'YQ==' },
      { functionCall: { name: 'g' } },
    ];
    const ids = objectsOf(messageOf(parts)['tool_calls']).map((each) => each['id']);
    const call = (index: number, name: string, args: string): object => ({
      ...{ index, id: ids[index], type: 'function', function: { name, arguments: args } },
    });
    const [first, second] = parts;
    const events = run(
      data(piece([candidate([first])]), piece([candidate([second])]), piece([candidate([], 'STOP')], 23)),
    );
    expect(events.slice(0, 3)).toEqual([
      chunk(
        {
          role: 'assistant',
          thinking_blocks: [
            { type: 'thinking', thinking: '' },
            { type: 'thinking', signature: 'google:call0:YQ==' },
          ],
          tool_calls: [call(0, 'f', '{"a":1}')],
        },
        null,
        'f{"a":1}',
      ),
      chunk({ tool_calls: [call(1, 'g', '{}')] }, null, 'g{}'),
      chunk({}, 'tool_calls'),
    ]);
    expect(types(events).slice(3)).toEqual(['usage', 'chunk', 'done']);
  });

  it('is complete when all candidates are', () => {
    const both = piece([text('a', 'STOP'), text('b', undefined, { index: 1 })], 1);
    const other = piece([text('c', 'MAX_TOKENS', { index: 1 })], 2);
    expect(types(run(data(both, other)))).toEqual(['chunk', 'chunk', 'usage', 'chunk', 'done']);
    expect(types(run(data(both)))).toEqual(['chunk', 'network']);
  });

  it('believes only the usage of a complete answer, the last one', () => {
    const stop = { candidates: [text('a', 'STOP')] };
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 5 };
    expect(types(run(data({ candidates: [text('a')], usageMetadata }, stop)))).toEqual(['chunk', 'chunk', 'done']);
    const late = { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 } };
    const events = run(data({ ...stop, usageMetadata }, late));
    expect(types(events)).toEqual(['chunk', 'usage', 'usage', 'chunk', 'done']);
    expect(events[2]).toEqual({ type: 'usage', usage: { input: 3, output: 1 } });
    expect(events[3]).toMatchObject({ chunk: { choices: [], usage: { total_tokens: 4 } } });
  });

  it('ends with a blocked prompt', () => {
    const blocked = {
      promptFeedback: { blockReason: 'SAFETY' },
      usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
    };
    const events = run(data(blocked));
    expect(types(events)).toEqual(['chunk', 'usage', 'chunk', 'done']);
    expect(events[0]).toMatchObject({
      chunk: { choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: 'content_filter' }] },
    });
    expect(events[1]).toEqual({ type: 'usage', usage: { input: 4, output: 0 } });
  });

  it.each([
    ['data: {"candidates":\n\n', ['malformed']],
    ['data: []\n\n', ['malformed']],
    ['data: {}\n\n', ['malformed']],
    ['data: {"candidates":[1]}\n\n', ['malformed']],
    ['data: {"candidates":[{"content":{"parts":[{"functionCall":{}}]}}]}\n\n', ['malformed']],
    ['data: {"error":{"code":429,"message":"x"}}\n\n', ['rate_limited']],
    ['data: [{"error":{"status":"UNAVAILABLE"}}]\n\n', ['unavailable']],
    ['{"error":{"code":400,"message":"x"}}', ['refused']],
    ['[{"error":{"code":503,"message":"x"}}\n]', ['unavailable']],
    [JSON.stringify([piece([text('a', 'STOP')], 23)]), ['malformed']],
    ['[{"candidates":[', ['malformed']],
    ['<!DOCTYPE html><p>x', ['malformed']],
    [': only comments\n\n', ['network']],
    ['', ['network']],
    ['data: {"usageMetadata":{}}\n\n', ['network']],
    [data(piece([text('a')])), ['chunk', 'network']],
    [data(piece([text('a', 'STOP')], 23)).slice(0, -4), ['network']],
    [data(piece([text('a')]), { error: { code: 500 } }), ['chunk', 'unavailable']],
    [data(piece([text('a', 'STOP')], 23)) + 'data: x\n\n', ['chunk', 'usage', 'malformed']],
  ])('%.70j ends with %j', (body, kinds) => {
    expect(types(run(body))).toEqual(kinds);
    expect(types(run(body, 1))).toEqual(kinds);
  });

  it('does not count candidates without end', () => {
    const pieces = Array.from({ length: 200 }, (_, index) => ({ candidates: [text('a', 'STOP', { index })] }));
    expect(types(run(data(...pieces))).slice(-2)).toEqual(['chunk', 'malformed']);
  });

  it('survives nesting that is meant to exhaust it', () => {
    const deep = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}]}}]}`;
    expect(types(run(`data: ${deep}\n\n`))).toEqual(['malformed']);
  });

  it('says the same as the whole answer, however it is cut', () => {
    const part = fc.oneof(
      fc.record({ text: fc.string({ unit: 'grapheme' }) }),
      fc.record({ text: fc.string(), thought: fc.constant(true) }),
      fc.record({
        functionCall: fc.record({ name: fc.constantFrom('f', 'g'), args: fc.dictionary(fc.string(), fc.string()) }),
      }),
    );
    const signed = fc.tuple(part, fc.option(fc.base64String({ minLength: 4 }))).map(([each, signature]) => ({
      ...each,
      ...(signature !== null && { thoughtSignature: signature }),
    }));
    fc.assert(
      fc.property(fc.array(signed, { maxLength: 8 }), fc.integer({ min: 1, max: 60 }), (parts, pieceBytes) => {
        const pieces = parts.map((each) => piece([candidate([each])]));
        const events = run(data(...pieces, piece([candidate([], 'STOP')], 23)), pieceBytes);
        expect(assembled(events)).toEqual(messageOf(parts));
      }),
      { numRuns: 60 },
    );
  });
});

/** The message that a client puts together from deltas. */
function assembled(events: readonly StreamEvent[]): JsonObject {
  const deltas = events
    .flatMap((each) => (each.type === 'chunk' ? objectsOf(each.chunk['choices']) : []))
    .map((choice) => objectOf(choice['delta']));
  const joined = (name: string): string => deltas.map((delta) => (delta[name] as string | undefined) ?? '').join('');
  const blocks: { type: string; thinking: string; signature: string }[] = [];
  let isOpen = false;
  for (const block of deltas.flatMap((delta) => objectsOf(delta['thinking_blocks']))) {
    if (!isOpen) blocks.push({ type: 'thinking', thinking: '', signature: '' });
    const open = blocks[blocks.length - 1]!;
    open.thinking += (block['thinking'] as string | undefined) ?? '';
    open.signature += (block['signature'] as string | undefined) ?? '';
    isOpen = block['signature'] === undefined;
  }
  const calls = deltas.flatMap((delta) => objectsOf(delta['tool_calls'])).map(({ index: _index, ...call }) => call);
  const [content, reasoning] = [joined('content'), joined('reasoning_content')];
  return {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(blocks.length > 0 && { thinking_blocks: blocks }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
