import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Usage } from '../../core/usage.js';
import { BigIntArrayColumn, BigIntColumn, InstantColumn, JsonColumn } from '../../infra/database/index.js';
import { BigIntScalar, JsonScalar, MoneyScalar } from '../../infra/graphql/index.js';

export enum CallState {
  RESERVED = 'reserved',
  SETTLED = 'settled',
  VOIDED = 'voided',
  RECOVERED = 'recovered',
  CORRECTED = 'corrected',
}
registerEnumType(CallState, {
  name: 'CallState',
  description:
    'reserved: money is held; settled: it was posted; voided: nothing was; recovered: posted after a crash; corrected: posted anew by what the vendor billed.',
});

export enum CallOutcome {
  SUCCESS = 'success',
  ERROR = 'error',
  ABORTED = 'aborted',
}
registerEnumType(CallOutcome, { name: 'CallOutcome' });

/** One LLM call: what it held, used and cost. The cost has three faces: provider, charged, and their difference. */
@ObjectType()
@Entity('calls')
export class Call {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id: string;

  @Field(() => ID)
  @Column('uuid')
  jobId: string;

  @Column('text')
  organizationId: string;

  @Column('text', { nullable: true })
  teamId: string | null;

  @Column('text', { nullable: true })
  projectId: string | null;

  @Field(() => ID, { nullable: true, description: 'The person whose user token called; verified.' })
  @Column('text', { nullable: true })
  personId: string | null;

  @Field(() => ID)
  @Column('text')
  keyId: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  userId: string | null;

  @Field()
  @Column('text')
  alias: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  purpose: string | null;

  @Field()
  @Column('boolean')
  streamed: boolean;

  @Field(() => JsonScalar)
  @JsonColumn()
  metadata: Record<string, unknown>;

  @Field(() => CallState)
  @Column('text', { default: CallState.RESERVED })
  state: CallState;

  @Field(() => CallOutcome, { nullable: true })
  @Column('text', { nullable: true })
  outcome: CallOutcome | null;

  @BigIntColumn()
  creditsHeld: bigint;

  @Field(() => MoneyScalar, { description: 'Held against ceilings while the call runs.' })
  @BigIntColumn()
  costHeld: bigint;

  @BigIntColumn({ default: 0 })
  tokensHeld: bigint;

  @BigIntArrayColumn()
  path: readonly bigint[];

  @Column('integer')
  inputBound: number;

  @BigIntColumn()
  epoch: bigint;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  modelId: string | null;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  providerId: string | null;

  @Field(() => ID, { nullable: true, description: 'Price version that the cost was computed with.' })
  @Column('text', { nullable: true })
  priceId: string | null;

  @Field(() => JsonScalar, { description: 'Units by usage class; the classes are disjoint.' })
  @JsonColumn()
  usage: Usage;

  @Field(() => String, {
    nullable: true,
    description: 'vendor: as reported; estimated: counted by the gateway; cache: what a kept answer is charged for.',
  })
  @Column('text', { nullable: true })
  usageSource: 'vendor' | 'estimated' | 'cache' | null;

  @Field(() => BigIntScalar)
  @BigIntColumn({ default: 0 })
  tokensIn: bigint;

  @Field(() => BigIntScalar)
  @BigIntColumn({ default: 0 })
  tokensOut: bigint;

  @BigIntColumn({ default: 0 })
  providerCost: bigint;

  @Field(() => MoneyScalar, { description: 'What the tenant is charged.' })
  @BigIntColumn({ default: 0 })
  chargedCost: bigint;

  @BigIntColumn({ default: 0 })
  overrun: bigint;

  @JsonColumn({ default: [] })
  attempts: readonly Record<string, unknown>[];

  @Field(() => Int, { nullable: true })
  @Column('integer', { nullable: true })
  latencyMs: number | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  finishReason: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  errorCode: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  errorMessage: string | null;

  @Field()
  @InstantColumn({ default: () => 'now()' })
  createdAt: Date;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  endedAt: Date | null;
}
