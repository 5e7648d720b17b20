import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { JsonColumn, VisibleWhere } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import type { ProviderKind } from '../../../providers/index.js';
import { PlanTier } from '../../organizations/index.js';
import { isGrantedModel } from '../granted.js';

export enum ModelStatus {
  ACTIVE = 'active',
  INACTIVE = 'inactive',
  DELETED = 'deleted',
}
registerEnumType(ModelStatus, { name: 'ModelStatus' });

export const CAPABILITIES = ['text', 'stream', 'tools', 'json', 'vision', 'reasoning', 'embeddings'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What a provider serves, under the vendor's own name. Its prices are dated rows beside it. */
@ObjectType()
@VisibleWhere((alias) => isGrantedModel(`${alias}.id`))
@Entity('models')
export class Model {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID, {
    nullable: true,
    description: "Null: any enabled provider of its kind serves it, those of the caller's organization first.",
  })
  @Column('text', { nullable: true })
  providerId: string | null;

  @Field(() => String)
  @Column('text')
  providerKind: ProviderKind;

  @Field({ description: 'The name by which the vendor knows it.' })
  @Column('text')
  name: string;

  @Field(() => Int, { nullable: true, description: 'Tokens in and out together.' })
  @Column('integer', { nullable: true })
  contextWindow: number | null;

  @Field(() => Int, { nullable: true })
  @Column('integer', { nullable: true })
  maxOutputTokens: number | null;

  @Field(() => [String], { description: `Some of ${CAPABILITIES.join(', ')}.` })
  @JsonColumn({ default: [] })
  capabilities: Capability[];

  @Field(() => [PlanTier], { description: 'Organizations of other plans are not served by it; empty: all are.' })
  @JsonColumn({ default: [] })
  plans: PlanTier[];

  @Field(() => ModelStatus)
  @Column('text', { default: ModelStatus.ACTIVE })
  status: ModelStatus;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

@ObjectType()
export class ModelPage extends Paginated(Model) {}
