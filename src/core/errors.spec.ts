import { describe, expect, it } from '@jest/globals';
import { DomainError, type ErrorCode, ERRORS, invalid, invalidFields, notFound } from './errors.js';

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** The types that the vendors' SDKs tell apart; from their API references. */
const OPENAI = ['invalid_request_error', 'insufficient_quota', 'rate_limit_error', 'server_error', 'api_error'];
const ANTHROPIC = [
  ...['invalid_request_error', 'authentication_error', 'billing_error', 'permission_error', 'not_found_error'],
  ...['request_too_large', 'rate_limit_error', 'timeout_error', 'api_error', 'overloaded_error'],
];

describe('the catalogue of errors', () => {
  it.each(CODES)('%s has a status, a type in each dialect, and words', (code) => {
    const kind = ERRORS[code];
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(kind.status).toBeGreaterThanOrEqual(400);
    expect(kind.status).toBeLessThan(600);
    expect(kind.graphql).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(OPENAI).toContain(kind.openai);
    expect(ANTHROPIC).toContain(kind.anthropic);
    expect(kind.when).toMatch(/^[A-Z].*\.$/);
  });

  it('has a GraphQL code for each code alone, so that none is lost on the way', () => {
    expect(new Set(CODES.map((code) => ERRORS[code].graphql)).size).toBe(CODES.length);
  });

  it('calls only what is our fault a fault of the server', () => {
    const isOurs = (code: ErrorCode): boolean => ERRORS[code].openai === 'server_error';
    for (const code of CODES) expect([code, isOurs(code)]).toEqual([code, ERRORS[code].status >= 500]);
  });

  it('cannot be changed at run time', () => {
    expect(Object.isFrozen(ERRORS) && CODES.every((code) => Object.isFrozen(ERRORS[code]))).toBe(true);
  });
});

describe('DomainError', () => {
  it('carries code, status, details and cause', () => {
    const cause = new Error('socket');
    const error = new DomainError('ledger_unavailable', 'retry', { retryAfterSeconds: 2 }, { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: 'ledger_unavailable', status: 503, details: { retryAfterSeconds: 2 }, cause });
  });

  it('says of a foreign thing exactly what it says of an unknown one', () => {
    expect(notFound('Key', 'key_1')).toMatchObject({
      code: 'not_found',
      message: "Key 'key_1' not found",
      details: {},
    });
  });

  it('names the field, in the message and as a fact', () => {
    const error = invalid('prices.input', 'must not be below zero');
    expect(error).toMatchObject({ code: 'invalid_request', status: 422, details: { field: 'prices.input' } });
    expect(error.message).toContain('prices.input');
  });

  it('lists all fields at fault, the first as the field', () => {
    const errors = [
      { field: 'name', message: 'is required' },
      { field: 'id', message: 'is taken' },
    ];
    const error = invalidFields(errors);
    expect(error.details).toEqual({ field: 'name', errors });
    expect(error.message).toMatch(/name.*id/);
    expect(invalidFields([]).code).toBe('invalid_request');
  });
});
