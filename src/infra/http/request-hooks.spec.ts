import { describe, expect, it } from '@jest/globals';
import { requestIdOf } from './request-hooks.js';

const idFor = (given: string | string[] | undefined): string => requestIdOf({ headers: { 'x-request-id': given } });
const OURS = /^req_[0-9a-z]{26}$/;

describe('requestIdOf', () => {
  it.each(['12345678', 'trace-id_1.2:3', '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', 'a'.repeat(80)])(
    "keeps the caller's %p",
    (given) => {
      expect(idFor(given)).toBe(given);
    },
  );

  it.each([
    undefined,
    '',
    'short',
    'a'.repeat(81),
    'with space',
    'line\nbreak1',
    '12345678\n',
    '12345678\r\nset-cookie: a=b',
    '"quoted-id"',
    '<script>alert(1)',
    'ünïcödé-id',
    'null\u0000byte',
    '${jndi:ldap}',
    ['12345678', '87654321'],
  ])('makes a new one instead of %p', (given) => {
    expect(idFor(given)).toMatch(OURS);
  });

  it('makes a different one for each request', () => {
    expect(idFor(undefined)).not.toBe(idFor(undefined));
  });
});
