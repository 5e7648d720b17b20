import { describe, expect, it } from '@jest/globals';
import type { ProviderState } from '../../../components/catalog/provider-marks.js';
import { type Details, healthOf, modelPrices, type Provider, sharesOf, type Target, whyPassedOver } from './chain.js';

type Model = Target['model'];

const target = (model: object): Target => ({
  id: 'tgt_1',
  modelId: 'mdl_1',
  weight: 1,
  model: {
    id: 'mdl_1',
    name: 'gpt',
    status: 'ACTIVE',
    providerKind: 'openai',
    provider: null,
    currentPrice: { id: 'prc_1', prices: { input: '3' } },
    ...model,
  } as Model,
});
const provider = (state: ProviderState, kind = 'openai'): Provider => ({ id: state, kind, health: { state } });
const own = (state: ProviderState, status = 'ENABLED') => ({ provider: { status, health: { state } } });

describe('the health of a target', () => {
  it('is that of its own provider, whatever others of the kind do', () => {
    expect(healthOf(target(own('FAILING')), [provider('HEALTHY')])).toEqual({ state: 'FAILING', count: 1 });
  });

  it.each<[ProviderState[], ProviderState]>([
    [[], 'UNUSED'],
    [['UNUSED', 'UNUSED'], 'UNUSED'],
    [['HEALTHY', 'UNUSED'], 'HEALTHY'],
    [['HEALTHY', 'FAILING'], 'DEGRADED'],
    [['FAILING', 'FAILING', 'UNUSED'], 'FAILING'],
    [['DEGRADED'], 'DEGRADED'],
  ])('of any of a kind is that of %j together: %s', (states, together) => {
    const providers = [...states.map((state) => provider(state)), provider('FAILING', 'simulator')];
    expect(healthOf(target({}), providers)).toEqual({ state: together, count: states.length });
  });
});

describe('a target that calls pass over', () => {
  it.each([
    [{ status: 'INACTIVE' }, 1, /inactive/],
    [{ currentPrice: null }, 1, /no price/],
    [own('HEALTHY', 'DISABLED'), 1, /disabled/],
    [{}, 0, /no enabled provider/],
  ])('says why: %j', (model, count, why) => {
    expect(whyPassedOver(target(model), count)).toMatch(why);
  });

  it('is none that can serve', () => {
    expect(whyPassedOver(target({}), 2)).toBeNull();
    expect(whyPassedOver(target(own('FAILING')), 1)).toBeNull();
  });
});

it('takes the price of the first target that is called', () => {
  const prices = (input: string) => ({ currentPrice: { id: input, prices: { input } } });
  const chain = [target({ ...prices('1'), status: 'INACTIVE' }), target({ currentPrice: null }), target(prices('2'))];
  expect(modelPrices({ targets: chain } as Details)).toEqual({ input: '2' });
  expect(modelPrices({ targets: null } as Details)).toBeNull();
});

it('shares calls by weight, or gives them all to the first', () => {
  expect(sharesOf([3, 1, 0], true)).toEqual([75, 25, 0]);
  expect(sharesOf([3, 1], false)).toEqual([100, 0]);
  expect(sharesOf([0, 0], true)).toEqual([100, 0]);
  expect(sharesOf([], true)).toEqual([]);
});
