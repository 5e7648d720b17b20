import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import { LedgerUnit, PLAIN_AMOUNT, plainAmount } from './ledger-unit.js';

export enum HoldUnit {
  CREDIT = LedgerUnit.CREDIT,
  USD = LedgerUnit.USD,
  TOKEN = 'token',
  REQUEST = 'request',
}
registerEnumType(HoldUnit, { name: 'HoldUnit' });

/** What a job or a running call holds now of one account or limit window; a view over the rows of both. */
@ObjectType({ description: 'What a job or a running call holds now of one account or of one window of a limit.' })
@Entity({ name: 'ledger_holds', synchronize: false })
export class Hold {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  teamId: string | null;

  @Field(() => ID)
  @Column('text')
  keyId: string;

  @Field(() => ID)
  @Column('uuid')
  jobId: string;

  @Field(() => ID, { nullable: true, description: 'Null for what the job itself holds.' })
  @Column('uuid', { nullable: true })
  callId: string | null;

  @Field(() => ID, { nullable: true, description: 'Null for a hold on a limit.' })
  @Column('bigint', { nullable: true })
  accountId: string | null;

  @Field(() => ID, { nullable: true, description: 'Null for a hold on an account.' })
  @Column('text', { nullable: true })
  limitId: string | null;

  @Field(() => ID, { nullable: true })
  @Column('bigint', { nullable: true })
  windowId: string | null;

  @Field(() => HoldUnit)
  @Column('text')
  unit: HoldUnit;

  @BigIntColumn()
  amount: bigint;

  @Field({ description: 'Since when.' })
  @InstantColumn()
  createdAt: Date;

  @Field(() => String, { name: 'amount', description: `${PLAIN_AMOUNT}, or a whole number.` })
  get plainAmount(): string {
    if (this.unit === HoldUnit.TOKEN || this.unit === HoldUnit.REQUEST) return this.amount.toString();
    return plainAmount(this.amount, this.unit === HoldUnit.USD ? LedgerUnit.USD : LedgerUnit.CREDIT);
  }
}

@ObjectType()
export class HoldPage extends Paginated(Hold) {}
