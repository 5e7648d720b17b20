import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nanoUsd } from '../../../core/money.js';
import { CallOutcome, CallState } from '../call.entity.js';
import type { EndCall } from '../operations.js';
import type { Departure } from './flight-recorder.js';
import { verdict, withoutRecord } from './verdict.js';

const DEPARTURE: Departure = {
  ...{ modelId: 'mdl_1', providerId: 'prv_1', priceId: 'prc_1', inputEstimate: 100 },
  prices: { input: 1_000_000n, output: 3_000_000n },
  charged: { input: 2_000_000n, output: 5_000_000n, request: 7_000_000n },
};
const END: EndCall = {
  ...{
    state: CallState.SETTLED,
    outcome: CallOutcome.SUCCESS,
    modelId: 'mdl_2',
    providerId: 'prv_2',
    priceId: 'prc_2',
  },
  ...{ usage: { input: 1 }, usageSource: 'vendor', tokensIn: 1, tokensOut: 0, attempts: [], latencyMs: 5 },
  ...{ providerCost: nanoUsd(11n), chargedCost: nanoUsd(13n), finishReason: 'stop', errorCode: null },
  errorMessage: null,
};

/** What may be posted of a call whose end is void: nothing. */
const isNothing = (end: EndCall): boolean =>
  end.providerCost === 0n && end.chargedCost === 0n && end.tokensIn === 0 && end.tokensOut === 0;

describe('verdict', () => {
  it('takes a recorded end as it is, and marks it as recovered', () => {
    const end = verdict({ departure: DEPARTURE, outputEstimate: 900, end: END, close: null });
    expect(end).toEqual({ ...END, state: CallState.RECOVERED });
  });

  it('leaves a recorded void void', () => {
    const voided = { ...END, state: CallState.VOIDED, chargedCost: nanoUsd(0n) } as const;
    expect(verdict({ departure: DEPARTURE, outputEstimate: 900, end: voided, close: null })).toEqual(voided);
  });

  it('charges a call that had left by estimate, at the prices it left with', () => {
    expect(verdict({ departure: DEPARTURE, outputEstimate: 10, end: null, close: null })).toMatchObject({
      ...{ state: CallState.RECOVERED, outcome: CallOutcome.ABORTED, usageSource: 'estimated' },
      ...{ modelId: 'mdl_1', providerId: 'prv_1', priceId: 'prc_1', tokensIn: 100, tokensOut: 10 },
      ...{ providerCost: 100n + 30n, chargedCost: 200n + 50n + 7n },
    });
  });

  it('charges it by the tier that its estimated prompt comes into', () => {
    const tiers = [{ above: 100, prices: { input: 9_000_000n } }];
    const costs = (inputEstimate: number): bigint[] => {
      const departure = { ...DEPARTURE, inputEstimate, prices: { ...DEPARTURE.prices, tiers } };
      const { providerCost, chargedCost } = verdict({ departure, outputEstimate: 10, end: null, close: null });
      return [providerCost, chargedCost];
    };
    expect(costs(100)).toEqual([100n + 30n, 200n + 50n + 7n]);
    expect(costs(101)).toEqual([909n + 30n, 202n + 50n + 7n]);
  });

  it('charges more output with more, and never less than the input', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const cost = (outputEstimate: number): bigint =>
          verdict({ departure: DEPARTURE, outputEstimate, end: null, close: null }).chargedCost;
        expect(cost(Math.min(a, b)) <= cost(Math.max(a, b)) && cost(a) >= 200n).toBe(true);
      }),
    );
  });

  it.each([
    ['of which nothing is known', undefined],
    ['that never left', { departure: null, outputEstimate: 0, end: null, close: null }],
  ])('voids a call %s', (_, flight) => {
    const end = verdict(flight);
    expect(end).toMatchObject({ state: CallState.VOIDED, outcome: CallOutcome.ERROR, errorCode: 'internal' });
    expect(isNothing(end)).toBe(true);
  });
});

describe('withoutRecord', () => {
  it('releases the hold without a charge, but does not claim that nothing was sent', () => {
    const end = withoutRecord();
    expect(end).toMatchObject({ state: CallState.RECOVERED, outcome: CallOutcome.ABORTED, errorCode: 'internal' });
    expect(isNothing(end)).toBe(true);
  });
});
