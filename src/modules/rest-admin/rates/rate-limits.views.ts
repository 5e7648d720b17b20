import type { RateLimit } from '../../rates/index.js';
import { Count, Instant, Many, PageAnswer, Text } from '../fields/answers.js';

export class RateLimitView {
  @Text()
  id: string;

  @Text()
  organization_id: string;

  @Text()
  scope_type: string;

  @Text()
  scope_id: string;

  @Text({ nullable: true })
  member_id: string | null;

  @Text()
  unit: string;

  @Text({ nullable: true, about: 'Null for calls at once.' })
  per: string | null;

  @Count()
  amount: number;

  @Text({ nullable: true })
  note: string | null;

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;
}

export class RateLimitList extends PageAnswer {
  @Many(() => RateLimitView)
  rate_limits: RateLimitView[];
}

export class RateLimitDone {
  @Text()
  id: string;

  @Text()
  message: string;
}

export const rateLimitView = (rate: RateLimit): RateLimitView => ({
  id: rate.id,
  organization_id: rate.organizationId,
  scope_type: rate.scopeType,
  scope_id: rate.scopeId,
  member_id: rate.memberId,
  unit: rate.unit,
  per: rate.per,
  amount: Number(rate.amount),
  note: rate.note,
  created_at: rate.createdAt,
  updated_at: rate.updatedAt,
});
