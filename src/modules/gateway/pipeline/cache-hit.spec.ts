import { describe, expect, it } from '@jest/globals';
import { nanoUsd } from '../../../core/money.js';
import type { JsonObject } from '../../../providers/index.js';
import type { RouteTarget } from '../../catalog/index.js';
import type { Exhausted } from '../../ledger/index.js';
import { CachePrice } from '../../projects/index.js';
import type { CachedAnswer } from '../content/answers/cached-answer.js';
import { admissionOfHit, deliverHit, endOfHit, savedBy } from './cache-hit.js';
import type { Admission, CallRequest } from './call.js';
import { clamped } from './spending/clamp.js';

const TARGET = {
  ...{ modelId: 'mdl_1', modelName: 'gpt', priceId: 'prc_1', provider: { id: 'prv_1', kind: 'openai' } },
  ...{ prices: { input: 1_000_000n, output: 3_000_000n }, charged: { input: 2_000_000n, output: 5_000_000n } },
} as unknown as RouteTarget;
const ASKED = {
  ...{ route: { alias: { id: 'als_1', name: 'chat' }, targets: [TARGET] }, costBound: nanoUsd(900n), tokensBound: 600 },
  ...{ maxOutputTokens: 400, choices: 2, inputBound: 500, inputEstimate: 120 },
} as unknown as Admission;
const CHOICE = { index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' };
const HIT: CachedAnswer = {
  completion: { object: 'chat.completion', created: 7, choices: [CHOICE] },
  ...{ usage: { input: 10, output: 4 }, finishReason: 'stop' },
};
const request = (cachePrice: CachePrice): CallRequest =>
  ({ id: 'c1', caller: { keeps: { cachePrice } } }) as unknown as CallRequest;
const [FREE, FULL] = [request(CachePrice.FREE), request(CachePrice.FULL)];

describe('a call that a kept answer serves', () => {
  it('holds exactly what it is going to cost', () => {
    for (const [asks, cost, tokens] of [
      [FREE, 0n, 0],
      [FULL, 40n, 14],
    ] as const) {
      const admission = admissionOfHit(asks, ASKED, HIT);
      expect(admission).toMatchObject({ costBound: cost, tokensBound: tokens });
      const end = endOfHit(asks, admission, HIT, 1.6);
      expect(end).toMatchObject({ chargedCost: cost, providerCost: 0n, usageSource: 'cache', state: 'settled' });
      expect(end.tokensIn + end.tokensOut).toBe(tokens);
      expect(end).toMatchObject({
        latencyMs: 2,
        attempts: [],
        modelId: 'mdl_1',
        providerId: 'prv_1',
        priceId: 'prc_1',
      });
      expect(savedBy(admission, HIT, end)).toEqual({ saved: 40n - cost, providerSaved: 22n });
    }
  });

  it('is charged for the request itself where that has a price', () => {
    const charged = { ...TARGET.charged, request: 7_000_000n };
    const route = { ...ASKED.route, targets: [{ ...TARGET, charged }] };
    expect(admissionOfHit(FULL, { ...ASKED, route }, HIT).costBound).toBe(47n);
    expect(admissionOfHit(FREE, { ...ASKED, route }, HIT).costBound).toBe(0n);
  });

  it('costs and saves what a prompt of its length does', () => {
    const tiers = [{ above: 9, prices: { input: 30_000_000n } }];
    const prices = { ...TARGET.prices, tiers };
    const route = { ...ASKED.route, targets: [{ ...TARGET, prices, charged: prices }] };
    const admission = admissionOfHit(FULL, { ...ASKED, route }, HIT);
    const end = endOfHit(FULL, admission, HIT, 1);
    expect([admission.costBound, end.chargedCost]).toEqual([312n, 312n]);
    expect(savedBy(admission, HIT, end)).toEqual({ saved: 0n, providerSaved: 312n });
    const shorter = { ...HIT, usage: { input: 9, output: 4 } };
    expect(endOfHit(FULL, admission, shorter, 1).chargedCost).toBe(9n + 12n);
  });

  it('is never cut to what is left: it costs that or nothing', () => {
    const refused = (freeUsd: string): Exhausted =>
      ({ code: 'exhausted', freeUsd, freeCredits: null, freeTokens: null }) as unknown as Exhausted;
    expect(clamped(ASKED, refused('4000'))).toMatchObject({ maxOutputTokens: 300 });
    for (const left of ['39', '4000']) expect(clamped(admissionOfHit(FULL, ASKED, HIT), refused(left))).toBeNull();
  });

  it('is given under its own id and the alias, whole or as chunks', async () => {
    const own = { id: 'chatcmpl-c1', model: 'chat' };
    const whole = await deliverHit(FREE, ASKED, HIT, null);
    expect(whole).toMatchObject({
      completion: { ...HIT.completion, ...own },
      attempts: [],
      wasSent: false,
      error: null,
    });
    const seen: JsonObject[] = [];
    const streamed = await deliverHit(FREE, ASKED, HIT, { chunks: async (chunks) => void seen.push(...chunks) });
    expect(streamed.completion).toBeNull();
    expect(seen.map(({ id, model }) => ({ id, model }))).toEqual([own, own]);
  });
});
