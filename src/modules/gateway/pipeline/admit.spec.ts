import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../../core/errors.js';
import { costOf, type PriceBook } from '../../../core/usage.js';
import type { JsonObject } from '../../../providers/index.js';
import type { Route, RouteTarget } from '../../catalog/index.js';
import { admit } from './admit.js';
import type { Admission, CallRequest } from './call.js';

const PRICES: PriceBook = { input: 2_000_000n, output: 5_000_000n };

const target = (fields: Partial<RouteTarget> = {}): RouteTarget => ({
  ...{ modelId: 'mdl_1', modelName: 'gpt', maxOutputTokens: 1_000, contextWindow: null, weight: 1 },
  priceId: 'prc_1',
  provider: { id: 'prv_1', kind: 'openai', name: 'OpenAI', baseUrl: null, credential: null },
  ...{ prices: PRICES, charged: PRICES },
  ...fields,
});
const admitted = (body: JsonObject, ...targets: RouteTarget[]): Admission => {
  const alias = { id: 'als_1', name: 'chat', strategy: 'ordered' } as const;
  const route: Route = { alias, targets: targets.length > 0 ? targets : [target()] };
  return admit({ operation: 'chat', body } as CallRequest, route);
};
const refusal = (body: JsonObject, ...targets: RouteTarget[]): unknown => {
  try {
    return admitted(body, ...targets);
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.details.field ?? null];
    throw error;
  }
};
const messages = (content: JsonObject['content']): JsonObject => ({ messages: [{ role: 'user', content: content! }] });

describe('the bound of the input', () => {
  it('is never below the bytes of what is sent, in any script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { inputBound, inputEstimate } = admitted(messages(text));
        expect(inputBound).toBeGreaterThan(Buffer.byteLength(text));
        expect(inputEstimate).toBeLessThan(inputBound);
        expect(Number.isInteger(inputEstimate)).toBe(true);
      }),
    );
  });

  it('grows with every linked image, which is billed by a size that nobody knows', () => {
    const image = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } };
    const bound = (count: number): number => admitted(messages(Array.from({ length: count }, () => image))).inputBound;
    expect(bound(2) - bound(1)).toBeGreaterThan(8_000);
    expect(bound(5) - bound(4)).toBe(bound(2) - bound(1));
  });

  it('is the whole context for files, whose pages no byte counts', () => {
    const file = { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=' } };
    const bound = (...contexts: (number | null)[]): number =>
      admitted(messages([file]), ...contexts.map((contextWindow) => target({ contextWindow }))).inputBound;
    expect(bound(200_000)).toBe(200_000);
    expect(bound(100_000, 400_000)).toBe(400_000);
    expect(bound(null, 400_000)).toBeGreaterThan(1_000_000);
    const long = { type: 'text', text: 'x'.repeat(300_000) };
    expect(admitted(messages([file, long]), target({ contextWindow: 1_000 })).inputBound).toBeGreaterThan(300_000);
  });

  it.each([[null], ['text'], [5], [[null, 'text', 5, [], {}, { type: 'text' }]]])(
    'takes any content: %j',
    (content) => {
      expect(admitted(messages(content as never)).inputBound).toBeGreaterThan(0);
      expect(admitted({ messages: content }).inputBound).toBeGreaterThan(0);
    },
  );
});

describe('the bound of the output', () => {
  it.each<[JsonObject, number]>([
    [{}, 1_000],
    [{ max_tokens: null, max_completion_tokens: null }, 1_000],
    [{ max_tokens: 300 }, 300],
    [{ max_completion_tokens: 300 }, 300],
    [{ max_completion_tokens: 200, max_tokens: 300 }, 200],
    [{ max_tokens: 1_000_000 }, 1_000],
    [{ max_tokens: 1e300 }, 1_000],
    [{ max_tokens: 1 }, 1],
  ])('of %j is %p: what was asked, within what the model can do', (body, bound) => {
    expect(admitted(body).maxOutputTokens).toBe(bound);
  });

  it('is that of the target that can do most, and has a cap where the catalogue has none', () => {
    expect(admitted({}, target({ maxOutputTokens: 10 }), target({ maxOutputTokens: 8_000 })).maxOutputTokens).toBe(
      8_000,
    );
    const unknown = admitted({ max_tokens: 10_000_000 }, target({ maxOutputTokens: null })).maxOutputTokens;
    expect(unknown).toBeLessThan(100_000);
    expect(unknown).toBeGreaterThan(0);
  });

  it('counts once for every choice', () => {
    const tokens = (n: number): number =>
      admitted({ n, max_tokens: 100 }).tokensBound - admitted({ n, max_tokens: 100 }).inputBound;
    expect([1, 4, 16].map(tokens)).toEqual([100, 400, 1_600]);
  });

  it.each<[string, unknown]>([
    ...[0, -1, 1.5, '100', true, [100], {}].flatMap((value): [string, unknown][] => [
      ['max_tokens', value],
      ['max_completion_tokens', value],
    ]),
    ...[0, -1, 17, 1.5, '2', 1e300].map((value): [string, unknown] => ['n', value]),
  ])('refuses %s %j, naming the field', (field, value) => {
    expect(refusal({ [field]: value as never })).toEqual(['invalid_request', field]);
  });
});

describe('the bound of the cost', () => {
  const prices = fc.record(
    Object.fromEntries(
      ['cached_read', 'cache_write_1h', 'reasoning', 'audio_in', 'audio_out', 'request'].map((each) => [
        each,
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
      ]),
    ),
    { requiredKeys: [] },
  ) as fc.Arbitrary<PriceBook>;

  /** Around the bound of the input, which is about a hundred tokens, so that it falls into any of the tiers. */
  const tiers = fc
    .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 4 }), fc.infiniteStream(prices))
    .map(([lengths, more]) => {
      const each = more[Symbol.iterator]();
      return lengths.sort((a, b) => a - b).map((above) => ({ above, prices: each.next().value! }));
    });

  it('is never below the cost of a call within the bounds, however its tokens are split', () => {
    const cutsOf = fc.array(fc.nat({ max: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(prices, tiers, cutsOf, fc.double({ min: 0, max: 1, noNaN: true }), (more, rising, cuts, share) => {
        const charged = { ...PRICES, ...more, tiers: rising };
        const bound = admitted({ max_tokens: 60, n: 2 }, target({ charged }));
        const [i1, i2, i3, o1, o2, o3] = cuts as [number, number, number, number, number, number];
        const part = (cut: number, of: number, all: number): number => Math.floor((all * cut) / Math.max(of, 1));
        const out = bound.tokensBound - bound.inputBound;
        const used = Math.floor(bound.inputBound * share);
        const usage = {
          input: part(i1, i1 + i2 + i3, used),
          cached_read: part(i2, i1 + i2 + i3, used),
          cache_write_1h: part(i3, i1 + i2 + i3, used),
          output: part(o1, o1 + o2 + o3, out),
          reasoning: part(o2, o1 + o2 + o3, out),
          audio_out: part(o3, o1 + o2 + o3, out),
          request: 1,
        };
        expect(costOf(usage, charged) <= bound.costBound).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is rounded up: a hold is never below what it is for', () => {
    const tiny = { input: 0n, output: 1n };
    expect(admitted({ max_tokens: 1 }, target({ prices: tiny, charged: tiny })).costBound).toBe(1n);
    expect(admitted({ max_tokens: 1 }, target({ charged: { input: 0n, output: 0n } })).costBound).toBe(0n);
  });

  it('is that of the dearest target, since any of them may answer', () => {
    const dear = target({ charged: { input: 9_000_000n, output: 1n } });
    const cheap = target({ charged: { input: 1n, output: 1n } });
    expect(admitted({}, cheap, dear).costBound).toBe(admitted({}, dear, cheap).costBound);
    expect(admitted({}, cheap, dear).costBound).toBe(admitted({}, dear).costBound);
  });

  it('goes by what the tenant pays, not by what the vendor bills', () => {
    const free = target({ charged: { input: 0n, output: 0n } });
    expect(admitted({}, free).costBound).toBe(0n);
  });

  it.each(['input', 'output'] as const)('is refused when any target has no price for %s, on either side', (missing) => {
    const { [missing]: _, ...rest } = PRICES;
    for (const book of ['prices', 'charged'] as const)
      expect(refusal({}, target(), target({ [book]: rest }))).toEqual(['provider_error', null]);
    expect(refusal({}, target({ prices: { ...PRICES, [missing]: 0n } }))).toMatchObject({ maxOutputTokens: 1_000 });
  });
});
