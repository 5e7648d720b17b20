import { ArgsType, Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsEnum, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { OrganizationRole } from '../../../core/roles.js';
import { PageArgs } from '../../../infra/graphql/index.js';
import { MemberSource, ORGANIZATION_ROLE_NAMES } from './member.entity.js';

@InputType()
export class AddMemberInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  userId: string;

  @Field(() => ORGANIZATION_ROLE_NAMES)
  @IsEnum(ORGANIZATION_ROLE_NAMES)
  role: OrganizationRole;
}

@InputType()
export class MemberFilter {
  @Field(() => ORGANIZATION_ROLE_NAMES, { nullable: true })
  @IsOptional()
  @IsEnum(ORGANIZATION_ROLE_NAMES)
  role?: OrganizationRole | null;

  @Field(() => MemberSource, { nullable: true })
  @IsOptional()
  @IsEnum(MemberSource)
  source?: MemberSource | null;
}

export enum MemberOrder {
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  EMAIL_ASC = 'email_asc',
  EMAIL_DESC = 'email_desc',
  ROLE_ASC = 'role_asc',
  ROLE_DESC = 'role_desc',
  SOURCE_ASC = 'source_asc',
  SOURCE_DESC = 'source_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  CREATED_ASC = 'created_asc',
  CREATED_DESC = 'created_desc',
}
registerEnumType(MemberOrder, { name: 'MemberOrder' });

@ArgsType()
export class MemberPageArgs extends PageArgs {
  @Field(() => MemberFilter, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => MemberFilter)
  override filter?: MemberFilter | null;

  @Field(() => MemberOrder, { nullable: true, description: 'By name when left out.' })
  @IsOptional()
  @IsEnum(MemberOrder)
  override orderBy?: MemberOrder | null;
}
