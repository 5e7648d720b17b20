import { expect } from '@jest/globals';
import fc from 'fast-check';
import { SLOTS, type WindowReading } from '../../src/modules/rates/windows/sliding-window.js';

/** Something that keeps one window: in process, or as a script in Redis. */
export interface Subject {
  /** Adds the cost when it fits, as `waitMs` 0 tells; `used` does not include it, `resetMs` does. */
  ask(nowMs: number, cost: number, amount: number): Promise<WindowReading & { readonly slot: number }>;
  correct(nowMs: number, slot: number, difference: number): Promise<void>;
}

interface Step {
  readonly gapMs: number;
  readonly cost: number;
  /** Before the step, the latest call is found to have used this much of what was reserved for it. */
  readonly actual: number | null;
}

export interface History {
  readonly windowMs: number;
  readonly amount: number;
  readonly startMs: number;
  readonly steps: readonly Step[];
}

export function arbitraryHistory(): fc.Arbitrary<History> {
  return fc.constantFrom(1_000, 60_000, 86_400_000).chain((windowMs) => {
    const slotMs = windowMs / SLOTS;
    const gapMs = fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 * slotMs }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: windowMs / 4 }) },
      { weight: 1, arbitrary: fc.integer({ min: windowMs - slotMs, max: windowMs + 2 * slotMs }) },
    );
    const actual = fc.option(fc.integer({ min: 0, max: 12 }), { freq: 4 });
    return fc.record({
      windowMs: fc.constant(windowMs),
      amount: fc.integer({ min: 1, max: 25 }),
      startMs: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
      steps: fc.array(fc.record({ gapMs, cost: fc.integer({ min: 0, max: 8 }), actual }), { maxLength: 60 }),
    });
  });
}

interface Use {
  readonly atMs: number;
  use: number;
}

/** The window told naively: a list of all that was used, summed anew each time. */
class Model {
  private readonly uses: Use[] = [];
  private readonly slotMs: number;

  constructor(private readonly windowMs: number) {
    this.slotMs = windowMs / SLOTS;
  }

  since(ms: number): number {
    return this.uses.filter(({ atMs }) => atMs > ms).reduce((sum, { use }) => sum + use, 0);
  }

  used(nowMs: number): number {
    return this.uses.filter(({ atMs }) => this.leavesMs(atMs) > nowMs).reduce((sum, { use }) => sum + use, 0);
  }

  leavesMs(atMs: number): number {
    return (Math.floor(atMs / this.slotMs) + SLOTS + 1) * this.slotMs;
  }

  /** The first instant at which something leaves and the cost fits. */
  waitMs(nowMs: number, cost: number, amount: number): number | null {
    if (cost > amount) return null;
    const instants = [nowMs, ...this.uses.map(({ atMs }) => this.leavesMs(atMs)).filter((ms) => ms > nowMs)];
    return Math.min(...instants.filter((ms) => this.used(ms) + cost <= amount)) - nowMs;
  }

  resetMs(nowMs: number): number {
    const instants = this.uses.filter(({ use }) => use > 0).map(({ atMs }) => this.leavesMs(atMs));
    return Math.max(0, ...instants.map((ms) => ms - nowMs));
  }

  add(atMs: number, use: number): Use {
    const added = { atMs, use };
    this.uses.push(added);
    return added;
  }

  correct(nowMs: number, first: Use, actual: number): number {
    const difference = actual - first.use;
    if (difference > 0) this.add(nowMs, difference);
    else if (this.leavesMs(first.atMs) > nowMs) first.use = actual;
    return difference;
  }
}

/** Plays a history on the subject and on the model, and compares every answer; the promises are checked by themselves. */
export async function checkHistory(subject: Subject, { windowMs, amount, startMs, steps }: History): Promise<void> {
  const model = new Model(windowMs);
  let nowMs = startMs;
  let latest: { use: Use; slot: number } | null = null;
  for (const { gapMs, cost, actual } of steps) {
    nowMs += gapMs;
    if (latest && actual !== null) {
      const { use, slot } = latest;
      latest = null;
      await subject.correct(nowMs, slot, model.correct(nowMs, use, actual));
    }
    const before = { used: model.used(nowMs), waitMs: model.waitMs(nowMs, cost, amount) };
    const { used, waitMs, resetMs, slot } = await subject.ask(nowMs, cost, amount);
    expect({ used, waitMs }).toEqual(before);
    if (waitMs === 0) {
      expect(model.since(nowMs - windowMs) + cost).toBeLessThanOrEqual(amount);
      latest = { use: model.add(nowMs, cost), slot };
    } else {
      expect(model.since(nowMs - windowMs - windowMs / SLOTS) + cost).toBeGreaterThan(amount);
    }
    expect(resetMs).toBe(model.resetMs(nowMs));
  }
}
