import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { ScopeType } from '../../../core/scope.js';
import { BigIntColumn } from '../../../infra/database/index.js';
import { BigIntScalar, Paginated } from '../../../infra/graphql/index.js';
import { LIMIT_SCOPE_TYPES } from '../../limits/index.js';
import type { RatePer, RateUnit } from '../rules/bound-rate.js';

export const RATE_UNITS = {
  REQUEST: 'request',
  TOKEN: 'token',
  CONCURRENT: 'concurrent',
} as const satisfies Record<string, RateUnit>;
registerEnumType(RATE_UNITS, {
  name: 'RateUnit',
  description: 'REQUEST and TOKEN are counted in a time, CONCURRENT are the calls that run at once.',
});

export const RATE_PERS = {
  SECOND: 'second',
  MINUTE: 'minute',
  HOUR: 'hour',
  DAY: 'day',
} as const satisfies Record<string, RatePer>;
registerEnumType(RATE_PERS, { name: 'RatePer', description: 'Any stretch of that length, not the one of the clock.' });

export const RATE_STATUSES = { ACTIVE: 'active', DELETED: 'deleted' } as const;
export type RateStatus = (typeof RATE_STATUSES)[keyof typeof RATE_STATUSES];
registerEnumType(RATE_STATUSES, { name: 'RateLimitStatus' });

/** How many requests or tokens a scope may ask for in a time, or how many of its calls may run at once. */
@ObjectType()
@Entity('rate_limits')
export class RateLimit {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => LIMIT_SCOPE_TYPES)
  @Column('text')
  scopeType: ScopeType;

  @Field(() => ID, { description: 'Of a pair the place: the project or the group.' })
  @Column('text')
  scopeId: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Of a pair the member; null when each member has a count of its own.',
  })
  @Column('text', { nullable: true })
  memberId: string | null;

  @Field(() => RATE_UNITS)
  @Column('text')
  unit: RateUnit;

  @Field(() => RATE_PERS, { nullable: true, description: 'Null for calls at once.' })
  @Column('text', { nullable: true })
  per: RatePer | null;

  @Field(() => BigIntScalar)
  @BigIntColumn()
  amount: bigint;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  note: string | null;

  @Field(() => RATE_STATUSES)
  @Column('text', { default: RATE_STATUSES.ACTIVE })
  status: RateStatus;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

@ObjectType()
export class RateLimitPage extends Paginated(RateLimit) {}
