import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { PLATFORM_ROLES, type PlatformRole, strongest } from '../../../core/roles.js';
import { InstantColumn, VisibleWhere } from '../../../infra/database/index.js';
import { Paginated } from '../../../infra/graphql/index.js';

export enum UserStatus {
  ACTIVE = 'active',
  SUSPENDED = 'suspended',
  DELETED = 'deleted',
}
registerEnumType(UserStatus, { name: 'UserStatus' });

export const PLATFORM_ROLE_NAMES = { OWNER: 'owner', ADMIN: 'admin', AUDITOR: 'auditor' } as const satisfies Record<
  string,
  PlatformRole
>;
registerEnumType(PLATFORM_ROLE_NAMES, { name: 'PlatformRole' });

/** Of a user who belongs to the organization that is the parameter :visibleTo. */
export const isMember = (id: string): string =>
  `EXISTS (SELECT 1 FROM members own WHERE own.user_id = ${id} AND own.organization_id = :visibleTo)`;

/** A person, known by the tenant and object id of the directory and never by the e-mail, which changes hands. */
@ObjectType()
@VisibleWhere((alias) => isMember(`${alias}.id`))
@Entity('users')
export class User {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field()
  @Column('text')
  email: string;

  @Field()
  @Column('text')
  name: string;

  @Field(() => UserStatus)
  @Column('text', { default: UserStatus.ACTIVE })
  status: UserStatus;

  @Column('text', { nullable: true })
  manualRole: PlatformRole | null;

  @Column('text', { nullable: true })
  directoryRole: PlatformRole | null;

  @Column('text', { nullable: true })
  directoryTenantId: string | null;

  @Column('text', { nullable: true })
  directoryObjectId: string | null;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  lastSignInAt: Date | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;

  @Field(() => Date, { nullable: true })
  @InstantColumn({ nullable: true })
  deletedAt: Date | null;

  /** The stronger of the two; null for none. */
  get platformRole(): PlatformRole | null {
    return strongest(PLATFORM_ROLES, [this.manualRole, this.directoryRole]);
  }

  @Field({ description: 'Whether the person is known to the directory and can sign in with it.' })
  get isLinked(): boolean {
    return this.directoryObjectId !== null;
  }
}

@ObjectType()
export class UserPage extends Paginated(User) {}
