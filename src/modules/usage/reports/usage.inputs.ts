import { ArgsType, Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsEnum, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { UsageWindow } from './usage-window.js';

const MAX_PARTS = 50;
export const UTC = 'UTC';

@InputType({ description: 'Whose calls are counted; all that the caller may see when left out.' })
export class UsageFilter {
  @Field(() => ID, { nullable: true, description: 'Of this organization.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this team.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  teamId?: string | null;

  @Field(() => ID, { nullable: true, description: 'For this project, be it by keys of teams.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: "With this person's user tokens." })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: 'With this key.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'To this alias, by name.' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  alias?: string | null;
}

export enum UsageDimension {
  ORGANIZATION = 'organization',
  TEAM = 'team',
  ALIAS = 'alias',
  MODEL = 'model',
  PROVIDER = 'provider',
  JOB_TYPE = 'job_type',
  KEY = 'key',
  PROJECT = 'project',
  USER = 'user',
}
registerEnumType(UsageDimension, { name: 'UsageDimension', description: 'What usage is divided by.' });

@ArgsType()
export class UsageArgs {
  @Field(() => UsageWindow, { description: 'How far back.' })
  @IsEnum(UsageWindow)
  window: UsageWindow;

  @Field(() => UsageFilter, { nullable: true, description: 'Whose calls are counted.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => UsageFilter)
  filter?: UsageFilter | null;

  @Field(() => String, { nullable: true, description: "IANA time zone whose days are meant, 'UTC' when left out." })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  timeZone?: string | null;
}

@ArgsType()
export class UsageBreakdownArgs extends UsageArgs {
  @Field(() => UsageDimension, { description: 'What usage is divided by.' })
  @IsEnum(UsageDimension)
  by: UsageDimension;

  @Field(() => Int, { nullable: true, description: `Rows before "other", 1 to ${MAX_PARTS}; 10 when left out.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_PARTS)
  first?: number | null;
}
