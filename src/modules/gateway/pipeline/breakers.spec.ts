import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RouteTarget } from '../../catalog/index.js';
import { Breakers } from './breakers.js';

const target = (modelId: string): RouteTarget => ({ modelId, provider: { id: 'prv_1' } }) as RouteTarget;
const [A, B, C] = ['a', 'b', 'c'].map(target) as [RouteTarget, RouteTarget, RouteTarget];

let nowMs: number;
let breakers: Breakers;
beforeEach(() => {
  nowMs = 1_000_000;
  breakers = new Breakers(() => nowMs);
});

const order = (): string =>
  breakers
    .order([A, B, C])
    .map(({ modelId }) => modelId)
    .join('');
function fail(each: RouteTarget, times: number): void {
  for (let count = 0; count < times; count++) {
    breakers.begin(each);
    breakers.end(each, 'failure');
  }
}

describe('Breakers', () => {
  it('puts a target last after five failures in a row, and not before', () => {
    fail(A, 4);
    expect(order()).toBe('abc');
    fail(A, 1);
    expect(order()).toBe('bca');
  });

  it('begins anew with a success', () => {
    fail(A, 4);
    breakers.end(A, 'success');
    fail(A, 4);
    expect(order()).toBe('abc');
  });

  it('opens when half of twenty calls in ten seconds fail', () => {
    for (let count = 0; count < 10; count++) {
      breakers.end(A, 'failure');
      if (count < 9) breakers.end(A, 'success');
    }
    expect(order()).toBe('abc');
    breakers.end(A, 'success');
    breakers.end(A, 'failure');
    expect(order()).toBe('bca');
  });

  it('does not add up what lies more than ten seconds apart', () => {
    for (let count = 0; count < 40; count++) {
      breakers.end(A, count % 2 === 0 ? 'failure' : 'success');
      nowMs += 600;
    }
    expect(order()).toBe('abc');
  });

  it('lets one probe through when its time is over, and closes when that succeeds', () => {
    fail(A, 5);
    nowMs += 29_999;
    expect(order()).toBe('bca');
    nowMs += 1;
    expect(order()).toBe('abc');
    breakers.begin(A);
    expect(order()).toBe('bca');
    breakers.end(A, 'success');
    expect(order()).toBe('abc');
  });

  it('stays open longer each time a probe fails, up to 300 s', () => {
    fail(A, 5);
    for (const seconds of [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300]) {
      nowMs += seconds * 1_000 - 1;
      expect(order()).toBe('bca');
      nowMs += 1;
      expect(order()).toBe('abc');
      fail(A, 1);
    }
    breakers.begin(A);
    breakers.end(A, 'success');
    fail(A, 5);
    nowMs += 30_000;
    expect(order()).toBe('abc');
  });

  it('is not opened further by calls that were on their way', () => {
    fail(A, 20);
    nowMs += 30_000;
    expect(order()).toBe('abc');
  });

  it('gives the probe back when nothing came of it', () => {
    fail(A, 5);
    nowMs += 30_000;
    breakers.begin(A);
    breakers.end(A, null);
    expect(order()).toBe('abc');
  });

  it('keeps every target, also when all are open, in their order', () => {
    for (const each of [A, B, C]) fail(each, 5);
    expect(order()).toBe('abc');
  });

  it('lets retries be a fifth of the traffic', () => {
    let taken = 0;
    while (breakers.takeRetry()) taken += 1;
    expect(taken).toBe(20);
    for (let calls = 0; calls < 100; calls++) {
      breakers.order([A]);
      if (breakers.takeRetry()) taken += 1;
    }
    expect(taken).toBe(40);
  });
});
