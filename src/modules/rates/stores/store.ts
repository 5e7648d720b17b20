/** What one rate limit is asked for one call. */
export interface Demand {
  /** Names the count that is kept. */
  readonly bucket: string;
  readonly amount: number;
  /** Length of the window; null where running calls are counted. */
  readonly windowMs: number | null;
  readonly cost: number;
}

/** What a store says to a demand. */
export interface Reading {
  /** Of the demand, or this process's share of it. */
  readonly amount: number;
  /** What counts without the call. */
  readonly used: number;
  /** What the call counts for once it is let through. */
  readonly cost: number;
  /** Until the demand would be met if nothing else is asked for; 0 when it is met, null when it never will be. */
  readonly waitMs: number | null;
  /** Until nothing counts any more if nothing else is asked for, the call included once it is let through. */
  readonly resetMs: number;
  /** Where the window counts the call; for its correction. */
  readonly slot: number;
}

export interface Taken {
  /** All demands are met and counted, or none is counted. */
  readonly isLetThrough: boolean;
  /** One for each demand, in their order. */
  readonly readings: readonly Reading[];
}

/** A window in which a call turned out to use another amount than it was counted for. */
export interface Correction {
  readonly bucket: string;
  readonly windowMs: number;
  readonly slot: number;
  readonly difference: number;
}

/** Keeps counts. `correct` and `release` neither fail nor wait. */
export interface RateStore {
  take(callId: string, demands: readonly Demand[], at: Date): Promise<Taken>;
  correct(corrections: readonly Correction[]): void;
  /** Ends a call in the counts of running calls. */
  release(callId: string, buckets: readonly string[]): void;
}

/** When to try again where it depends on when others end. */
export const RETRY_RUNNING_MS = 1_000;
