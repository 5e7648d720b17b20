import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawn, sharesOf } from './draw.js';
import type { Route, RouteTarget } from './route.js';

const route = (weights: readonly number[], strategy: Route['alias']['strategy'] = 'weighted'): Route => ({
  alias: { id: 'als_1', name: 'chat', strategy },
  targets: weights.map((weight, at) => ({ modelId: `mdl_${at}`, weight }) as RouteTarget),
});
const orderOf = (of: Route, callId: string): string[] => drawn(of, callId).targets.map(({ modelId }) => modelId);
const CALLS = Array.from({ length: 10_000 }, (_, at) => `call-${at}`);

/** Pearson's statistic of how often each target came up at a place, against its expected share. */
function chiSquare(found: readonly string[], shares: readonly number[]): number {
  return shares.reduce((sum, share, at) => {
    const expected = found.length * share;
    const count = found.filter((modelId) => modelId === `mdl_${at}`).length;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

describe('a draw by weight', () => {
  it('gives each target its share of the calls, and of the calls that fall back', () => {
    const of = route([6, 3, 1]);
    const orders = CALLS.map((id) => orderOf(of, id));
    // 13.8 is exceeded by chance once in a thousand times with two degrees of freedom; the ids here never change.
    expect(
      chiSquare(
        orders.map(([first]) => first!),
        [0.6, 0.3, 0.1],
      ),
    ).toBeLessThan(13.8);
    const afterFirst = orders.filter(([first]) => first === 'mdl_0').map((order) => order[1]!);
    expect(chiSquare(afterFirst, [Number.EPSILON, 0.75, 0.25])).toBeLessThan(13.8);
  });

  it('is the same for the same call, whatever the order and company of its targets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 8 }),
        fc.uuid(),
        (weights, id) => {
          const whole = orderOf(route(weights), id);
          const turned = route(weights);
          expect(orderOf({ ...turned, targets: [...turned.targets].reverse() }, id)).toEqual(whole);
          const fewer = { ...turned, targets: turned.targets.filter(({ modelId }) => modelId !== whole[0]) };
          expect(orderOf(fewer, id)).toEqual(whole.slice(1));
        },
      ),
    );
  });

  it('leaves those of weight 0 to the end, in their order', () => {
    for (const id of CALLS.slice(0, 200)) expect(orderOf(route([0, 1, 0, 5]), id).slice(2)).toEqual(['mdl_0', 'mdl_2']);
    expect(orderOf(route([0, 0, 0]), 'call')).toEqual(['mdl_0', 'mdl_1', 'mdl_2']);
  });

  it('changes nothing of a route, and nothing at all of an ordered one', () => {
    const of = Object.freeze({ ...route([1, 1, 1]), targets: Object.freeze(route([1, 1, 1]).targets) });
    expect(drawn(of, 'call').targets).toHaveLength(3);
    const ordered = route([1, 9], 'ordered');
    expect(drawn(ordered, 'call')).toBe(ordered);
  });
});

describe('the shares of targets', () => {
  it.each([
    [
      [7, 3],
      [70, 30],
    ],
    [
      [1, 1, 1],
      [33.33, 33.33, 33.33],
    ],
    [
      [1, 0],
      [100, 0],
    ],
    [
      [0, 0],
      [100, 0],
    ],
  ])('of weights %j are %j percent', (weights, shares) => {
    expect(sharesOf(route(weights))).toEqual(shares);
  });

  it('are all of the first when the order decides', () => {
    expect(sharesOf(route([1, 9], 'ordered'))).toEqual([100, 0]);
  });
});
