import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../core/errors.js';
import { tokenOf } from './caller.js';

const read = (headers: Readonly<Record<string, string | string[] | undefined>>): string => {
  try {
    return tokenOf({ headers } as unknown as FastifyRequest);
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.message}`;
    throw error;
  }
};
const TOKEN = 'sk-abc_DEF-123';

describe('tokenOf', () => {
  it.each([
    { authorization: `Bearer ${TOKEN}` },
    { authorization: `bearer ${TOKEN}` },
    { authorization: `BEARER   ${TOKEN}` },
    { 'x-api-key': TOKEN },
    { 'api-key': TOKEN },
    { authorization: `Bearer ${TOKEN}`, 'x-api-key': 'sk-other' },
  ])('finds the token where an SDK puts it: %j', (headers) => {
    expect(read(headers)).toBe(TOKEN);
  });

  it.each([
    '',
    TOKEN,
    'Bearer',
    'Bearer ',
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN} more`,
    `Bearer ${TOKEN},Bearer ${TOKEN}`.replace(',', ', '),
    `Token Bearer ${TOKEN}`,
    ` Bearer ${TOKEN}`,
    `Bearer ${TOKEN}\n`,
  ])('refuses the authorization %j, even beside a good key, and does not repeat it', (authorization) => {
    for (const headers of [{ authorization }, { authorization, 'x-api-key': TOKEN }]) {
      expect(read(headers)).toMatch(/^invalid_api_key: /);
      expect(read(headers)).not.toContain(TOKEN);
    }
  });

  it('refuses a request without any, and one that sends a header twice', () => {
    expect(read({})).toMatch(/^invalid_api_key: /);
    expect(read({ 'x-api-key': [TOKEN, TOKEN] })).toMatch(/^invalid_api_key: /);
  });
});
