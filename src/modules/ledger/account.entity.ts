import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn } from '../../infra/database/index.js';
import { CreditsScalar } from '../../infra/graphql/index.js';

export enum CreditMode {
  HARD = 'hard',
  SOFT = 'soft',
  UNLIMITED = 'unlimited',
}
registerEnumType(CreditMode, {
  name: 'CreditMode',
  description: 'hard never goes below zero, soft only alerts, unlimited does neither.',
});

/** An account of the ledger. Its figures change only through the ledger's SQL functions. */
@Entity('accounts')
export class Account {
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'BY DEFAULT' })
  id: string;

  @Column('text')
  kind: string;

  @Column('text', { nullable: true })
  name: string | null;

  @Column('text', { nullable: true })
  organizationId: string | null;

  @Column('text')
  scopeType: string;

  @Column('text')
  scopeId: string;

  @Column('text')
  unit: string;

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

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

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

@ObjectType({ description: 'The credits of the teams of an organization that are not deleted, together.' })
export class OrganizationCredits extends CreditFigures {}
