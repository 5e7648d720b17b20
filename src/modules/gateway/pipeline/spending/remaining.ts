import { type BoundLimit, formatAmount } from '../../../limits/index.js';

/** What calls hold or have come to, in nano-USD, tokens and requests. */
export interface Drawn {
  readonly usd: bigint;
  readonly tokens: bigint;
  readonly requests: bigint;
}

export const NOTHING: Drawn = Object.freeze({ usd: 0n, tokens: 0n, requests: 0n });

export const plus = (one: Drawn, other: Drawn): Drawn => ({
  usd: one.usd + other.usd,
  tokens: one.tokens + other.tokens,
  requests: one.requests + other.requests,
});
export const minus = (one: Drawn, other: Drawn): Drawn => ({
  usd: one.usd - other.usd,
  tokens: one.tokens - other.tokens,
  requests: one.requests - other.requests,
});

/** A limit with what it has left, in its stored unit. */
export interface Left extends Pick<BoundLimit, 'scope' | 'period' | 'unit'> {
  readonly left: bigint;
}

const UNIT_OF = { nano_usd: 'usd', token: 'tokens', request: 'requests', micro_credit: null } as const;
const SUFFIXES = { nano_usd: '', token: ';tokens', request: ';requests', micro_credit: ';credits' } as const;
/** Enough for any sane set of limits, and below what proxies allow a header. */
const MAX_LIMITS = 50;

/** What a limit has left after what was drawn since it was read, below zero when it was overdrawn. */
export function less({ scope, period, unit, amount, posted, held }: BoundLimit, since: Drawn): Left {
  const name = UNIT_OF[unit];
  return { scope, period, unit, left: amount - posted - held - (name === null ? 0n : since[name]) };
}

/**
 * `scope;window;amount` of each limit, in decimal US dollars, never below 0. Amounts of another unit name it behind
 * them: `team;month;12.5;credits`.
 */
export const remainingHeader = (limits: readonly Left[]): string =>
  limits
    .slice(0, MAX_LIMITS)
    .map(({ scope, period, unit, left }) => {
      const amount = formatAmount(left > 0n ? left : 0n, unit);
      return `${scope.type};${period};${amount}${SUFFIXES[unit]}`;
    })
    .join(', ');
