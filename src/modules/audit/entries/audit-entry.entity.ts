import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, type Change, InstantColumn, JsonColumn } from '../../../infra/database/index.js';
import { BigIntScalar, JsonScalar, Paginated } from '../../../infra/graphql/index.js';

export enum AuditStatus {
  SUCCESS = 'success',
  FAILED = 'failed',
  DENIED = 'denied',
}
registerEnumType(AuditStatus, { name: 'AuditStatus' });

const OptionalText =
  (description: string): PropertyDecorator =>
  (target, property) => {
    Field(() => String, { nullable: true, description })(target, property);
    Column('text', { nullable: true })(target, property);
  };

/** Who did what to what, when, from where and with which result. Rows are added and never changed. */
@ObjectType()
@Entity('audit_entries')
export class AuditEntry {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  /** Order of writing over all chains. */
  @BigIntColumn({ generated: 'identity', generatedIdentity: 'ALWAYS', insert: false })
  seq: bigint;

  @Field({ description: 'To the millisecond.' })
  @InstantColumn({ precision: 3 })
  at: Date;

  @OptionalText('Null for what concerns the platform.')
  organizationId: string | null;

  @Field({ description: 'user, key, master_key, system or anonymous' })
  @Column('text')
  actorKind: string;

  @OptionalText('Id of the user or key.')
  actorId: string | null;

  @Field()
  @Column('text')
  actorName: string;

  @OptionalText('E-mail of a user, as it was then.')
  actorEmail: string | null;

  @Field({ description: 'The right that was used or asked for, such as key.create.' })
  @Column('text')
  action: string;

  @Field(() => AuditStatus)
  @Column('text')
  status: AuditStatus;

  @OptionalText('Why it failed or was denied.')
  message: string | null;

  @OptionalText('The narrowest thing whose affairs this is: team or organization. Null for the platform.')
  scopeType: string | null;

  @OptionalText('Its id.')
  scopeId: string | null;

  @OptionalText('What was acted upon, such as Team or Key.')
  entityType: string | null;

  @OptionalText('Its id.')
  entityId: string | null;

  @OptionalText('Its name, as it was then.')
  entityName: string | null;

  @Field(() => JsonScalar, { description: 'List of {entity, id, before, after}; secret columns never appear.' })
  @JsonColumn({ default: [] })
  changes: readonly Change[];

  @Field(() => JsonScalar, { nullable: true, description: 'What was asked for by a read, and other circumstances.' })
  @Column('jsonb', { nullable: true })
  details: Record<string, unknown> | null;

  @OptionalText('Address of the client.')
  address: string | null;

  @OptionalText('What the client calls itself.')
  userAgent: string | null;

  @Field({ description: 'Also in the header x-request-id of the answer, and in the log.' })
  @Column('text')
  requestId: string;

  @Field(() => BigIntScalar, {
    name: 'sequence',
    nullable: true,
    description:
      'Place in the chain of the organization or of the platform, from 1. Null in rows older than the chain.',
  })
  @BigIntColumn({ nullable: true })
  chainSeq: bigint | null;

  @OptionalText('Hash of the row before it in the chain.')
  previousHash: string | null;

  @OptionalText('SHA-256 over the canonical JSON of the row, the hash before it included.')
  hash: string | null;
}

@ObjectType()
export class AuditEntryPage extends Paginated(AuditEntry) {}
