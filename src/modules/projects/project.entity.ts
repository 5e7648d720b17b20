import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { InstantColumn, JsonColumn } from '../../infra/database/index.js';
import { JsonScalar, Paginated } from '../../infra/graphql/index.js';

export enum ProjectStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
  DELETED = 'deleted',
}
registerEnumType(ProjectStatus, { name: 'ProjectStatus' });

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
export class ProjectPage extends Paginated(Project) {}
