import { DomainError } from '../../../core/errors.js';
import { scopeWords } from '../../../core/scope.js';
import type { Exhausted } from '../../ledger/index.js';
import { formatAmount, type LimitSlot } from '../../limits/index.js';

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
  const which = slot
    ? `The ${PERIOD_WORDS[slot.period]} limit of ${limit} ${unit} on ${scopeWords(slot.scope, slot.subject)}`
    : `A limit of ${limit} ${unit}`;
  const message = `${which} leaves too little: ${used} ${unit} are used and ${held} held, the call may need ${required}`;
  const resetsAt = slot?.endsAt ?? null;
  const scope = slot && {
    type: slot.scope.type,
    id: slot.scope.id,
    member_id: slot.scope.memberId ?? (slot.subject || null),
  };
  const place = slot && { limit_id: slot.limitId, scope, period: slot.period, resets_at: resetsAt };
  return new DomainError('spend_limit_exceeded', message, {
    ...place,
    unit: unit.toLowerCase(),
    limit,
    used,
    held,
    required,
  });
}
