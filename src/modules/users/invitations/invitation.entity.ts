import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { OrganizationRole, PlatformRole } from '../../../core/roles.js';
import { Hidden, InstantColumn } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';
import { ORGANIZATION_ROLE_NAMES } from '../members/member.entity.js';
import { PLATFORM_ROLE_NAMES } from '../people/user.entity.js';

export enum InvitationStatus {
  OPEN = 'open',
  ACCEPTED = 'accepted',
  REVOKED = 'revoked',
  EXPIRED = 'expired',
}
registerEnumType(InvitationStatus, { name: 'InvitationStatus' });

/** A role kept for whoever opens the one-time link. The e-mail says where the link was sent; it proves nothing. */
@ObjectType()
@Entity('invitations')
export class Invitation {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field()
  @Column('text')
  email: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => PLATFORM_ROLE_NAMES, { nullable: true })
  @Column('text', { nullable: true })
  platformRole: PlatformRole | null;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field(() => ORGANIZATION_ROLE_NAMES, { nullable: true })
  @Column('text', { nullable: true })
  organizationRole: OrganizationRole | null;

  @Hidden()
  @Column('text')
  tokenHash: string;

  @Field({ description: 'Name of who invited.' })
  @Column('text')
  invitedBy: string;

  @Field()
  @InstantColumn()
  expiresAt: Date;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  acceptedAt: Date | null;

  @Column('text', { nullable: true })
  acceptedBy: string | null;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  revokedAt: Date | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  statusAt(now: Date): InvitationStatus {
    if (this.acceptedAt) return InvitationStatus.ACCEPTED;
    if (this.revokedAt) return InvitationStatus.REVOKED;
    return this.expiresAt <= now ? InvitationStatus.EXPIRED : InvitationStatus.OPEN;
  }
}

@ObjectType()
export class InvitationPage extends Paginated(Invitation) {}
