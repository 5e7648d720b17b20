import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { OrganizationRole } from '../../../core/roles.js';
import { Paginated } from '../../../infra/graphql/index.js';

export const ORGANIZATION_ROLE_NAMES = {
  OWNER: 'owner',
  ADMIN: 'admin',
  VIEWER: 'viewer',
  MEMBER: 'member',
} as const satisfies Record<string, OrganizationRole>;
registerEnumType(ORGANIZATION_ROLE_NAMES, { name: 'OrganizationRole' });

export enum MemberSource {
  MANUAL = 'manual',
  DIRECTORY = 'directory',
}
registerEnumType(MemberSource, {
  name: 'MemberSource',
  valuesMap: {
    MANUAL: { description: 'Given here, by an administrator or an invitation.' },
    DIRECTORY: { description: 'Given by the directory, and replaced at every sign-in.' },
  },
});

/** A user's role in an organization. A user may hold one of either source there; they add up. */
@ObjectType()
@Entity('members')
export class Member {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => ID)
  @Column('text')
  organizationId: string;

  @Field(() => ID)
  @Column('text')
  userId: string;

  @Field(() => ORGANIZATION_ROLE_NAMES)
  @Column('text')
  role: OrganizationRole;

  @Field(() => MemberSource)
  @Column('text', { default: MemberSource.MANUAL })
  source: MemberSource;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;

  @Field()
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt: Date;
}

@ObjectType()
export class MemberPage extends Paginated(Member) {}
