import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { BigIntColumn, InstantColumn, JsonColumn } from '../../infra/database/index.js';
import { BigIntScalar, CreditsScalar, JsonScalar, Paginated } from '../../infra/graphql/index.js';

export enum TeamStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
  PAUSED = 'paused',
  DELETED = 'deleted',
}
registerEnumType(TeamStatus, { name: 'TeamStatus' });

export enum BudgetMode {
  JOB_BASED = 'job_based',
  CONSUMPTION_USD = 'consumption_usd',
  CONSUMPTION_TOKENS = 'consumption_tokens',
}
registerEnumType(BudgetMode, {
  name: 'BudgetMode',
  description: 'How jobs draw credits: one a completed job, by charged cost, or by tokens.',
});

/** Spends credits. Its virtual keys call models on its account. */
@ObjectType()
@Entity('teams')
export class Team {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => TeamStatus)
  @Column('text', { default: TeamStatus.ACTIVE })
  status: TeamStatus;

  @Field(() => String, { nullable: true, description: 'Why it is suspended or paused.' })
  @Column('text', { nullable: true })
  statusReason: string | null;

  @Field(() => Date, { nullable: true, description: 'When a pause ends by itself.' })
  @InstantColumn({ nullable: true })
  pauseUntil: Date | null;

  @Field(() => BudgetMode)
  @Column('text', { default: BudgetMode.JOB_BASED })
  budgetMode: BudgetMode;

  @Field(() => CreditsScalar, { description: 'Credits that one charged US dollar draws in mode consumption_usd.' })
  @BigIntColumn({ default: 10_000_000 })
  creditsPerDollar: bigint;

  @Field(() => BigIntScalar, { description: 'Tokens that one credit buys in mode consumption_tokens.' })
  @BigIntColumn({ default: 10_000 })
  tokensPerCredit: bigint;

  @Field(() => String, { nullable: true, description: 'Alias of calls that name no model.' })
  @Column('text', { nullable: true })
  defaultAlias: string | null;

  @Field({ description: 'Made together with its organization, and protected from deletion.' })
  @Column('boolean', { default: false })
  isDefault: boolean;

  @Field(() => JsonScalar)
  @JsonColumn()
  metadata: Record<string, unknown>;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @InstantColumn({ nullable: true })
  deletedAt: Date | null;
}

@ObjectType()
export class TeamPage extends Paginated(Team) {}
