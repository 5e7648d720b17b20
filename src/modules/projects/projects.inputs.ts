import { ArgsType, Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEnum, IsObject, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { JsonScalar } from '../../infra/graphql/index.js';
import { ProjectStatus } from './project.entity.js';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const CODE_RULE = 'must start with a letter or digit and hold 1 to 64 letters, digits, dots, hyphens or underscores';

@InputType({ isAbstract: true })
export class CreateProjectInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field({ description: `It ${CODE_RULE}. Once in an organization.` })
  @Matches(CODE, { message: CODE_RULE })
  code: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => ID, { nullable: true, description: 'A member of the organization.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ownerId?: string | null;

  @Field(() => JsonScalar, { nullable: true })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown> | null;
}

@InputType()
export class UpdateProjectInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(CODE, { message: CODE_RULE })
  code?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;

  @Field(() => ID, { nullable: true, description: 'Null leaves it without an owner, leaving it out keeps the owner.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ownerId?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Replaces the metadata as a whole.' })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown> | null;
}

@ArgsType()
export class SuspendProjectArgs {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  id: string;

  @Field(() => String, { nullable: true, description: 'Shown with the project.' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string | null;
}

@InputType()
export class ProjectFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ProjectStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(ProjectStatus)
  status?: ProjectStatus | null;

  @Field(() => ID, { nullable: true, description: 'This user is its owner.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  ownerId?: string | null;
}

export enum ProjectOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  CODE_ASC = 'code_asc',
  CODE_DESC = 'code_desc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
}
registerEnumType(ProjectOrder, { name: 'ProjectOrder' });
