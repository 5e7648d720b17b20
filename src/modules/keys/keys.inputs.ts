import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  IsDate,
  IsEnum,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { KeyKind } from './key.entity.js';
import { KeyRules } from './rules/key-rules.js';

/** A week: long enough to roll a key out to every client, short enough that the old one is not forgotten. */
const MAX_OVERLAP_MINUTES = 7 * 24 * 60;

/** Ten years; who wants a key for longer wants one that does not expire. */
const MAX_VALIDITY_DAYS = 3_650;

/** What every new key can be given. */
@InputType({ isAbstract: true })
class NewKeySettings {
  @Field(() => KeyRules, { nullable: true, description: 'None when left out.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => KeyRules)
  rules?: KeyRules | null;
}

@InputType()
export class CreateVirtualKeyInput extends NewKeySettings {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  teamId: string;

  @Field(() => ID, { nullable: true, description: 'A project of the same organization that its calls are for.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  projectId?: string | null;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => Date, { nullable: true, description: 'Never when left out.' })
  @IsOptional()
  @IsDate()
  expiresAt?: Date | null;
}

@InputType()
export class CreateApiKeyInput extends NewKeySettings {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  projectId: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => Date, { nullable: true, description: 'Never when left out, unless validityDays is given.' })
  @IsOptional()
  @IsDate()
  expiresAt?: Date | null;

  @Field(() => Int, { nullable: true, description: `Instead of expiresAt: days from now, 1 to ${MAX_VALIDITY_DAYS}.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_VALIDITY_DAYS)
  validityDays?: number | null;
}

@InputType()
export class CreateUserTokenInput extends CreateApiKeyInput {
  @Field(() => ID, { description: 'A member of the organization of the project.' })
  @IsString()
  @MaxLength(100)
  userId: string;
}

@InputType()
export class RotateKeyInput {
  @Field(() => Int, { nullable: true, description: 'Minutes that the old key still works; 0 when left out.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_MINUTES)
  overlapMinutes?: number | null;
}

/** A key that has expired keeps the status ACTIVE, since nobody revoked it; to a list it is one of its own. */
export enum KeyStatusFilter {
  ACTIVE = 'active',
  EXPIRED = 'expired',
  REVOKED = 'revoked',
}
registerEnumType(KeyStatusFilter, {
  name: 'KeyStatusFilter',
  description: 'ACTIVE keys work; EXPIRED ones have run out without being revoked.',
});

@InputType()
export class KeyFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  teamId?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'User tokens of this person.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  userId?: string | null;

  @Field(() => KeyKind, { nullable: true })
  @IsOptional()
  @IsEnum(KeyKind)
  kind?: KeyKind | null;

  @Field(() => KeyStatusFilter, { nullable: true, description: 'Keys that work, have expired or were revoked.' })
  @IsOptional()
  @IsEnum(KeyStatusFilter)
  status?: KeyStatusFilter | null;
}

export enum KeyOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  LAST_USED_DESC = 'last_used_desc',
  LAST_USED_ASC = 'last_used_asc',
  LAST_FOUR_ASC = 'last_four_asc',
  LAST_FOUR_DESC = 'last_four_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  EXPIRES_ASC = 'expires_asc',
  EXPIRES_DESC = 'expires_desc',
  TEAM_ASC = 'team_asc',
  TEAM_DESC = 'team_desc',
  ORGANIZATION_ASC = 'organization_asc',
  ORGANIZATION_DESC = 'organization_desc',
}
registerEnumType(KeyOrder, { name: 'KeyOrder' });
