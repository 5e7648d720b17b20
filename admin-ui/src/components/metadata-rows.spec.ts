import { describe, expect, it } from '@jest/globals';
import { metadataOf, parseObject, rowsOf, rowsProblem } from './metadata-rows.js';

const METADATA = { contact: 'ada@example.com', regions: ['eu', 'us'], seats: 120, note: '42', gone: null };

it('gives back exactly what it took apart, texts that look like numbers too', () => {
  expect(metadataOf(rowsOf(METADATA))).toEqual(METADATA);
});

it('keeps the order of the keys stable', () => {
  expect(rowsOf(METADATA).map(({ key }) => key)).toEqual(['contact', 'gone', 'note', 'regions', 'seats']);
});

describe('rowsProblem', () => {
  const row = (key: string, value = '', isJson = false) => ({ key, value, isJson });

  it('finds nothing wrong with texts and with JSON', () => {
    expect(rowsProblem([row('a', 'any { text'), row('b', '{"deep": [1]}', true)])).toBeNull();
  });

  it.each([
    ['a row without a key', [row('a'), row('  ')], 'no key'],
    ['a key that stands there twice', [row('a'), row(' a ')], '“a” stands there twice'],
    ['a value that is no JSON', [row('a', '{oops', true)], 'value of “a” is not JSON'],
  ])('says %s', (_what, rows, words) => {
    expect(rowsProblem(rows)).toContain(words);
  });
});

it.each([
  ['{"a": 1}', { a: 1 }],
  ['[1]', null],
  ['null', null],
  ['{oops', null],
])('reads %s as %j', (json, value) => {
  expect(parseObject(json)).toEqual(value);
});
