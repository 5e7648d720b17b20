import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { InstantColumn, JsonColumn } from '../../infra/database/index.js';
import { JsonScalar, Paginated } from '../../infra/graphql/index.js';

export enum ProjectStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
  DELETED = 'deleted',
}
registerEnumType(ProjectStatus, { name: 'ProjectStatus' });

export enum CachePrice {
  FREE = 'free',
  FULL = 'full',
}
registerEnumType(CachePrice, {
  name: 'CachePrice',
  description: 'What a kept answer costs. FREE: nothing; FULL: what the model charges for it.',
});

/** What money is spent for. Its API keys and user tokens call models; virtual keys of teams may name it. */
@ObjectType()
@Entity('projects')
export class Project {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field({ description: 'How people call it; once in an organization.' })
  @Column('text')
  code: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  ownerId: string | null;

  @Field(() => ProjectStatus)
  @Column('text', { default: ProjectStatus.ACTIVE })
  status: ProjectStatus;

  @Field(() => String, { nullable: true, description: 'Why it is suspended.' })
  @Column('text', { nullable: true })
  statusReason: string | null;

  @Field(() => JsonScalar)
  @JsonColumn()
  metadata: Record<string, unknown>;

  @Field(() => Int, {
    nullable: true,
    description: 'How long answers are kept, to serve the same call again without a vendor. Null: none is kept.',
  })
  @Column('integer', { nullable: true })
  cacheTtlSeconds: number | null;

  @Field(() => CachePrice)
  @Column('text', { default: CachePrice.FREE })
  cachePrice: CachePrice;

  @Field(() => Int, {
    nullable: true,
    description: 'How many days the request and the answer of each call are stored, encrypted. Null: neither is.',
  })
  @Column('integer', { nullable: true })
  retentionDays: number | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @InstantColumn({ nullable: true })
  deletedAt: Date | null;
}

/** What a project keeps of the content of its calls; nothing, unless somebody has asked for it. */
export type Keeping = Pick<Project, 'cacheTtlSeconds' | 'cachePrice' | 'retentionDays'>;

@ObjectType()
export class ProjectPage extends Paginated(Project) {}
