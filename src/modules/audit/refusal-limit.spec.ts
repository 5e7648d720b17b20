import { beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../core/clock.js';
import { RefusalLimit } from './refusal-limit.js';

class SteppedClock extends Clock {
  ms = 1_000 * 60_000;

  now(): Date {
    return new Date(this.ms);
  }
}

let clock: SteppedClock;
let limit: RefusalLimit;
beforeEach(() => {
  clock = new SteppedClock();
  limit = new RefusalLimit(clock);
});

const allowed = (count: number, address: (index: number) => string | null): number =>
  Array.from({ length: count }, (_, index) => limit.allows(address(index))).filter(Boolean).length;

describe('RefusalLimit', () => {
  it('allows 30 a minute for an address, and as many for the next address', () => {
    expect(allowed(100, () => '10.0.0.1')).toBe(30);
    expect(allowed(100, () => '10.0.0.2')).toBe(30);
    expect(limit.takeLeftOut()).toBe(140);
  });

  it('allows 300 a minute in all, however many addresses there are', () => {
    expect(allowed(5_000, (index) => `10.0.${index}`)).toBe(300);
    expect(limit.takeLeftOut()).toBe(4_700);
  });

  it('treats those without an address as one', () => {
    expect(allowed(31, () => null)).toBe(30);
  });

  it('begins anew with each minute', () => {
    allowed(40, () => 'a');
    clock.ms += 59_999;
    expect(limit.allows('a')).toBe(false);
    clock.ms += 1;
    expect(limit.allows('a')).toBe(true);
  });

  it('tells once what it has left out, unless it is given back', () => {
    allowed(35, () => 'a');
    expect([limit.takeLeftOut(), limit.takeLeftOut()]).toEqual([5, 0]);
    limit.giveBack(5);
    limit.allows('a');
    expect(limit.takeLeftOut()).toBe(6);
  });
});
