import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../infra/database/index.js';
import { CreditsScalar, Paginated } from '../../infra/graphql/index.js';

/** Why money moved. The words are stable: they are stored with every transaction. */
export enum LedgerTxKind {
  CREDIT_ALLOCATION = 'credit_allocation',
  CREDIT_REMOVAL = 'credit_removal',
  SUBSCRIPTION_PAYMENT = 'subscription_payment',
  ONE_TIME_PAYMENT = 'one_time_payment',
  JOB_CHARGE = 'job_charge',
  LATE_CHARGE = 'late_charge',
  CALL_USAGE = 'call_usage',
}
registerEnumType(LedgerTxKind, { name: 'LedgerTxKind' });

/** One balanced transaction of the ledger; added, never changed. */
@Entity('ledger_txs')
export class LedgerTx {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  kind: LedgerTxKind;

  @Column('text', { nullable: true })
  organizationId: string | null;

  @Column('text', { nullable: true })
  teamId: string | null;

  @Column('uuid', { nullable: true })
  jobId: string | null;

  @Column('uuid', { nullable: true })
  callId: string | null;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('text')
  actorKind: string;

  @Column('text', { nullable: true })
  actorId: string | null;

  @Column('text')
  actorName: string;

  @Column('text', { nullable: true })
  requestId: string | null;

  @InstantColumn({ default: () => 'now()' })
  createdAt: Date;
}

/** One side of a transaction; added, never changed. */
@Entity('ledger_entries')
export class LedgerEntry {
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid')
  txId: string;

  @BigIntColumn()
  accountId: bigint;

  @Column('text', { nullable: true })
  organizationId: string | null;

  @Column('text')
  direction: 'debit' | 'credit';

  @BigIntColumn()
  amount: bigint;

  @Column('text')
  unit: string;

  @BigIntColumn({ nullable: true })
  balanceAfter: bigint | null;

  @InstantColumn({ default: () => 'now()' })
  createdAt: Date;
}

@ObjectType({ description: "A movement on a team's credit account: one ledger transaction, seen from the team." })
export class CreditTransaction {
  @Field(() => ID)
  id: string;

  @Field(() => LedgerTxKind)
  kind: LedgerTxKind;

  @Field(() => ID)
  teamId: string;

  @Field(() => ID)
  organizationId: string;

  @Field(() => ID, { nullable: true })
  jobId: string | null;

  @Field(() => CreditsScalar, { description: 'Above zero when credits came, below when they went.' })
  amount: bigint;

  @Field(() => CreditsScalar)
  balanceBefore: bigint;

  @Field(() => CreditsScalar)
  balanceAfter: bigint;

  @Field(() => String, { nullable: true })
  reason: string | null;

  @Field()
  actorName: string;

  @Field()
  createdAt: Date;
}

@ObjectType()
export class CreditTransactionPage extends Paginated(CreditTransaction) {}

@ObjectType({ description: 'A difference that the auditor found between figures that must agree.' })
export class LedgerProblem {
  @Field()
  problem: string;

  @Field({ description: 'Id of the account, transaction, job or call.' })
  subject: string;

  @Field()
  expected: string;

  @Field()
  actual: string;
}
