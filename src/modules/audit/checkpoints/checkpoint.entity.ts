import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, InstantColumn } from '../../../infra/database/index.js';
import { BigIntScalar, Paginated } from '../../../infra/graphql/index.js';

/** A signed statement of how far each chain of the audit log had come. Added, never changed. */
@ObjectType({ description: 'A signed statement of how far each chain of the audit log had come.' })
@Entity('audit_checkpoints')
export class AuditCheckpoint {
  @Field(() => Int, { name: 'number', description: '1, 2, 3 and so on.' })
  @PrimaryColumn('bigint', { name: 'number' })
  id: string;

  @Field()
  @InstantColumn({ precision: 3 })
  at: Date;

  @Field(() => BigIntScalar, { description: 'Rows in all chains together.' })
  @BigIntColumn()
  entries: bigint;

  @Field(() => String, { nullable: true, description: 'Hash of the checkpoint before.' })
  @Column('text', { nullable: true })
  previousHash: string | null;

  @Field({ description: 'SHA-256 over the canonical JSON of the statement.' })
  @Column('text')
  hash: string;

  @Field({ description: 'Ed25519 signature over the same text, in base64.' })
  @Column('text')
  signature: string;

  @Field({ description: 'The public key, as base64 of SPKI DER.' })
  @Column('text')
  publicKey: string;
}

@ObjectType()
export class AuditCheckpointPage extends Paginated(AuditCheckpoint) {}
