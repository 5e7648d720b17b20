import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PriceBook } from '../../../../core/usage.js';
import type { Exhausted, JobCeiling } from '../../../ledger/index.js';
import type { RouteTarget } from '../../../catalog/index.js';
import type { Admission } from '../call.js';
import { clamped, costBound, withOutput } from './clamp.js';

const target = (prices: PriceBook): RouteTarget =>
  ({ modelId: 'm', modelName: 'm', maxOutputTokens: 4_096, priceId: 'p', prices, charged: prices }) as RouteTarget;

function admission(targets: RouteTarget[], maxOutputTokens: number, inputBound = 1_000, choices = 1): Admission {
  const route = { alias: { id: 'a', name: 'chat' }, targets };
  const bare = { route, maxOutputTokens, choices, inputBound, inputEstimate: 1, costBound: 0n, tokensBound: 0 };
  return withOutput(bare as unknown as Admission, maxOutputTokens);
}

const NOTHING_FREE = { freeUsd: null, freeCredits: null, freeTokens: null };
const RATES = { budgetMode: 'job_based', creditsPerDollar: '10000000', tokensPerCredit: '10000' };
const refused = (free: Partial<Exhausted>): Exhausted =>
  ({ code: 'exhausted', ...NOTHING_FREE, ...RATES, ...free }) as Exhausted;

/** A token in costs 2,000 nano-USD, one out 5,000. */
const PRICES: PriceBook = { input: 2_000_000_000n, output: 5_000_000_000n };

describe('what fits', () => {
  it('is the most output that the free dollars pay for, at every target', () => {
    const asked = admission([target(PRICES), target({ input: 1n, output: 8_000_000_000n })], 4_096);
    // 2,000,000 for the input leave 5,000,000: 1,000 tokens at the first target; at the second 7,000,000 buy 875.
    expect(clamped(asked, refused({ freeUsd: '7000000' }))).toMatchObject({ maxOutputTokens: 874 });
    expect(clamped(asked, refused({ freeUsd: '7000001' }))).toMatchObject({ maxOutputTokens: 875 });
  });

  it('is shared by all choices', () => {
    const asked = admission([target(PRICES)], 1_000, 1_000, 4);
    expect(clamped(asked, refused({ freeUsd: '12000000' }))).toMatchObject({
      maxOutputTokens: 500,
      tokensBound: 3_000,
    });
  });

  it('counts tokens, credits by dollars and credits by tokens, and the least decides', () => {
    const asked = admission([target(PRICES)], 4_096);
    expect(clamped(asked, refused({ freeTokens: '1300' }))).toMatchObject({ maxOutputTokens: 300 });
    // 70 credits at 10 credits a dollar are 7 dollars; a micro-credit less buys one token less.
    const byDollars = { budgetMode: 'consumption_usd', freeCredits: '70000' };
    expect(clamped(asked, refused(byDollars))).toMatchObject({ maxOutputTokens: 1_000 });
    expect(clamped(asked, refused({ ...byDollars, freeCredits: '69999' }))).toMatchObject({ maxOutputTokens: 999 });
    const byTokens = { budgetMode: 'consumption_tokens', freeCredits: '150000' };
    expect(clamped(asked, refused(byTokens))).toMatchObject({ maxOutputTokens: 500 });
    expect(clamped(asked, refused({ ...byTokens, freeUsd: '4000000' }))).toMatchObject({ maxOutputTokens: 400 });
  });

  it('is reckoned from the ceiling of a job, too', () => {
    const ceiling = { code: 'job_ceiling', freeUsd: '4000000' } as JobCeiling;
    expect(clamped(admission([target(PRICES)], 4_096), ceiling)).toMatchObject({ maxOutputTokens: 400 });
  });
});

describe('a call is refused rather than shortened', () => {
  it.each<[string, Partial<Exhausted>]>([
    ['when fewer than 256 tokens would be left', { freeUsd: String(2_000_000 + 255 * 5_000) }],
    ['when the input alone is too dear', { freeUsd: '1999999' }],
    ['when requests lack', { unit: 'request' }],
    ['when credits of whole jobs lack', { freeCredits: '0' }],
    ['when what lacks has nothing to do with its output', { freeUsd: '999999999999' }],
  ])('%s', (_, free) => {
    expect(clamped(admission([target(PRICES)], 4_096), refused(free))).toBeNull();
  });

  it('when it asked for less than 256 tokens itself and not even that fits', () => {
    const asked = admission([target(PRICES)], 100);
    expect(clamped(asked, refused({ freeUsd: String(2_000_000 + 99 * 5_000) }))).toBeNull();
  });
});

describe('a call whose price depends on its prompt', () => {
  const TIERED: PriceBook = { ...PRICES, tiers: [{ above: 1_000, prices: { output: 20_000_000_000n } }] };

  it('is bounded by the tiers in reach alone', () => {
    expect(costBound([target(TIERED)], 1_000, 100)).toBe(costBound([target(PRICES)], 1_000, 100));
    // 1,001 tokens in at 2,000 and 100 out at 20,000 nano-USD.
    expect(costBound([target(TIERED)], 1_001, 100)).toBe(2_002_000n + 2_000_000n);
  });

  it('is bounded by the dearest of them, which need not be the last', () => {
    const cheaper = { ...PRICES, tiers: [{ above: 1_000, prices: { input: 1n, output: 1n } }] };
    expect(costBound([target(cheaper)], 50_000, 100)).toBe(costBound([target(PRICES)], 1_000, 100));
  });

  it('is cut to what fits in every tier', () => {
    const asked = admission([target(TIERED)], 4_096, 1_001);
    expect(clamped(asked, refused({ freeUsd: String(2_002_000 + 300 * 20_000) }))).toMatchObject({
      maxOutputTokens: 300,
    });
    expect(clamped(asked, refused({ freeUsd: String(2_002_000 + 300 * 20_000 - 1) }))).toMatchObject({
      maxOutputTokens: 299,
    });
  });
});

describe('a shortened call', () => {
  it('always fits into what is free, and one token more would not', () => {
    const price = fc.bigInt(0n, 100_000_000_000n);
    const lengths = fc.uniqueArray(fc.integer({ min: 1, max: 50_000 }), { maxLength: 2 });
    const prices = fc.record({ input: price, output: price }, { requiredKeys: [] });
    const tiers = fc
      .tuple(lengths, prices, prices)
      .map(([found, ...each]) => found.sort((a, b) => a - b).map((above, at) => ({ above, prices: each[at]! })));
    const calls = fc.record({
      books: fc.array(fc.record({ input: price, output: price, tiers }), { minLength: 1, maxLength: 3 }),
      output: fc.integer({ min: 256, max: 100_000 }),
      input: fc.integer({ min: 1, max: 50_000 }),
      choices: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(calls, fc.bigInt(0n, 10_000_000_000_000n), ({ books, output, input, choices }, free) => {
        const asked = admission(books.map(target), output, input, choices);
        const shorter = clamped(asked, refused({ freeUsd: free.toString() }));
        const costOf = (tokens: number): bigint => costBound(asked.route.targets, input, tokens * choices);
        if (!shorter) return costOf(256) > free || costOf(output) <= free;
        expect(shorter.costBound).toBe(costOf(shorter.maxOutputTokens));
        expect(shorter.costBound <= free).toBe(true);
        expect(costOf(shorter.maxOutputTokens + 1) > free).toBe(true);
        return shorter.maxOutputTokens >= 256 && shorter.maxOutputTokens < output;
      }),
      { numRuns: 2_000 },
    );
  });
});
