import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.js';

const VALUE = 'sk-very-private';
const secret = new Secret(VALUE);

describe('Secret', () => {
  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  it.each([
    ['a template', String(secret)],
    ['concatenation', 'key: ' + String(secret)],
    ['JSON', JSON.stringify({ nested: [secret] })],
    ['inspect, however deep', inspect({ a: { secret } }, { depth: 9, showHidden: true, getters: true })],
    ['format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['its own properties', JSON.stringify([Object.entries(secret), Object.getOwnPropertyNames(secret)])],
    ['a copy', JSON.stringify({ ...secret })],
    ['an error message', new Error(`refused ${String(secret)}`).message],
  ])('is not shown by %s', (_, text) => {
    expect(text).not.toContain(VALUE);
  });
});
