import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEnum, IsObject, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { SLUG, SLUG_RULE } from '../../core/id.js';
import { JsonScalar } from '../../infra/graphql/index.js';
import { Billing, OrganizationStatus, PlanTier } from './organization.entity.js';

@InputType({ isAbstract: true })
export class CreateOrganizationInput {
  @Field(() => ID, { description: `The id people choose; it ${SLUG_RULE}.` })
  @Matches(SLUG, { message: SLUG_RULE })
  id: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => JsonScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown> | null;
}

@InputType()
export class UpdateOrganizationInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Replaces the metadata as a whole.' })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown> | null;

  @Field(() => PlanTier, { nullable: true, description: 'Set by the platform alone: needs the right billing.update.' })
  @IsOptional()
  @IsEnum(PlanTier)
  plan?: PlanTier | null;
}

@InputType()
export class SetBillingInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field(() => Billing)
  @IsEnum(Billing)
  billing: Billing;
}

@InputType()
export class OrganizationFilter {
  @Field(() => OrganizationStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(OrganizationStatus)
  status?: OrganizationStatus | null;

  @Field(() => PlanTier, { nullable: true })
  @IsOptional()
  @IsEnum(PlanTier)
  plan?: PlanTier | null;
}

export enum OrganizationOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  ID_ASC = 'id_asc',
  ID_DESC = 'id_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  PLAN_ASC = 'plan_asc',
  PLAN_DESC = 'plan_desc',
  TEAM_COUNT_ASC = 'team_count_asc',
  TEAM_COUNT_DESC = 'team_count_desc',
  ACTIVE_KEY_COUNT_ASC = 'active_key_count_asc',
  ACTIVE_KEY_COUNT_DESC = 'active_key_count_desc',
  CREDITS_ALLOCATED_ASC = 'credits_allocated_asc',
  CREDITS_ALLOCATED_DESC = 'credits_allocated_desc',
  CREDITS_REMAINING_ASC = 'credits_remaining_asc',
  CREDITS_REMAINING_DESC = 'credits_remaining_desc',
  CREDITS_USED_ASC = 'credits_used_asc',
  CREDITS_USED_DESC = 'credits_used_desc',
  TOTAL_SPENT_ASC = 'total_spent_asc',
  TOTAL_SPENT_DESC = 'total_spent_desc',
}
registerEnumType(OrganizationOrder, { name: 'OrganizationOrder' });
