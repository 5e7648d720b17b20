import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn } from '../../infra/database/index.js';
import { CreditsScalar, MoneyScalar, Paginated } from '../../infra/graphql/index.js';
import { LedgerUnit, PLAIN_AMOUNT, plainAmount } from './accounts/ledger-unit.js';

export enum CreditMode {
  HARD = 'hard',
  SOFT = 'soft',
  UNLIMITED = 'unlimited',
}
registerEnumType(CreditMode, {
  name: 'CreditMode',
  description: 'hard never goes below zero, soft only alerts, unlimited does neither.',
});

@ObjectType()
class AccountFigures {
  @Field({ description: PLAIN_AMOUNT })
  balance: string;

  @Field({ description: 'Part of the balance that open jobs and running calls hold.' })
  held: string;

  @Field({ description: 'What new jobs and calls may draw: balance - held.' })
  available: string;

  @Field({ description: 'All that was ever given, less what was taken back.' })
  allocated: string;

  @Field({ description: 'All that was drawn, less what was refunded.' })
  spent: string;
}

export enum AccountKind {
  TEAM_CREDITS = 'team_credits',
  ORGANIZATION_BALANCE = 'organization_balance',
  ORGANIZATION_USAGE = 'organization_usage',
  SYSTEM = 'system',
}
registerEnumType(AccountKind, {
  name: 'AccountKind',
  description:
    'What teams and prepaid organizations pay from; what calls have cost an organization; the counter-accounts of the product.',
});

/** Kinds that keep a running balance; that of the others is a sum over their entries. */
const RUNNING = new Set([AccountKind.TEAM_CREDITS, AccountKind.ORGANIZATION_BALANCE]);

/** An account of the ledger. Its figures change only through the ledger's SQL functions. */
@ObjectType({ description: 'An account of the ledger. Its amounts are in its unit.' })
@Entity('accounts')
export class Account {
  @Field(() => ID)
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'BY DEFAULT' })
  id: string;

  @Field(() => AccountKind)
  @Column('text')
  kind: AccountKind;

  @Field(() => String, { nullable: true, description: 'Of a counter-account of the product.' })
  @Column('text', { nullable: true })
  name: string | null;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field({ description: 'What it belongs to: team, organization or platform.' })
  @Column('text')
  scopeType: string;

  @Field(() => ID)
  @Column('text')
  scopeId: string;

  @Field(() => LedgerUnit)
  @Column('text')
  unit: LedgerUnit;

  @Field(() => CreditMode)
  @Column('text', { default: CreditMode.HARD })
  creditMode: CreditMode;

  @BigIntColumn({ default: 0 })
  balance: bigint;

  @BigIntColumn({ default: 0 })
  held: bigint;

  @BigIntColumn({ default: 0 })
  allocated: bigint;

  @BigIntColumn({ default: 0 })
  spent: bigint;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field(() => AccountFigures, {
    nullable: true,
    description: 'Null for accounts without a running balance: what they come to is the sum of their entries.',
  })
  get figures(): AccountFigures | null {
    if (!RUNNING.has(this.kind)) return null;
    const amounts = [this.balance, this.held, this.balance - this.held, this.allocated, this.spent];
    const [balance, held, available, allocated, spent] = amounts.map((each) => plainAmount(each, this.unit));
    return { balance: balance!, held: held!, available: available!, allocated: allocated!, spent: spent! };
  }
}

@ObjectType()
export class AccountPage extends Paginated(Account) {}

/** Figures of one credit account, or sums over several. */
@ObjectType({ isAbstract: true })
class CreditFigures {
  @Field(() => CreditsScalar, { description: 'All that was ever given, less what was taken back.' })
  allocated: bigint;

  @Field(() => CreditsScalar, { description: 'What jobs have drawn.' })
  used: bigint;

  @Field(() => CreditsScalar, { description: 'allocated - used.' })
  remaining: bigint;

  @Field(() => CreditsScalar, { description: 'Part of the remaining that open jobs and running calls hold.' })
  held: bigint;

  @Field(() => CreditsScalar, { description: 'What new jobs may draw: remaining - held.' })
  available: bigint;
}

@ObjectType({ description: 'The credits of a team, as the ledger has them.' })
export class TeamCredits extends CreditFigures {
  @Field(() => ID)
  teamId: string;

  @Field(() => CreditMode)
  creditMode: CreditMode;
}

@ObjectType({ description: 'The US dollars that a prepaid organization has paid for calls of keys without a team.' })
export class OrganizationBalance {
  @Field(() => ID)
  organizationId: string;

  @Field(() => MoneyScalar, { description: 'All that was ever paid in, less what was taken back.' })
  allocated: bigint;

  @Field(() => MoneyScalar)
  used: bigint;

  @Field(() => MoneyScalar, { description: 'allocated - used.' })
  remaining: bigint;

  @Field(() => MoneyScalar, { description: 'Part of the remaining that running calls hold.' })
  held: bigint;

  @Field(() => MoneyScalar, { description: 'What new calls may cost: remaining - held.' })
  available: bigint;

  @Field(() => CreditMode)
  creditMode: CreditMode;
}

@ObjectType({ description: 'The credits of the teams of an organization that are not deleted, together.' })
export class OrganizationCredits extends CreditFigures {}
