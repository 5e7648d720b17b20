import { formatAmount, type Limit, type LimitAlert, type LimitGrant, type WindowFigures } from '../../limits/index.js';
import { Amount, Count, Instant, Many, PageAnswer, Text } from '../fields/answers.js';
import { ApiProperty } from '@nestjs/swagger';
import { unitName } from './limits.inputs.js';

/** What a window allows and what was used of it; amounts are decimal numbers in the unit of the limit, as text. */
export class WindowView {
  @Text({ nullable: true, about: 'Whose window it is, of a limit for each member.' })
  subject: string | null;

  @Text({ nullable: true })
  subject_name: string | null;

  @Instant()
  starts_at: Date;

  @Instant({ nullable: true, about: 'Null: it never ends.' })
  ends_at: Date | null;

  @Text()
  amount: string;

  @Text()
  posted: string;

  @Text()
  held: string;

  @Text()
  remaining: string;

  @Text()
  overrun: string;

  @Amount({ nullable: true })
  percent: number | null;
}

export class LimitView {
  @Text()
  limit_id: string;

  @Text()
  organization_id: string;

  @Text()
  scope_type: string;

  @Text()
  scope_id: string;

  @Text({ nullable: true })
  member_id: string | null;

  @Text({ nullable: true })
  scope_name: string | null;

  @Text()
  unit: string;

  @Text()
  period: string;

  @Text()
  zone: string;

  @Text()
  amount: string;

  @Text({ about: 'With the grants that run now.' })
  effective_amount: string;

  @Text()
  enforcement: string;

  @ApiProperty({ type: 'array', items: { type: 'integer' } })
  alerts: number[];

  @Text({ nullable: true })
  note: string | null;

  @Text()
  status: string;

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;

  @Many(() => WindowView, 'Those that run now, the fullest first; in lists that one alone.')
  current_windows: WindowView[];
}

export class LimitList extends PageAnswer {
  @Many(() => LimitView)
  limits: LimitView[];
}

export class GrantView {
  @Text()
  grant_id: string;

  @Text()
  limit_id: string;

  @Text()
  amount: string;

  @Instant()
  starts_at: Date;

  @Instant()
  ends_at: Date;

  @Text()
  reason: string;

  @Text()
  granted_by: string;

  @Instant({ nullable: true })
  revoked_at: Date | null;

  @Instant()
  created_at: Date;
}

export class LimitDetails extends LimitView {
  @Many(() => GrantView, 'The latest 25, ended and revoked ones too.')
  grants: GrantView[];
}

export class AlertView {
  @Text()
  alert_id: string;

  @Text()
  limit_id: string;

  @Text()
  organization_id: string;

  @Text({ nullable: true })
  scope_name: string | null;

  @Text({ nullable: true })
  subject: string | null;

  @Count()
  percent: number;

  @Text()
  unit: string;

  @Text()
  posted: string;

  @Text()
  amount: string;

  @Instant()
  created_at: Date;
}

export class AlertList extends PageAnswer {
  @Many(() => AlertView)
  alerts: AlertView[];
}

const windowView = (window: WindowFigures): WindowView => ({
  subject: window.subject,
  subject_name: window.subjectName,
  starts_at: window.startsAt,
  ends_at: window.endsAt,
  amount: window.amount,
  posted: window.posted,
  held: window.held,
  remaining: window.remaining,
  overrun: window.overrun,
  percent: window.percent,
});

/** What is known of a limit besides its own columns. */
export interface LimitFacts {
  readonly name: string | null;
  readonly effectiveAmount: bigint;
  readonly windows: readonly WindowFigures[];
}

export const limitView = (limit: Limit, { name, effectiveAmount, windows }: LimitFacts): LimitView => ({
  limit_id: limit.id,
  organization_id: limit.organizationId,
  scope_type: limit.scopeType,
  scope_id: limit.scopeId,
  member_id: limit.memberId,
  scope_name: name,
  unit: unitName(limit.unit),
  period: limit.period,
  zone: limit.zone,
  amount: formatAmount(limit.amount, limit.unit),
  effective_amount: formatAmount(effectiveAmount, limit.unit),
  enforcement: limit.enforcement,
  alerts: limit.alerts,
  note: limit.note,
  status: limit.status,
  created_at: limit.createdAt,
  updated_at: limit.updatedAt,
  current_windows: windows.map(windowView),
});

export const grantView = (grant: LimitGrant, { unit }: Limit): GrantView => ({
  grant_id: grant.id,
  limit_id: grant.limitId,
  amount: formatAmount(grant.amount, unit),
  starts_at: grant.startsAt,
  ends_at: grant.endsAt,
  reason: grant.reason,
  granted_by: grant.actorName,
  revoked_at: grant.revokedAt,
  created_at: grant.createdAt,
});

interface AlertFacts {
  readonly limit: Limit;
  readonly name: string | null;
  readonly subject: string | null;
}

export const alertView = (alert: LimitAlert, { limit, name, subject }: AlertFacts): AlertView => ({
  alert_id: alert.id,
  limit_id: alert.limitId,
  organization_id: alert.organizationId,
  scope_name: name,
  subject,
  percent: alert.percent,
  unit: unitName(limit.unit),
  posted: formatAmount(alert.posted, limit.unit),
  amount: formatAmount(alert.amount, limit.unit),
  created_at: alert.createdAt,
});
