import { SCOPE_TYPES, type ScopeType } from '../../../core/scope.js';
import {
  type CreateRateLimitInput,
  MAX_RATE,
  RATE_PERS,
  RATE_UNITS,
  type RateLimit,
  type RateLimitFilter,
  type UpdateRateLimitInput,
} from '../../rates/index.js';
import { EnumField, NumberField, TextField } from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

const UNITS = Object.values(RATE_UNITS);
const PERS = Object.values(RATE_PERS);
const AMOUNT = { about: 'Requests or tokens in the time, or calls at once.' };

export class CreateRateLimitBody {
  @TextField({ max: 100 })
  organization_id: string;

  @EnumField(SCOPE_TYPES, { example: 'team' })
  scope_type: ScopeType;

  @TextField({ max: 100, about: 'Of a pair the place: the project or the group.' })
  scope_id: string;

  @TextField({ optional: true, max: 100, about: 'Of a pair the member; each member by itself when left out.' })
  member_id?: string | null;

  @EnumField(UNITS)
  unit: RateLimit['unit'];

  @EnumField(PERS, { optional: true, about: 'Required, but for calls at once (concurrent), which have none.' })
  per?: RateLimit['per'];

  @NumberField(1, Number(MAX_RATE), AMOUNT)
  amount: number;

  @TextField({ optional: true, max: 500 })
  note?: string | null;

  input(): CreateRateLimitInput {
    return {
      organizationId: this.organization_id,
      scopeType: this.scope_type,
      scopeId: this.scope_id,
      memberId: this.member_id,
      unit: this.unit,
      per: this.per,
      amount: BigInt(this.amount),
      note: this.note,
    };
  }
}

export class UpdateRateLimitBody {
  @NumberField(1, Number(MAX_RATE), { ...AMOUNT, optional: true })
  amount?: number | null;

  @EnumField(PERS, { optional: true, about: 'Another one begins a count of its own.' })
  per?: RateLimit['per'];

  @TextField({ optional: true, max: 500, about: 'Null removes it.' })
  note?: string | null;

  input(): UpdateRateLimitInput {
    const amount = typeof this.amount === 'number' ? BigInt(this.amount) : null;
    return { amount, per: this.per, note: this.note };
  }
}

export class RateLimitsQuery extends SearchQuery {
  @TextField({ optional: true, max: 100 })
  organization_id?: string | null;

  @EnumField(SCOPE_TYPES, { optional: true })
  scope_type?: ScopeType | null;

  @TextField({ optional: true, max: 100 })
  scope_id?: string | null;

  @EnumField(UNITS, { optional: true })
  unit?: RateLimit['unit'] | null;

  filter(): RateLimitFilter {
    return {
      organizationId: this.organization_id,
      scopeType: this.scope_type,
      scopeId: this.scope_id,
      unit: this.unit,
    };
  }
}
