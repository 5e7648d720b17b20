import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { Hidden } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import type { ProviderKind } from '../../../providers/index.js';
import { SIMULATOR } from './provider-kind.js';

export enum ProviderStatus {
  ENABLED = 'enabled',
  DISABLED = 'disabled',
  DELETED = 'deleted',
}
registerEnumType(ProviderStatus, { name: 'ProviderStatus' });

/** A vendor connection, of one organization or of the platform. Its credential goes in and never comes back. */
@ObjectType()
@Entity('providers')
export class Provider {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => String, { description: 'The wire format it speaks: openai, for every server that does, or simulator.' })
  @Column('text')
  kind: ProviderKind;

  @Field(() => ID, { nullable: true, description: 'Null: it serves every organization.' })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field()
  @Column('text')
  name: string;

  @Field(() => String, { nullable: true, description: 'Null: the address of the vendor itself.' })
  @Column('text', { nullable: true })
  baseUrl: string | null;

  @Field(() => ProviderStatus)
  @Column('text', { default: ProviderStatus.ENABLED })
  status: ProviderStatus;

  @Hidden()
  @Column('text', { nullable: true })
  credentialCiphertext: string | null;

  @Field(() => String, { nullable: true, description: 'Its last four characters; null when it is a short one.' })
  @Column('text', { nullable: true })
  credentialHint: string | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @Field(() => Boolean)
  get hasCredential(): boolean {
    return this.credentialCiphertext !== null;
  }

  @Field(() => Boolean, { description: 'Its answers are made up, without any vendor.' })
  get isSimulated(): boolean {
    return this.kind === SIMULATOR;
  }
}

@ObjectType()
export class ProviderPage extends Paginated(Provider) {}
