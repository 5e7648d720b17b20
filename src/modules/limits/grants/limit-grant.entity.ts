import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';

/** More of a limit for some time. */
@ObjectType()
@Entity('limit_grants')
export class LimitGrant {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  limitId: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @BigIntColumn()
  amount: bigint;

  @Field()
  @InstantColumn()
  startsAt: Date;

  @Field()
  @InstantColumn()
  endsAt: Date;

  @Field()
  @Column('text')
  reason: string;

  @Column('text')
  actorKind: string;

  @Column('text', { nullable: true })
  actorId: string | null;

  @Field({ description: 'Who gave it.' })
  @Column('text')
  actorName: string;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  revokedAt: Date | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

@ObjectType()
export class LimitGrantPage extends Paginated(LimitGrant) {}
