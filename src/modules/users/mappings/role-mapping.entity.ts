import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { OrganizationRole, PlatformRole } from '../../../core/roles.js';
import { Paginated } from '../../../infra/graphql/index.js';
import { ORGANIZATION_ROLE_NAMES } from '../members/member.entity.js';
import { PLATFORM_ROLE_NAMES } from '../people/user.entity.js';

export enum MappingSource {
  APP_ROLE = 'app_role',
  GROUP = 'group',
}
registerEnumType(MappingSource, {
  name: 'MappingSource',
  valuesMap: {
    APP_ROLE: { description: 'An app role of the application in the directory, by its value.' },
    GROUP: { description: 'A group of the directory, by its object id.' },
  },
});

/** What an app role or a group of the directory is worth here: one role, of the platform or of an organization. */
@ObjectType()
@Entity('role_mappings')
export class RoleMapping {
  @Field(() => ID)
  @PrimaryColumn('text')
  id: string;

  @Field(() => MappingSource)
  @Column('text')
  source: MappingSource;

  @Field({ description: 'Value of the app role, or object id of the group.' })
  @Column('text')
  value: string;

  @Field({ description: 'What people call it.' })
  @Column('text')
  displayName: string;

  @Field(() => PLATFORM_ROLE_NAMES, { nullable: true })
  @Column('text', { nullable: true })
  platformRole: PlatformRole | null;

  @Field(() => ID, { nullable: true })
  @Column('text', { nullable: true })
  organizationId: string | null;

  @Field(() => ORGANIZATION_ROLE_NAMES, { nullable: true })
  @Column('text', { nullable: true })
  organizationRole: OrganizationRole | null;

  @Field()
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt: Date;
}

@ObjectType()
export class RoleMappingPage extends Paginated(RoleMapping) {}
