import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SseEvent, SseParser } from './sse-parser.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (...texts: string[]): SseEvent[] => {
  const parser = new SseParser();
  return texts.flatMap((each) => parser.push(bytes(each)));
};
const message = (data: string): SseEvent => ({ event: 'message', data });

describe('SseParser', () => {
  it.each<[string, SseEvent[]]>([
    ['data: a\n\n', [message('a')]],
    ['data: a\r\n\r\n', [message('a')]],
    ['data: a\r\r', [message('a')]],
    ['data:a\n\n', [message('a')]],
    ['data:  a \n\n', [message(' a ')]],
    ['data: a\ndata: b\n\n', [message('a\nb')]],
    ['data\n\n', [message('')]],
    ['data:\ndata:\n\n', [message('\n')]],
    ['\uFEFFdata: a\n\n', [message('a')]],
    ['\uFEFF\uFEFFdata: a\n\n', []],
    [': comment\n\n', []],
    ['event: ping\n\ndata: a\n\n', [message('a')]],
    ['event: error\ndata: a\n\ndata: b\n\n', [{ event: 'error', data: 'a' }, message('b')]],
    ['id: 7\nretry: 10\nunknown: x\ndata: a\n\n', [message('a')]],
    ['data: a:b\n\n', [message('a:b')]],
    ['data: unfinished\n', []],
    ['Data: a\n\n data: b\n\n', []],
    ['data: a\n\r\ndata: b\r\n\n', [message('a'), message('b')]],
  ])('%j', (text, events) => {
    expect(parse(text)).toEqual(events);
  });

  it('takes a CRLF that is split between chunks for one line end', () => {
    expect(parse('data: a\r', '\n\r', '\ndata: b\n\n')).toEqual([message('a'), message('b')]);
    expect(parse('data: a\r', '', '\ndata: b\n\n')).toEqual([message('a\nb')]);
  });

  it('reads the same however the bytes are split', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
      fc.constantFrom('', '', ': note', 'event: e', 'data', 'data:x', 'id: 1', '\uFEFFdata: y'),
    );
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 20 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (lines, cuts) => {
        const all = bytes(lines.flat().join(''));
        const places = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
        const split = new SseParser();
        const events = places.slice(1).flatMap((to, index) => split.push(all.subarray(places[index], to)));
        expect(events).toEqual(new SseParser().push(all));
      }),
      { numRuns: 1_000 },
    );
  });

  it('stops at a line or an event that is too large', () => {
    const long = new SseParser(10);
    expect(long.push(bytes('data: 1\n\ndata: 123456'))).toEqual([message('1')]);
    expect(long.overflowed).toBe(true);
    expect(long.push(bytes('\n\ndata: 1\n\n'))).toEqual([]);
    const many = new SseParser(10);
    for (let index = 0; index < 5; index++) many.push(bytes('data: 12\n'));
    expect(many.overflowed).toBe(true);
    const endless = new SseParser(10);
    for (let index = 0; index < 5; index++) endless.push(bytes('xxx'));
    expect(endless.overflowed).toBe(true);
  });
});
