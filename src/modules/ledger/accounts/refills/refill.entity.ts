import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../../../infra/database/index.js';
import { CreditsScalar } from '../../../../infra/graphql/index.js';

export enum RefillMode {
  ADD = 'add',
  FILL_UP = 'fill_up',
}
registerEnumType(RefillMode, {
  name: 'RefillMode',
  description: 'ADD gives the credits each period; FILL_UP gives what lacks to that many.',
});

export enum RefillPeriod {
  DAY = 'day',
  WEEK = 'week',
  MONTH = 'month',
}
registerEnumType(RefillPeriod, { name: 'RefillPeriod', description: 'Days, ISO weeks and months of the zone.' });

export enum RefillStatus {
  ACTIVE = 'active',
  PAUSED = 'paused',
}
registerEnumType(RefillStatus, { name: 'RefillStatus' });

/** Credits that a team gets by itself at the start of each period. */
@ObjectType()
@Entity('refills')
export class Refill {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text', { unique: true })
  teamId: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => RefillMode)
  @Column('text')
  mode: RefillMode;

  @Field(() => CreditsScalar)
  @BigIntColumn()
  credits: bigint;

  @Field(() => RefillPeriod)
  @Column('text')
  period: RefillPeriod;

  @Field({ description: 'IANA time zone of the periods.' })
  @Column('text', { default: 'UTC' })
  zone: string;

  @Field(() => RefillStatus)
  @Column('text', { default: RefillStatus.ACTIVE })
  status: RefillStatus;

  @Field({ description: 'The start of the period that comes next.' })
  @InstantColumn()
  nextAt: Date;

  @Field(() => Date, { nullable: true, description: 'The start of the last period that it was done for.' })
  @InstantColumn({ nullable: true })
  lastAt: Date | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}
