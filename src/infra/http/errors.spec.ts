import { describe, expect, it } from '@jest/globals';
import { BadGatewayException, ForbiddenException, HttpException, NotFoundException } from '@nestjs/common';
import { fastify } from 'fastify';
import { DomainError, type ErrorCode, ERRORS } from '../../core/errors.js';
import { anthropicErrorBody, asDomainError, errorHeaders, openaiErrorBody, restErrorBody } from './errors.js';

const BODY = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1 },
    status: { type: 'string', enum: ['completed', 'failed'] },
    calls: { type: 'array', items: { type: 'object', required: ['id'] } },
  },
};

interface Sent {
  readonly type?: string;
  readonly body?: string;
}

/** What becomes of a request that Fastify itself refuses. */
async function refusal({ type = 'application/json', body = '' }: Sent): Promise<DomainError> {
  const strict = { coerceTypes: false, removeAdditional: false, allErrors: true } as const;
  const server = fastify({ bodyLimit: 200, ajv: { customOptions: strict } });
  let seen: DomainError | null = null;
  server.setErrorHandler((error, _request, reply) => {
    seen = asDomainError(error);
    return reply.code(seen.status).send();
  });
  server.post('/', { schema: { body: BODY }, handler: () => 'taken' });
  await server.inject({ method: 'POST', url: '/', headers: { 'content-type': type }, body });
  await server.close();
  if (!seen) throw new Error('the request was taken');
  return seen;
}

describe('asDomainError', () => {
  it.each([
    ['a missing field', '{}', ['name']],
    ['an unknown field', '{"name":"x","nmae":1}', ['nmae']],
    ['a wrong type', '{"name":5}', ['name']],
    ['a value outside a list', '{"name":"x","status":"done"}', ['status']],
    ['a field inside an array', '{"name":"x","calls":[{"id":1},{}]}', ['calls.1.id']],
    ['a body of another type', '[]', ['body']],
    ['several faults', '{"status":"done"}', ['name', 'status']],
  ])('names the field of %s', async (_, body, fields) => {
    const { code, details } = await refusal({ body });
    expect([code, details.field]).toEqual(['invalid_request', fields[0]]);
    expect(details.errors!.map((each) => each.field)).toEqual(fields);
    for (const { message } of details.errors!) expect(message).not.toBe('');
  });

  it('says which values there are', async () => {
    expect((await refusal({ body: '{"name":"x","status":"done"}' })).message).toContain('completed, failed');
  });

  it.each<[string, Sent, ErrorCode]>([
    ['text that is no JSON', { body: '{"name":' }, 'malformed_request'],
    ['a body over the limit', { body: JSON.stringify({ name: 'x'.repeat(300) }) }, 'payload_too_large'],
    ['another media type', { type: 'application/xml', body: '<a/>' }, 'unsupported_media_type'],
    ['a poisoned prototype', { body: '{"name":"x","__proto__":{"a":1}}' }, 'malformed_request'],
  ])('has words of our own for %s', async (_, sent, code) => {
    const error = await refusal(sent);
    expect(error.code).toBe(code);
    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toMatch(/fastify|FST_|ajv|unexpected|__proto__/i);
  });

  it.each<[HttpException, ErrorCode]>([
    [new NotFoundException('Cannot GET /etc/passwd'), 'not_found'],
    [new ForbiddenException('role reader'), 'forbidden'],
    [new HttpException('slow down', 429), 'rate_limit_exceeded'],
    [new BadGatewayException('10.0.0.7 refused'), 'internal'],
  ])('hides the words of %s', (exception, code) => {
    const error = asDomainError(exception);
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/passwd|reader|slow|10\.0/);
  });

  it('calls a database that is away ledger_unavailable, with a time to come back', () => {
    const away = Object.assign(new Error('connect ECONNREFUSED 10.0.0.5:5432'), { code: 'ECONNREFUSED' });
    const error = asDomainError(away);
    expect(error).toMatchObject({ code: 'ledger_unavailable', status: 503, cause: away });
    expect(error.message).not.toContain('10.0.0.5');
    expect(errorHeaders(error)).toEqual({ 'retry-after': '2' });
  });

  it.each([new Error('relation "keys" does not exist'), 'text', null, undefined, 5, { statusCode: 700 }])(
    'calls %p internal, and keeps it for the log',
    (thrown) => {
      const error = asDomainError(thrown);
      expect(error).toMatchObject({ code: 'internal', message: 'Internal error', details: {} });
      expect(error.cause).toBe(thrown);
    },
  );

  it('leaves a DomainError as it is', () => {
    const error = new DomainError('conflict', 'taken');
    expect(asDomainError(error)).toBe(error);
  });
});

describe('the body of an error', () => {
  const error = new DomainError('insufficient_credits', 'Too few', { credits_required: 3, retryAfterSeconds: 1.2 });

  it('has the shape of the job API, with the facts beside it', () => {
    expect(restErrorBody(error, 'req_1')).toEqual({
      ...{ detail: 'Too few', code: 'insufficient_credits', request_id: 'req_1' },
      ...{ credits_required: 3, retry_after: 1.2 },
    });
  });

  it('lets no fact stand in for code, words or request id', () => {
    const hostile = new DomainError('forbidden', 'No', { code: 'ok', detail: 'Yes', request_id: 'other' });
    expect(restErrorBody(hostile, 'req_1')).toEqual({ detail: 'No', code: 'forbidden', request_id: 'req_1' });
  });

  it('has the shapes of OpenAI and Anthropic, for every code', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const each = new DomainError(code, 'words', { field: 'model' });
      const { openai: type, anthropic } = ERRORS[code];
      expect(openaiErrorBody(each, 'r1')).toEqual({
        error: { message: 'words', type, param: 'model', code },
        request_id: 'r1',
      });
      expect(anthropicErrorBody(each, 'r1')).toEqual({
        type: 'error',
        error: { type: anthropic, message: 'words', code, field: 'model' },
        request_id: 'r1',
      });
    }
    expect(openaiErrorBody(new DomainError('internal', 'x'), 'r1')).toMatchObject({ error: { param: null } });
  });

  it('says in whole seconds when to come back, never now', () => {
    const after = (retryAfterSeconds: number): unknown =>
      errorHeaders(new DomainError('overloaded', 'x', { retryAfterSeconds }))['retry-after'];
    expect([0, 0.2, 1, 1.2, 60].map(after)).toEqual(['1', '1', '1', '2', '60']);
    expect(errorHeaders(new DomainError('overloaded', 'x'))).toEqual({});
  });
});
