import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEnum, IsOptional, IsString, Length } from 'class-validator';
import type { PlatformRole } from '../../../core/roles.js';
import { PLATFORM_ROLE_NAMES, UserStatus } from './user.entity.js';

@InputType()
export class UpdateUserInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;

  @Field(() => PLATFORM_ROLE_NAMES, {
    nullable: true,
    description: 'The role given here; null takes it away, leaving it out leaves it as it is.',
  })
  @IsOptional()
  @IsEnum(PLATFORM_ROLE_NAMES)
  platformRole?: PlatformRole | null;
}

@InputType()
export class UserFilter {
  @Field(() => UserStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(UserStatus)
  status?: UserStatus | null;

  @Field(() => PLATFORM_ROLE_NAMES, { nullable: true })
  @IsOptional()
  @IsEnum(PLATFORM_ROLE_NAMES)
  platformRole?: PlatformRole | null;
}

export enum UserOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  EMAIL_ASC = 'email_asc',
  EMAIL_DESC = 'email_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  PLATFORM_ROLE_ASC = 'platform_role_asc',
  PLATFORM_ROLE_DESC = 'platform_role_desc',
  LAST_SIGN_IN_ASC = 'last_sign_in_asc',
  LAST_SIGN_IN_DESC = 'last_sign_in_desc',
}
registerEnumType(UserOrder, { name: 'UserOrder' });
