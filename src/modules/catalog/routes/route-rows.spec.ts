import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../core/secret.js';
import { type TargetRow, targetOf } from './route-rows.js';

const ROW: TargetRow = {
  modelId: 'mdl_1',
  modelName: 'gpt-4o',
  maxOutputTokens: 4_096,
  contextWindow: null,
  weight: 3,
  isInPlan: true,
  priceId: 'prc_1',
  prices: { input: '2500000000', output: '10000000000' },
  providerId: 'prv_1',
  providerKind: 'openai',
  providerName: 'OpenAI',
  baseUrl: null,
  ciphertext: 'sealed',
};
const open = (text: string, owner: string): Secret => new Secret(`${text} of ${owner}`);

describe('targetOf', () => {
  it('gives the target with what the vendor bills and what the tenant pays', () => {
    const target = targetOf(ROW, { output: '0' }, open);
    if (typeof target === 'string') throw new Error(target);
    expect(target).toMatchObject({ modelId: 'mdl_1', modelName: 'gpt-4o', maxOutputTokens: 4_096, priceId: 'prc_1' });
    expect(target.weight).toBe(3);
    expect(target.prices).toEqual({ input: 2_500_000_000n, output: 10_000_000_000n });
    expect(target.charged).toEqual({ input: 2_500_000_000n, output: 0n });
    expect(target.provider.credential?.reveal()).toBe('sealed of prv_1');
  });

  it('has no credential when the provider has none', () => {
    const target = targetOf({ ...ROW, ciphertext: null }, null, open);
    expect(target).toMatchObject({ provider: { credential: null }, charged: { input: 2_500_000_000n } });
  });

  it('is none for an organization of another plan, whatever else it lacks', () => {
    expect(targetOf({ ...ROW, isInPlan: false, providerId: null }, null, open)).toBe('not in plan');
  });

  it('is none without provider, without price, or when the credential does not open', () => {
    expect(targetOf({ ...ROW, providerId: null }, null, open)).toBe('no provider');
    expect(targetOf({ ...ROW, priceId: null, prices: null }, null, open)).toBe('no price');
    const broken = (): Secret => {
      throw new Error('wrong key');
    };
    expect(targetOf(ROW, null, broken)).toBe('sealed credential does not open');
  });
});
