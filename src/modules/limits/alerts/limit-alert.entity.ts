import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';

/** Use of a window has reached a percent that its limit names. Added by the ledger, once a window and percent. */
@ObjectType()
@Entity('limit_alerts')
export class LimitAlert {
  @Field(() => ID)
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @PrimaryColumn('bigint')
  windowId: string;

  @Field(() => Int)
  @PrimaryColumn('smallint')
  percent: number;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => ID)
  @Column('text')
  limitId: string;

  @BigIntColumn()
  posted: bigint;

  @BigIntColumn()
  amount: bigint;

  @Field()
  @InstantColumn()
  createdAt: Date;

  @InstantColumn({ nullable: true })
  announcedAt: Date | null;
}

@ObjectType()
export class LimitAlertPage extends Paginated(LimitAlert) {}
