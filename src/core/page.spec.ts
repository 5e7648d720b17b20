import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from './errors.js';
import { decodeCursor, encodeCursor, MAX_PAGE_SIZE, pageSize } from './page.js';

const problemOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.details.field];
    throw error;
  }
  return null;
};
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

describe('pageSize', () => {
  it('is 25 when nothing is asked, else what is asked', () => {
    for (const request of [{}, { first: null }, { first: undefined }]) expect(pageSize(request)).toBe(25);
    for (const first of [1, 25, MAX_PAGE_SIZE]) expect(pageSize({ first })).toBe(first);
  });

  it.each([0, -1, MAX_PAGE_SIZE + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %p, naming the field',
    (first) => {
      expect(problemOf(() => pageSize({ first }))).toEqual(['invalid_request', 'first']);
    },
  );
});

describe('cursor', () => {
  it('comes back as it was, and travels in a URL', () => {
    const cursors = fc.record({ value: fc.option(fc.string({ unit: 'binary' })), id: fc.string({ unit: 'binary' }) });
    fc.assert(
      fc.property(cursors, (cursor) => {
        const text = encodeCursor(cursor);
        expect(text).toMatch(/^[\w-]+$/);
        expect(decodeCursor(text)).toEqual(cursor);
      }),
    );
  });

  it.each([
    ['no text', ''],
    ['text that is no JSON', base64url('page 2')],
    ['half a cursor', encodeCursor({ value: 'x', id: 'key_1' }).slice(0, 6)],
    ['no array', base64url('{"value":"x","id":"key_1"}')],
    ['too few parts', base64url('["x"]')],
    ['too many parts', base64url('["x","key_1","y"]')],
    ['a number for the value', base64url('[1,"key_1"]')],
    ['no id', base64url('["x",null]')],
    ['an object for the id', base64url('["x",{"$ne":""}]')],
    ['bare JSON', '["x","key_1"]'],
  ])('refuses %s, naming the field', (_, text) => {
    expect(problemOf(() => decodeCursor(text))).toEqual(['invalid_request', 'after']);
  });

  it('refuses or reads any text, and fails in no other way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json().map(base64url)), (text) => {
        const problem = problemOf(() => decodeCursor(text));
        if (problem !== null) expect(problem).toEqual(['invalid_request', 'after']);
      }),
    );
  });
});
