import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { ScopeType } from '../../core/scope.js';
import { BigIntColumn, InstantColumn } from '../../infra/database/index.js';
import { Paginated } from '../../infra/graphql/index.js';
import type { Period } from '../../core/window.js';
import {
  LIMIT_ENFORCEMENTS,
  LIMIT_PERIODS,
  LIMIT_SCOPE_TYPES,
  LIMIT_STATUSES,
  LIMIT_UNITS,
  type LimitEnforcement,
  type LimitStatus,
  type LimitUnit,
} from './limit-words.js';

/** How much may be spent on a scope in each window of a period. What was spent is in its windows. */
@ObjectType()
@Entity('limits')
export class Limit {
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
    description: 'Of a pair the member; null for each member by itself, and for what is no pair.',
  })
  @Column('text', { nullable: true })
  memberId: string | null;

  @Field(() => LIMIT_UNITS)
  @Column('text')
  unit: LimitUnit;

  @Field(() => LIMIT_PERIODS)
  @Column('text')
  period: Period;

  @Field(() => String, { description: 'IANA; days, weeks and months begin at its midnight.' })
  @Column('text', { default: 'UTC' })
  zone: string;

  @BigIntColumn()
  amount: bigint;

  @Field(() => LIMIT_ENFORCEMENTS)
  @Column('text', { default: 'hard' })
  enforcement: LimitEnforcement;

  @Field(() => [Int], { description: 'Percents of use at which it alerts, ascending.' })
  @Column('smallint', { array: true, default: [50, 80, 100] })
  alerts: number[];

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  note: string | null;

  @Field(() => LIMIT_STATUSES)
  @Column('text', { default: 'active' })
  status: LimitStatus;

  @Field(() => Date, { nullable: true, description: 'Since when its period and zone are these, if they were changed.' })
  @InstantColumn({ nullable: true })
  anchoredAt: Date | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

@ObjectType()
export class LimitPage extends Paginated(Limit) {}
