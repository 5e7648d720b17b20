import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../infra/database/index.js';
import { CreditsScalar, MoneyScalar, Paginated } from '../../infra/graphql/index.js';
import { LedgerUnit, PLAIN_AMOUNT, plainAmount } from './accounts/ledger-unit.js';

/** Why money moved. The words are stable: they are stored with every transaction. */
export enum LedgerTxKind {
  CREDIT_ALLOCATION = 'credit_allocation',
  CREDIT_REMOVAL = 'credit_removal',
  SUBSCRIPTION_PAYMENT = 'subscription_payment',
  ONE_TIME_PAYMENT = 'one_time_payment',
  JOB_CHARGE = 'job_charge',
  LATE_CHARGE = 'late_charge',
  CALL_USAGE = 'call_usage',
  CREDIT_GIFT = 'credit_gift',
  CREDIT_ADJUSTMENT = 'credit_adjustment',
  CREDIT_REFUND = 'credit_refund',
  CREDIT_REFILL = 'credit_refill',
  BALANCE_TOPUP = 'balance_topup',
  BALANCE_ADJUSTMENT = 'balance_adjustment',
  CALL_CORRECTION = 'call_correction',
  PROVIDER_RECONCILIATION = 'provider_reconciliation',
}
registerEnumType(LedgerTxKind, { name: 'LedgerTxKind' });

/** One balanced transaction of the ledger; added, never changed. */
@ObjectType('LedgerTransaction', { description: 'Debits and credits that add up to nothing in each unit.' })
@Entity('ledger_txs')
export class LedgerTx {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field(() => LedgerTxKind)
  @Column('text')
  kind: LedgerTxKind;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  teamId: string | null;

  @Field(() => ID, { nullable: true })
  @Column('uuid', { nullable: true })
  jobId: string | null;

  @Field(() => ID, { nullable: true })
  @Column('uuid', { nullable: true })
  callId: string | null;

  @Field(() => ID, { nullable: true, description: 'The transaction that a refund gives back, in part or whole.' })
  @Column('uuid', { nullable: true })
  refundsId: string | null;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  refillId: string | null;

  @Field(() => Date, { nullable: true, description: 'The start of the period that a refill is for.' })
  @InstantColumn({ nullable: true })
  periodAt: Date | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  reason: string | null;

  @Field()
  @Column('text')
  actorKind: string;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  actorId: string | null;

  @Field()
  @Column('text')
  actorName: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  requestId: string | null;

  @Field()
  @InstantColumn({ default: () => 'now()' })
  createdAt: Date;
}

export enum EntryDirection {
  DEBIT = 'debit',
  CREDIT = 'credit',
}
registerEnumType(EntryDirection, { name: 'EntryDirection' });

/** One side of a transaction; added, never changed. */
@ObjectType({ description: 'One side of a transaction. A credit adds to the balance of its account, a debit takes.' })
@Entity('ledger_entries')
export class LedgerEntry {
  @Field(() => ID)
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid')
  txId: string;

  @BigIntColumn()
  accountId: bigint;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field(() => EntryDirection)
  @Column('text')
  direction: EntryDirection;

  @BigIntColumn()
  amount: bigint;

  @Field(() => LedgerUnit)
  @Column('text')
  unit: LedgerUnit;

  @BigIntColumn({ nullable: true })
  balanceAfter: bigint | null;

  @Field()
  @InstantColumn({ default: () => 'now()' })
  createdAt: Date;

  @Field(() => String, { name: 'amount', description: `${PLAIN_AMOUNT}; above zero.` })
  get plainAmount(): string {
    return plainAmount(this.amount, this.unit);
  }

  @Field(() => String, {
    name: 'balanceAfter',
    nullable: true,
    description: `${PLAIN_AMOUNT}; null where no running balance is kept.`,
  })
  get plainBalanceAfter(): string | null {
    return this.balanceAfter === null ? null : plainAmount(this.balanceAfter, this.unit);
  }
}

@ObjectType()
export class LedgerEntryPage extends Paginated(LedgerEntry) {}

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

  @Field(() => ID, { nullable: true, description: 'The charge that a refund gives back, in part or whole.' })
  refundsId: string | null;

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

@ObjectType({ description: "A movement on an organization's balance of US dollars." })
export class BalanceTransaction {
  @Field(() => ID)
  id: string;

  @Field(() => LedgerTxKind)
  kind: LedgerTxKind;

  @Field(() => ID)
  organizationId: string;

  @Field(() => MoneyScalar, { description: 'Above zero when money came, below when it went.' })
  amount: bigint;

  @Field(() => MoneyScalar)
  balanceBefore: bigint;

  @Field(() => MoneyScalar)
  balanceAfter: bigint;

  @Field()
  reason: string;

  @Field()
  actorName: string;

  @Field()
  createdAt: Date;
}

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
