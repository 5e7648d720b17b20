import { DomainError } from '../../../../core/errors.js';
import { scopeWords } from '../../../../core/scope.js';
import type { Exhausted } from '../../../ledger/index.js';
import { formatAmount, type LimitSlot } from '../../../limits/index.js';

const UNIT_WORDS = { nano_usd: 'USD', micro_credit: 'credits', token: 'tokens', request: 'requests' } as const;
const PERIOD_WORDS = { day: 'daily', week: 'weekly', month: 'monthly', total: 'total' } as const;

/**
 * What a caller is told when a spend limit leaves too little: which limit of its own key it is, how much of it is used
 * and held, and when it begins anew.
 * @param slot undefined when the window is no longer known here; the amounts are told all the same
 */
export function exhaustedLimit(slot: LimitSlot | undefined, refused: Exhausted): DomainError {
  const [limit, used, held, required] = [refused.amount, refused.posted, refused.held, refused.required].map((amount) =>
    formatAmount(BigInt(amount), refused.unit),
  );
  const unit = UNIT_WORDS[refused.unit];
  // A limit on every member of a scope counts each by itself: the subject of its window is the member.
  const scope = slot && { ...slot.scope, memberId: slot.scope.memberId ?? (slot.subject || null) };
  const which = slot
    ? `The ${PERIOD_WORDS[slot.period]} limit of ${limit} ${unit} on ${scopeWords(scope!)}`
    : `A limit of ${limit} ${unit}`;
  const message = `${which} leaves too little: ${used} ${unit} are used and ${held} held, the call may need ${required}`;
  const resetsAt = slot?.endsAt ?? null;
  const place = slot &&
    scope && {
      ...{ limit_id: slot.limitId, scope: { type: scope.type, id: scope.id, member_id: scope.memberId } },
      ...{ period: slot.period, resets_at: resetsAt },
    };
  return new DomainError('spend_limit_exceeded', message, {
    ...place,
    unit: unit.toLowerCase(),
    limit,
    used,
    held,
    required,
  });
}
