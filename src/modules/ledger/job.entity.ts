import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntArrayColumn, BigIntColumn, InstantColumn, JsonColumn } from '../../infra/database/index.js';
import { BigIntScalar, CreditsScalar, JsonScalar, MoneyScalar, Paginated } from '../../infra/graphql/index.js';

export enum JobStatus {
  PENDING = 'pending',
  IN_PROGRESS = 'in_progress',
  COMPLETED = 'completed',
  FAILED = 'failed',
  CANCELLED = 'cancelled',
  EXPIRED = 'expired',
}
registerEnumType(JobStatus, { name: 'JobStatus' });

/** A business operation that groups several LLM calls and is charged once. */
@ObjectType()
@Entity('jobs')
export class Job {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => ID, { nullable: true, description: 'Null for a job of a project alone.' })
  @Column('text', { nullable: true })
  teamId: string | null;

  @Field(() => ID, { nullable: true, description: 'What its calls are for.' })
  @Column('text', { nullable: true })
  projectId: string | null;

  @Field(() => ID)
  @Column('text')
  keyId: string;

  @Field()
  @Column('text')
  jobType: string;

  @Field(() => String, { nullable: true, description: 'User that the client named; asserted, not verified.' })
  @Column('text', { nullable: true })
  userId: string | null;

  @Field(() => JobStatus)
  @Column('text')
  status: JobStatus;

  @Field({ description: 'Opened and closed by a single call.' })
  @Column('boolean', { default: false })
  implicit: boolean;

  @Field(() => JsonScalar)
  @JsonColumn()
  metadata: Record<string, unknown>;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  errorMessage: string | null;

  @Field({ description: 'Budget mode of the team when the job was opened; it holds for the whole job.' })
  @Column('text')
  budgetMode: string;

  @Field(() => CreditsScalar, { description: 'The rate of the team when the job was opened.' })
  @BigIntColumn()
  creditsPerDollar: bigint;

  @Field(() => BigIntScalar, { description: 'The rate of the team when the job was opened.' })
  @BigIntColumn()
  tokensPerCredit: bigint;

  @Field(() => CreditsScalar)
  @BigIntColumn({ default: 0 })
  creditsHeld: bigint;

  @Field(() => CreditsScalar)
  @BigIntColumn({ default: 0 })
  creditsCharged: bigint;

  @BigIntColumn({ nullable: true })
  creditsRemaining: bigint | null;

  @Field({ description: 'Whether the job was charged.' })
  @Column('boolean', { default: false })
  creditApplied: boolean;

  @Field(() => MoneyScalar, { nullable: true, description: 'Ceiling of what all calls together may cost.' })
  @BigIntColumn({ nullable: true })
  maxCost: bigint | null;

  @BigIntColumn({ default: 0 })
  costHeld: bigint;

  @BigIntColumn({ default: 0 })
  ceilingHeld: bigint;

  @BigIntColumn({ default: 0 })
  tokensCharged: bigint;

  @Column('integer', { default: 0 })
  callsSucceeded: number;

  @Column('integer', { default: 0 })
  callsRunning: number;

  @BigIntColumn({ nullable: true })
  accountId: bigint | null;

  @BigIntArrayColumn()
  path: readonly bigint[];

  @Field(() => MoneyScalar, { description: 'Charged cost of all its calls so far.' })
  @BigIntColumn({ default: 0 })
  costCharged: bigint;

  @Field()
  @InstantColumn({ default: () => 'now()' })
  createdAt: Date;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  startedAt: Date | null;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  completedAt: Date | null;

  @InstantColumn({ default: () => 'now()' })
  updatedAt: Date;

  @Field({ description: 'When the job closes by itself if nobody closes it.' })
  @InstantColumn()
  expiresAt: Date;
}

@ObjectType()
export class JobPage extends Paginated(Job) {}
