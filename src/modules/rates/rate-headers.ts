import type { BoundRate } from './rules/bound-rate.js';
import type { Reading, Taken } from './stores/store.js';

const HEADER_OF = { request: 'requests', token: 'tokens' } as const;
const MS_OF_A_SECOND = 1_000;

/** Seconds as OpenAI's clients read them: `59.904s`. */
const seconds = (ms: number): string => `${ms / MS_OF_A_SECOND}s`;

const remaining = ({ amount, used, cost }: Reading, isLetThrough: boolean): number =>
  Math.max(0, amount - used - (isLetThrough ? cost : 0));

/**
 * `x-ratelimit-limit|remaining|reset-requests|tokens` of the limit of that unit that leaves the least; of several, the
 * one that takes longest to be whole again. Without Redis `remaining` is what this process still lets through.
 */
export function rateHeaders(rates: readonly BoundRate[], { isLetThrough, readings }: Taken): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const unit of ['request', 'token'] as const) {
    const [tightest] = rates
      .map((rate, index) => ({ rate, left: remaining(readings[index]!, isLetThrough), reading: readings[index]! }))
      .filter(({ rate }) => rate.unit === unit)
      .sort((one, other) => one.left - other.left || other.reading.resetMs - one.reading.resetMs);
    if (!tightest) continue;
    headers[`x-ratelimit-limit-${HEADER_OF[unit]}`] = String(tightest.rate.amount);
    headers[`x-ratelimit-remaining-${HEADER_OF[unit]}`] = String(tightest.left);
    headers[`x-ratelimit-reset-${HEADER_OF[unit]}`] = seconds(tightest.reading.resetMs);
  }
  return headers;
}
