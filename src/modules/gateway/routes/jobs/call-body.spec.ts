import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../../core/errors.js';
import type { JsonObject } from '../../../../providers/index.js';
import { callFields, jobFields } from './call-body.js';

const MESSAGES = { messages: [{ role: 'user', content: 'hi' }] };
const fieldAtFault = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_request') return error.details.field;
    throw error;
  }
  return null;
};
const maxCost = (value: unknown): bigint | null =>
  jobFields({ job_type: 'x', max_cost_usd: value as never }, 'metadata', false).maxCost;

describe('callFields', () => {
  it('parts what speaks to the gateway from what speaks to the vendor', () => {
    const own = { model: 'chat', purpose: 'test', user_id: 'u1', call_metadata: { a: 1 } };
    const job = { team_id: 't', job_type: 'x', job_metadata: {}, max_cost_usd: 1, model_group: 'chat' };
    const vendors = { ...MESSAGES, temperature: 0, user: 'u2', metadata: { b: 2 }, unheard_of: [false] };
    expect(callFields({ ...own, ...job, ...vendors })).toEqual({
      ...{ model: 'chat', purpose: 'test', userId: 'u1', metadata: { a: 1 } },
      body: vendors,
    });
  });

  it('takes null for absent, so that no vendor is sent one', () => {
    const nulls = { model: null, purpose: null, user_id: null, call_metadata: null, temperature: null, tools: null };
    expect(callFields({ ...MESSAGES, ...nulls })).toEqual({
      ...{ model: null, purpose: null, userId: null, metadata: {} },
      body: MESSAGES,
    });
  });

  it('takes model_group for model, but not two that differ', () => {
    expect(callFields({ ...MESSAGES, model_group: 'chat' }).model).toBe('chat');
    expect(callFields({ ...MESSAGES, model_group: 'chat', model: 'chat' }).model).toBe('chat');
    expect(callFields({ ...MESSAGES, model_group: 'chat', model: null }).model).toBe('chat');
    expect(fieldAtFault(() => callFields({ ...MESSAGES, model_group: 'chat', model: 'other' }))).toBe('model_group');
  });

  it.each(['stream', 'stream_options'])('refuses %s, whatever its value: the path decides', (field) => {
    for (const value of [true, false, null, {}])
      expect(fieldAtFault(() => callFields({ ...MESSAGES, [field]: value }))).toBe(field);
  });

  it('changes nothing of the body it was given', () => {
    const body = Object.freeze({ ...MESSAGES, model: 'chat' });
    callFields(body);
    expect(body).toEqual({ ...MESSAGES, model: 'chat' });
  });
});

describe('jobFields', () => {
  it('reads the job, its metadata from the field that the path has for it', () => {
    const body: JsonObject = { job_type: 'x', team_id: 't', user_id: 'u', metadata: { a: 1 }, job_metadata: { b: 2 } };
    const job = { jobType: 'x', teamId: 't', userId: 'u', maxCost: null };
    expect(jobFields(body, 'metadata', false)).toEqual({ ...job, metadata: { a: 1 }, implicit: false });
    expect(jobFields(body, 'job_metadata', true)).toEqual({ ...job, metadata: { b: 2 }, implicit: true });
  });

  it('takes null for absent', () => {
    const nulls = { team_id: null, user_id: null, metadata: null, max_cost_usd: null };
    expect(jobFields({ job_type: 'x', ...nulls }, 'metadata', false)).toMatchObject({
      ...{ teamId: null, userId: null, metadata: {}, maxCost: null },
    });
  });
});

describe('the ceiling of a job', () => {
  it.each([
    [1, 1_000_000_000n],
    [0.1, 100_000_000n],
    ['0.10', 100_000_000n],
    [0.000001, 1_000n],
    [1e-9, 1n],
    [2.5e-8, 25n],
    ['0.000000001', 1n],
    [9_000_000_000, 9_000_000_000_000_000_000n],
  ])('reads %p exactly', (value, nanos) => {
    expect(maxCost(value)).toBe(nanos);
  });

  it('reads a number as the decimal that JSON has for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 0, max: 9 }), (digits, places) => {
        const value = Number(`${digits}e-${places}`);
        expect(maxCost(value)).toBe(BigInt(digits) * 10n ** BigInt(9 - places));
      }),
    );
  });

  it.each([0, -1, -1e-9, 1e-10, 1e21, 1e300, '', 'much', '1e3', '-5', '0', '0.0000000001', '99999999999999999999'])(
    'refuses %p, naming the field',
    (value) => {
      expect(fieldAtFault(() => maxCost(value))).toBe('max_cost_usd');
    },
  );
});
