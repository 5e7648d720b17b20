import { Field, ID, InputType } from '@nestjs/graphql';
import { IsEnum, IsOptional, IsString, MaxLength } from 'class-validator';
import type { OrganizationRole, PlatformRole } from '../../../core/roles.js';
import { ORGANIZATION_ROLE_NAMES } from '../members/member.entity.js';
import { PLATFORM_ROLE_NAMES } from './user.entity.js';

/** Either a platform role, or an organization with a role in it. */
@InputType({ isAbstract: true })
export class RoleGrantInput {
  @Field(() => PLATFORM_ROLE_NAMES, { nullable: true, description: 'Either this, or an organization with a role.' })
  @IsOptional()
  @IsEnum(PLATFORM_ROLE_NAMES)
  platformRole?: PlatformRole | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ORGANIZATION_ROLE_NAMES, { nullable: true })
  @IsOptional()
  @IsEnum(ORGANIZATION_ROLE_NAMES)
  organizationRole?: OrganizationRole | null;
}
