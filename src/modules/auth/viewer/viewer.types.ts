import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { OrganizationRole, PlatformRole } from '../../../core/roles.js';
import { ORGANIZATION_ROLE_NAMES, PLATFORM_ROLE_NAMES } from '../../users/index.js';
import { SignInMethod } from '../sessions/session.entity.js';

export enum ViewerKind {
  USER = 'user',
  MASTER_KEY = 'master_key',
  APPLICATION = 'application',
}
registerEnumType(ViewerKind, { name: 'ViewerKind' });

@ObjectType({ description: 'An organization that the viewer is a member of.' })
export class ViewerMembership {
  @Field(() => ID)
  organizationId: string;

  @Field({ description: 'Name of the organization.' })
  name: string;

  @Field(() => ORGANIZATION_ROLE_NAMES, { description: 'The strongest role that the viewer has there.' })
  role: OrganizationRole;
}

@ObjectType({ description: 'The session by which the viewer is signed in.' })
export class ViewerSession {
  @Field(() => ID)
  id: string;

  @Field(() => SignInMethod)
  method: SignInMethod;

  @Field({ description: 'When the viewer signed in.' })
  authenticatedAt: Date;

  @Field({ description: 'It ends then, unless it is used before.' })
  idleExpiresAt: Date;

  @Field({ description: 'It ends then, however much it is used.' })
  expiresAt: Date;
}

@ObjectType({ description: 'Who sends this very request, and what they may do.' })
export class Viewer {
  @Field(() => ViewerKind)
  kind: ViewerKind;

  @Field()
  name: string;

  @Field(() => String, { nullable: true })
  email: string | null;

  @Field(() => ID, { nullable: true })
  userId: string | null;

  @Field(() => [String], { description: 'All actions held, such as key.create; sorted.' })
  actions: readonly string[];

  @Field(() => PLATFORM_ROLE_NAMES, { nullable: true })
  platformRole: PlatformRole | null;

  @Field(() => ID, { nullable: true, description: 'The organization that this request is kept to; null for all.' })
  organizationId: string | null;

  @Field(() => [ViewerMembership])
  memberships: readonly ViewerMembership[];

  @Field(() => ViewerSession, { nullable: true, description: 'Null when a key or a token came with the request.' })
  session: ViewerSession | null;

  @Field({ description: 'Version of the product.' })
  version: string;
}
