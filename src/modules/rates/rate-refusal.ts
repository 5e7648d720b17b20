import { DomainError } from '../../core/errors.js';
import { scopeWords } from '../../core/scope.js';
import { rateHeaders } from './rate-headers.js';
import type { BoundRate } from './rules/bound-rate.js';
import type { Reading, Taken } from './stores/store.js';

/** A refusal by a rate limit, with the headers that belong to its answer. */
export class RateLimitExceeded extends DomainError {
  constructor(
    message: string,
    details: DomainError['details'],
    readonly headers: Readonly<Record<string, string>>,
  ) {
    super('rate_limit_exceeded', message, details);
  }
}

const NOUNS = { request: 'requests', token: 'tokens', concurrent: 'calls at once' } as const;
const ARTICLES = { second: 'a second', minute: 'a minute', hour: 'an hour', day: 'a day' } as const;

const limitText = ({ amount, unit, per }: BoundRate): string =>
  per === null ? `${amount} ${NOUNS[unit]}` : `${amount} ${NOUNS[unit]} ${ARTICLES[per]}`;

/** What to tell of a call that was not let through: of the limits that refuse it, the one that does so longest. */
export function refusalOf(rates: readonly BoundRate[], taken: Taken): RateLimitExceeded {
  const waitOf = ({ waitMs }: Reading): number => waitMs ?? Infinity;
  const refusing = rates.map((rate, index) => ({ rate, reading: taken.readings[index]! }));
  const { rate, reading } = refusing.reduce((one, other) =>
    waitOf(other.reading) > waitOf(one.reading) ? other : one,
  );
  const { scope, unit, per, amount } = rate;
  const facts = { scope: { type: scope.type, id: scope.id, member_id: scope.memberId }, unit, per, limit: amount };
  const headers = rateHeaders(rates, taken);
  const limit = `The rate limit of ${scopeWords(scope)}, ${limitText(rate)},`;
  if (reading.waitMs === null) {
    const message = `${limit} is less than the ${reading.cost} tokens that this call may use; ask for fewer output tokens`;
    return new RateLimitExceeded(message, facts, headers);
  }
  const retryAfterSeconds = Math.max(1, Math.ceil(reading.waitMs / 1_000));
  const message = `${limit} is reached; retry in ${retryAfterSeconds} s`;
  return new RateLimitExceeded(message, { ...facts, retryAfterSeconds }, headers);
}
