import { Field, ID, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn, VisibleWhere } from '../../../../infra/database/index.js';
import { MoneyScalar, Paginated } from '../../../../infra/graphql/index.js';

/** A vendor's bill for a range of time, held against what the calls of that range are recorded with. */
@ObjectType()
@VisibleWhere(() => 'false')
@Entity('provider_reconciliations')
export class ProviderReconciliation {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  providerId: string;

  @Field({ name: 'from' })
  @InstantColumn()
  startsAt: Date;

  @Field({ name: 'to' })
  @InstantColumn()
  endsAt: Date;

  @Field(() => MoneyScalar, { description: 'What the vendor billed.' })
  @BigIntColumn()
  reportedCost: bigint;

  @Field(() => MoneyScalar, { description: 'What the calls of the range are recorded with.' })
  @BigIntColumn()
  recordedCost: bigint;

  @Field(() => ID, { nullable: true, description: 'Posts the difference; null when there is none.' })
  @Column('uuid', { nullable: true })
  transactionId: string | null;

  @Field()
  @Column('text')
  actorName: string;

  @Field()
  @InstantColumn()
  createdAt: Date;

  @Field(() => MoneyScalar, { description: 'reportedCost - recordedCost.' })
  get difference(): bigint {
    return this.reportedCost - this.recordedCost;
  }
}

@ObjectType()
export class ProviderReconciliationPage extends Paginated(ProviderReconciliation) {}
