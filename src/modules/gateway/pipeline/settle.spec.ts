import { describe, expect, it } from '@jest/globals';
import { DomainError, type ErrorCode } from '../../../core/errors.js';
import { nanoUsd } from '../../../core/money.js';
import type { RouteTarget } from '../../catalog/index.js';
import type { Flight } from './attempt.js';
import type { Admission } from './call.js';
import { endOf, outputEstimate } from './settle.js';

const TARGET: RouteTarget = {
  ...{ modelId: 'mdl_1', modelName: 'gpt', maxOutputTokens: null, contextWindow: null, weight: 1, priceId: 'prc_1' },
  provider: { id: 'prv_1', kind: 'openai', name: 'OpenAI', baseUrl: null, credential: null },
  prices: { input: 1_000_000n, output: 3_000_000n, reasoning: 4_000_000n },
  charged: { input: 2_000_000n, output: 5_000_000n },
};
const ADMISSION: Admission = {
  route: { alias: { id: 'als_1', name: 'chat', strategy: 'ordered' }, targets: [TARGET] },
  ...{
    maxOutputTokens: 100,
    choices: 1,
    inputBound: 500,
    inputEstimate: 120,
    costBound: nanoUsd(1n),
    tokensBound: 600,
  },
};
const ANSWERED: Flight = {
  ...{ target: TARGET, completion: {}, usage: { input: 10, output: 4, reasoning: 1 }, finishReason: 'stop' },
  ...{ deliveredBytes: 18, wasSent: true, attempts: [{ id: 'a' }], error: null },
};
const failed = (code: ErrorCode): DomainError => new DomainError(code, 'words');
const end = (fields: Partial<Flight> = {}): ReturnType<typeof endOf> =>
  endOf({ ...ANSWERED, ...fields }, ADMISSION, 12.6);

describe('endOf', () => {
  it('settles an answer by what the vendor reported, at both prices', () => {
    expect(end()).toEqual({
      ...{ state: 'settled', outcome: 'success', modelId: 'mdl_1', providerId: 'prv_1', priceId: 'prc_1' },
      ...{
        usage: { input: 10, output: 4, reasoning: 1, request: 1 },
        usageSource: 'vendor',
        tokensIn: 10,
        tokensOut: 5,
      },
      ...{ providerCost: 10n + 12n + 4n, chargedCost: 20n + 20n + 5n, attempts: [{ id: 'a' }], latencyMs: 13 },
      ...{ finishReason: 'stop', errorCode: null, errorMessage: null },
    });
  });

  it('charges the request itself where it has a price, with usage and without', () => {
    const charged = { ...TARGET.charged, request: 7_000_000n };
    const target = { ...TARGET, charged };
    expect(end({ target }).chargedCost - end().chargedCost).toBe(7n);
    expect(end({ target, usage: null }).chargedCost - end({ usage: null }).chargedCost).toBe(7n);
    expect(end({ target, wasSent: false }).chargedCost).toBe(0n);
  });

  it('takes a reported zero for a value, not for a missing report', () => {
    expect(end({ usage: { input: 0, output: 0 } })).toMatchObject({
      ...{ state: 'settled', usageSource: 'vendor', providerCost: 0n, chargedCost: 0n, tokensIn: 0, tokensOut: 0 },
    });
  });

  it('estimates input and what was delivered when the vendor reported nothing', () => {
    expect(end({ usage: null })).toMatchObject({
      ...{ state: 'settled', usageSource: 'estimated', tokensIn: 120, tokensOut: outputEstimate(18) },
      providerCost: 120n + 3n * BigInt(outputEstimate(18)),
    });
  });

  it('voids what no vendor can have billed, and keeps what is known of it', () => {
    expect(end({ wasSent: false, usage: { input: 9 }, error: failed('provider_error') })).toMatchObject({
      ...{ state: 'voided', outcome: 'error', usage: {}, usageSource: null, tokensIn: 0, tokensOut: 0 },
      ...{ providerCost: 0n, chargedCost: 0n, modelId: 'mdl_1', errorCode: 'provider_error', errorMessage: 'words' },
      attempts: [{ id: 'a' }],
    });
  });

  it('voids a call that found no target', () => {
    const none = { modelId: null, providerId: null, priceId: null, state: 'voided', chargedCost: 0n };
    expect(end({ target: null, error: failed('provider_error') })).toMatchObject(none);
  });

  it.each<[ErrorCode, string]>([
    ['client_closed', 'aborted'],
    ['provider_timeout', 'error'],
    ['overloaded', 'error'],
  ])('charges a call that broke off with %s for what went out, as %s', (code, outcome) => {
    expect(end({ usage: null, error: failed(code) })).toMatchObject({
      ...{ state: 'settled', outcome, errorCode: code, tokensIn: 120 },
    });
  });
});

describe('outputEstimate', () => {
  it('is whole, never zero for something, and zero for nothing', () => {
    expect([0, 1, 4, 5, 4_000].map(outputEstimate)).toEqual([0, 1, 1, 2, 1_000]);
  });
});
