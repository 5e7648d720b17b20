import type { Scope } from '../../../core/scope.js';
import type { Demand } from '../stores/store.js';

export type RateUnit = 'request' | 'token' | 'concurrent';
export type RatePer = 'second' | 'minute' | 'hour' | 'day';

const WINDOW_MS: Readonly<Record<RatePer, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 60 * 60_000,
  day: 24 * 60 * 60_000,
};

/** A rate limit that binds the calls of a key. */
export interface BoundRate {
  readonly id: string;
  readonly scope: Scope;
  /** Whose count it is where each member has one of their own, else ''. */
  readonly subject: string;
  readonly unit: RateUnit;
  /** null where running calls are counted. */
  readonly per: RatePer | null;
  readonly amount: number;
}

/** What a rate limit is asked for a call that may use so many tokens. */
export function demandOf({ id, subject, unit, per, amount }: BoundRate, tokens: number): Demand {
  const bucket = [id, per ?? unit, subject].filter((part) => part !== '').join(':');
  return { bucket, amount, windowMs: per === null ? null : WINDOW_MS[per], cost: unit === 'token' ? tokens : 1 };
}
