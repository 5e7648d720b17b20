import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitraryHistory, checkHistory, type Subject } from '../../../../test/support/window-model.js';
import { SlidingWindow, SLOTS } from './sliding-window.js';

const WINDOW_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 21, 12);

const subject = (windowMs: number): Subject => {
  const window = new SlidingWindow(windowMs);
  return {
    ask: async (nowMs, cost, amount) => {
      const reading = window.read(nowMs, cost, amount);
      if (reading.waitMs !== 0) return { ...reading, slot: 0 };
      const slot = window.add(nowMs, cost);
      return { ...reading, resetMs: window.read(nowMs, 0, amount).resetMs, slot };
    },
    correct: async (nowMs, slot, difference) => window.correct(nowMs, slot, difference),
  };
};

describe('SlidingWindow', () => {
  it('does as the naive model, over histories of a turned clock', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), (history) => checkHistory(subject(history.windowMs), history)),
      { numRuns: 300 },
    );
  });

  it('lets exactly the amount through at once, and the next when the first leaves', () => {
    const window = new SlidingWindow(WINDOW_MS);
    for (let count = 0; count < 10; count++) {
      expect(window.read(START_MS, 1, 10).waitMs).toBe(0);
      window.add(START_MS, 1);
    }
    const leavesMs = WINDOW_MS + WINDOW_MS / SLOTS;
    expect(window.read(START_MS, 1, 10)).toEqual({ used: 10, waitMs: leavesMs, resetMs: leavesMs });
    expect(window.read(START_MS + leavesMs - 1, 1, 10)).toEqual({ used: 10, waitMs: 1, resetMs: 1 });
    expect(window.read(START_MS + leavesMs, 1, 10)).toEqual({ used: 0, waitMs: 0, resetMs: 0 });
  });

  it('says of a cost above the amount that it never fits', () => {
    expect(new SlidingWindow(WINDOW_MS).read(START_MS, 11, 10).waitMs).toBeNull();
  });

  it('takes back what was not used while its slot counts, and adds what was used beyond', () => {
    const window = new SlidingWindow(WINDOW_MS);
    const slot = window.add(START_MS, 100);
    window.correct(START_MS + 5_000, slot, -60);
    expect(window.read(START_MS + 5_000, 1, 1_000).used).toBe(40);
    window.correct(START_MS + 5_000, slot, 25);
    expect(window.read(START_MS + 5_000, 1, 1_000).used).toBe(65);
    const lateMs = START_MS + WINDOW_MS + 3_000;
    window.correct(lateMs, slot, -40);
    expect(window.read(lateMs, 1, 1_000).used).toBe(25);
    window.correct(lateMs, slot, -1_000_000);
    expect(window.read(lateMs, 1, 1_000).used).toBe(25);
  });

  it('stands still when the clock goes back a little, and begins anew when it was set back', () => {
    const window = new SlidingWindow(WINDOW_MS);
    window.add(START_MS, 7);
    expect(window.read(START_MS - 30_000, 1, 10).used).toBe(7);
    expect(window.read(START_MS - 3_600_000, 1, 10).used).toBe(0);
  });

  it('is empty when nothing counts', () => {
    const window = new SlidingWindow(WINDOW_MS);
    expect(window.isEmpty(START_MS)).toBe(true);
    window.add(START_MS, 1);
    expect(window.isEmpty(START_MS + WINDOW_MS)).toBe(false);
    expect(window.isEmpty(START_MS + 2 * WINDOW_MS)).toBe(true);
  });
});
