import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsEnum, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { SLUG, SLUG_RULE } from '../../../core/id.js';
import { AccessGroupStatus } from './access-group.entity.js';

export const MAX_ALIASES_OF_GROUP = 500;

@InputType()
export class CreateAccessGroupInput {
  @Field(() => ID, { description: `The id people choose; it ${SLUG_RULE}.` })
  @Matches(SLUG, { message: SLUG_RULE })
  id: string;

  @Field(() => String, { nullable: true, description: 'The id when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  displayName?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_ALIASES_OF_GROUP)
  @IsString({ each: true })
  aliasIds?: string[] | null;
}

@InputType()
export class UpdateAccessGroupInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  displayName?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @Field(() => AccessGroupStatus, { nullable: true, description: 'An inactive group grants nothing.' })
  @IsOptional()
  @IsEnum(AccessGroupStatus)
  status?: AccessGroupStatus | null;
}

@InputType()
export class AccessGroupFilter {
  @Field(() => AccessGroupStatus, { nullable: true })
  @IsOptional()
  @IsEnum(AccessGroupStatus)
  status?: AccessGroupStatus | null;
}

export enum AccessGroupOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  ID_ASC = 'id_asc',
  ID_DESC = 'id_desc',
  DISPLAY_NAME_ASC = 'display_name_asc',
  DISPLAY_NAME_DESC = 'display_name_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  ALIAS_COUNT_ASC = 'alias_count_asc',
  ALIAS_COUNT_DESC = 'alias_count_desc',
  TEAM_COUNT_ASC = 'team_count_asc',
  TEAM_COUNT_DESC = 'team_count_desc',
}
registerEnumType(AccessGroupOrder, { name: 'AccessGroupOrder' });
