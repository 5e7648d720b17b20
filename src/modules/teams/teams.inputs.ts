import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsDate, IsEnum, IsObject, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { SLUG, SLUG_RULE } from '../../core/id.js';
import { BigIntScalar, CreditsScalar, JsonScalar } from '../../infra/graphql/index.js';
import { BudgetMode, TeamStatus } from './team.entity.js';

/** What can be set at creation and later alike. */
@InputType({ isAbstract: true })
class TeamSettings {
  @Field(() => BudgetMode, { nullable: true })
  @IsOptional()
  @IsEnum(BudgetMode)
  budgetMode?: BudgetMode | null;

  @Field(() => CreditsScalar, { nullable: true })
  @IsOptional()
  creditsPerDollar?: bigint | null;

  @Field(() => BigIntScalar, { nullable: true })
  @IsOptional()
  tokensPerCredit?: bigint | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  defaultAlias?: string | null;

  @Field(() => JsonScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown> | null;
}

@InputType({ isAbstract: true })
export class CreateTeamInput extends TeamSettings {
  @Field(() => ID, { description: `The id people choose; it ${SLUG_RULE}. Unique over all organizations.` })
  @Matches(SLUG, { message: SLUG_RULE })
  id: string;

  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field(() => String, { nullable: true, description: 'Display name; the id when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;
}

@InputType()
export class UpdateTeamInput extends TeamSettings {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;
}

@InputType()
export class PauseTeamInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string | null;

  @Field(() => Date, { nullable: true, description: 'The team resumes by itself then; never when left out.' })
  @IsOptional()
  @IsDate()
  until?: Date | null;
}

@InputType()
export class TeamFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => TeamStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(TeamStatus)
  status?: TeamStatus | null;

  @Field(() => BudgetMode, { nullable: true })
  @IsOptional()
  @IsEnum(BudgetMode)
  budgetMode?: BudgetMode | null;

  @Field(() => ID, { nullable: true, description: 'It holds this access group.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  accessGroupId?: string | null;
}

export enum TeamOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  ID_ASC = 'id_asc',
  ID_DESC = 'id_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  ORGANIZATION_ASC = 'organization_asc',
  ORGANIZATION_DESC = 'organization_desc',
  BUDGET_MODE_ASC = 'budget_mode_asc',
  BUDGET_MODE_DESC = 'budget_mode_desc',
  ACTIVE_KEY_COUNT_ASC = 'active_key_count_asc',
  ACTIVE_KEY_COUNT_DESC = 'active_key_count_desc',
  CREDITS_ALLOCATED_ASC = 'credits_allocated_asc',
  CREDITS_ALLOCATED_DESC = 'credits_allocated_desc',
  CREDITS_REMAINING_ASC = 'credits_remaining_asc',
  CREDITS_REMAINING_DESC = 'credits_remaining_desc',
  CREDITS_USED_ASC = 'credits_used_asc',
  CREDITS_USED_DESC = 'credits_used_desc',
}
registerEnumType(TeamOrder, { name: 'TeamOrder' });
