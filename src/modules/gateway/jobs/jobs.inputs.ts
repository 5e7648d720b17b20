import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsDate, IsEnum, IsOptional, IsString, MaxLength } from 'class-validator';
import { JobStatus } from '../../ledger/index.js';

@InputType()
export class JobFilter {
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

  @Field(() => ID, { nullable: true, description: 'For this project, be it by a key of a team.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Opened with this key.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  keyId?: string | null;

  @Field(() => String, { nullable: true, description: 'One of its calls was to this alias, by name.' })
  @IsOptional()
  @IsString()
  @MaxLength(128)
  alias?: string | null;

  @Field(() => JobStatus, { nullable: true })
  @IsOptional()
  @IsEnum(JobStatus)
  status?: JobStatus | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  jobType?: string | null;

  @Field(() => Date, { nullable: true, description: 'Jobs created at or after this instant.' })
  @IsOptional()
  @IsDate()
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Jobs created before this instant.' })
  @IsOptional()
  @IsDate()
  to?: Date | null;
}

export enum JobOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  COST_DESC = 'cost_desc',
  COST_ASC = 'cost_asc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  TYPE_ASC = 'type_asc',
  TYPE_DESC = 'type_desc',
  TEAM_ASC = 'team_asc',
  TEAM_DESC = 'team_desc',
  CALLS_ASC = 'calls_asc',
  CALLS_DESC = 'calls_desc',
  TOKENS_ASC = 'tokens_asc',
  TOKENS_DESC = 'tokens_desc',
  DURATION_ASC = 'duration_asc',
  DURATION_DESC = 'duration_desc',
  CREDITS_ASC = 'credits_asc',
  CREDITS_DESC = 'credits_desc',
}
registerEnumType(JobOrder, { name: 'JobOrder' });
