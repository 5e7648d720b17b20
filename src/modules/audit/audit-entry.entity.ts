import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, type Change, InstantColumn, JsonColumn } from '../../infra/database/index.js';
import { JsonScalar, Paginated } from '../../infra/graphql/index.js';

export enum AuditStatus {
  SUCCESS = 'success',
  FAILED = 'failed',
  DENIED = 'denied',
}
registerEnumType(AuditStatus, { name: 'AuditStatus' });

/** Who did what to what, when, from where and with which result. Rows are added and never changed. */
@ObjectType()
@Entity('audit_entries')
export class AuditEntry {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @BigIntColumn({ generated: 'identity', generatedIdentity: 'ALWAYS', insert: false })
  seq: bigint;

  @Field()
  @InstantColumn({ default: () => 'now()' })
  at: Date;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field({ description: 'user, key, master_key, system or anonymous' })
  @Column('text')
  actorKind: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  actorId: string | null;

  @Field()
  @Column('text')
  actorName: string;

  @Field()
  @Column('text')
  action: string;

  @Field(() => AuditStatus)
  @Column('text')
  status: AuditStatus;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  message: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  entityType: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  entityId: string | null;

  @Field(() => JsonScalar, { description: 'List of {entity, id, before, after}; secret columns never appear.' })
  @JsonColumn({ default: [] })
  changes: readonly Change[];

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  address: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  userAgent: string | null;

  @Field()
  @Column('text')
  requestId: string;
}

@ObjectType()
export class AuditEntryPage extends Paginated(AuditEntry) {}
