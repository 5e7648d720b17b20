import type { ScopeType } from '../../../core/scope.js';
import type { Period } from '../../../core/window.js';
import {
  type CreateLimitInput,
  type GrantLimitInput,
  LIMIT_ENFORCEMENTS,
  LIMIT_PERIODS,
  LIMIT_SCOPE_TYPES,
  LIMIT_STATUSES,
  LIMIT_UNITS,
  type LimitAlertFilter,
  type LimitEnforcement,
  type LimitFilter,
  type LimitStatus,
  type LimitUnit,
  MAX_ALERTS,
  type UpdateLimitInput,
} from '../../limits/index.js';
import { EnumField, InstantField, NumbersField, TextField } from '../fields/fields.js';
import { PageQuery, SearchQuery } from '../fields/paging.js';

/** Units by the words that people have for the amounts: dollars, and not their billionths. */
const UNITS = new Map(Object.entries(LIMIT_UNITS).map(([name, unit]) => [name.toLowerCase(), unit]));
export const unitName = (unit: LimitUnit): string => [...UNITS].find(([, each]) => each === unit)![0];

const UnitField = (optional = false): PropertyDecorator => EnumField([...UNITS.keys()], { optional });
const ScopeTypeField = (optional = false): PropertyDecorator =>
  EnumField(Object.values(LIMIT_SCOPE_TYPES), { optional });
const PeriodField = (optional = false): PropertyDecorator => EnumField(Object.values(LIMIT_PERIODS), { optional });
const EnforcementField = (about?: string): PropertyDecorator =>
  EnumField(Object.values(LIMIT_ENFORCEMENTS), { optional: true, ...(about && { about }) });
const AlertsField = (): PropertyDecorator =>
  NumbersField(1, 100, {
    optional: true,
    most: MAX_ALERTS,
    about: 'Percents of use, ascending; 50, 80 and 100 at first.',
  });
const AMOUNT = 'Decimal number in the unit, as text: dollars, credits, whole tokens or requests; 0 or more.';
const ZONE = 'IANA time zone; UTC at first.';

export class CreateLimitBody {
  @TextField()
  organization_id: string;

  @ScopeTypeField()
  scope_type: ScopeType;

  @TextField({ about: 'Something of the organization; of a pair the place: the project or the group.' })
  scope_id: string;

  @TextField({ optional: true, about: 'Of a pair the member; left out for each member by itself.' })
  member_id?: string | null;

  @UnitField()
  unit: string;

  @PeriodField()
  period: Period;

  @TextField({ max: 64, about: AMOUNT, example: '250.00' })
  amount: string;

  @EnforcementField('hard when left out.')
  enforcement?: LimitEnforcement | null;

  @AlertsField()
  alerts?: number[] | null;

  @TextField({ optional: true, max: 64, about: ZONE })
  zone?: string | null;

  @TextField({ optional: true, max: 500 })
  note?: string | null;

  input(): CreateLimitInput {
    const { organization_id: organizationId, scope_type: scopeType, scope_id: scopeId, member_id: memberId } = this;
    const { period, amount, enforcement, alerts, zone, note } = this;
    const unit = UNITS.get(this.unit)!;
    return { organizationId, scopeType, scopeId, memberId, unit, period, amount, enforcement, alerts, zone, note };
  }
}

export class UpdateLimitBody {
  @TextField({ optional: true, max: 64, about: AMOUNT })
  amount?: string | null;

  @PeriodField(true)
  period?: Period | null;

  @EnforcementField()
  enforcement?: LimitEnforcement | null;

  @AlertsField()
  alerts?: number[] | null;

  @TextField({ optional: true, max: 64, about: ZONE })
  zone?: string | null;

  @TextField({ optional: true, max: 500, about: 'Null removes it.' })
  note?: string | null;

  input(): UpdateLimitInput {
    const { amount, period, enforcement, alerts, zone, note } = this;
    return { amount, period, enforcement, alerts, zone, note };
  }
}

export class GrantBody {
  @TextField({ max: 64, about: 'Decimal number in the unit of the limit, as text; above zero.' })
  amount: string;

  @InstantField({ optional: true, about: 'Now when left out.' })
  starts_at?: Date | null;

  @InstantField()
  ends_at: Date;

  @TextField({ max: 500 })
  reason: string;

  input(limitId: string): GrantLimitInput {
    const { amount, starts_at: startsAt, ends_at: endsAt, reason } = this;
    return { limitId, amount, startsAt, endsAt, reason };
  }
}

export class LimitsQuery extends SearchQuery {
  @TextField({ optional: true })
  organization_id?: string | null;

  @ScopeTypeField(true)
  scope_type?: ScopeType | null;

  @TextField({ optional: true, about: 'Of a pair the place or the member.' })
  scope_id?: string | null;

  @UnitField(true)
  unit?: string | null;

  @PeriodField(true)
  period?: Period | null;

  @EnforcementField()
  enforcement?: LimitEnforcement | null;

  @EnumField(Object.values(LIMIT_STATUSES), { optional: true, about: 'active when left out.' })
  status?: LimitStatus | null;

  filter(): LimitFilter {
    const { organization_id: organizationId, scope_type: scopeType, scope_id: scopeId } = this;
    const { period, enforcement, status } = this;
    return { organizationId, scopeType, scopeId, unit: UNITS.get(this.unit ?? ''), period, enforcement, status };
  }
}

export class AlertsQuery extends PageQuery {
  @TextField({ optional: true })
  organization_id?: string | null;

  @TextField({ optional: true })
  limit_id?: string | null;

  filter(): LimitAlertFilter {
    return { organizationId: this.organization_id, limitId: this.limit_id };
  }
}
