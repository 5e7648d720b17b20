import type { BoundRate } from './rules/bound-rate.js';
import type { Correction, Demand, RateStore, Reading } from './stores/store.js';

/** What a call that was let through still owes. Its methods neither fail nor wait; each has its effect once. */
export interface RatePermit {
  /** For the answer to the call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Corrects the tokens that were reserved to those that were used; 0 for a call that was never sent. */
  settle(actualTokens: number): void;
  /** The call runs no longer. */
  release(): void;
}

/** Of a call that no rate limit binds. */
export const FREE_PERMIT: RatePermit = Object.freeze({
  headers: Object.freeze({}),
  settle: () => undefined,
  release: () => undefined,
});

interface Counted {
  readonly rate: BoundRate;
  readonly demand: Demand;
  readonly reading: Reading;
}

/** The permit of a call that a store has counted; the same store hears of its end. */
export class CountedPermit implements RatePermit {
  private isSettled = false;
  private isReleased = false;

  constructor(
    private readonly store: RateStore,
    private readonly callId: string,
    private readonly counted: readonly Counted[],
    readonly headers: Readonly<Record<string, string>>,
  ) {}

  settle(actualTokens: number): void {
    if (this.isSettled) return;
    this.isSettled = true;
    const corrections = this.counted.flatMap(({ rate, demand, reading }): Correction[] => {
      const difference = actualTokens - reading.cost;
      if (rate.unit !== 'token' || demand.windowMs === null || difference === 0) return [];
      return [{ bucket: demand.bucket, windowMs: demand.windowMs, slot: reading.slot, difference }];
    });
    if (corrections.length > 0) this.store.correct(corrections);
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    const buckets = this.counted.filter(({ demand }) => demand.windowMs === null).map(({ demand }) => demand.bucket);
    if (buckets.length > 0) this.store.release(this.callId, buckets);
  }
}
