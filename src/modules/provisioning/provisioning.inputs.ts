import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, MaxLength, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { CreditsScalar } from '../../infra/graphql/index.js';
import { IssuedKey } from '../keys/index.js';
import { CreateOrganizationInput, Organization } from '../organizations/index.js';
import { CreateTeamInput, Team } from '../teams/index.js';

const MAX_GROUPS = 200;

@InputType('CreateTeamInput', { description: 'A team ready for use: with access, credits and a first key.' })
export class ProvisionTeamInput extends CreateTeamInput {
  @Field(() => [ID], { nullable: true, description: 'Access groups that it gets.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_GROUPS)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  accessGroupIds?: string[] | null;

  @Field(() => CreditsScalar, { nullable: true, description: 'Credits to begin with; none when left out.' })
  @IsOptional()
  credits?: bigint | null;

  @Field(() => String, { nullable: true, description: 'Name of its first key; "default" when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  keyName?: string | null;
}

@InputType({ description: 'Team that is made together with an organization, as <organization>_default.' })
export class DefaultTeamInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;

  @Field(() => [ID], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_GROUPS)
  @IsString({ each: true })
  accessGroupIds?: string[] | null;

  @Field(() => CreditsScalar, { nullable: true })
  @IsOptional()
  credits?: bigint | null;
}

@InputType('CreateOrganizationInput')
export class ProvisionOrganizationInput extends CreateOrganizationInput {
  @Field(() => DefaultTeamInput, { nullable: true, description: 'No team is made when left out.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => DefaultTeamInput)
  defaultTeam?: DefaultTeamInput | null;
}

@ObjectType({ description: 'A team just made, with its first key; the token is shown here and never again.' })
export class ProvisionedTeam {
  @Field(() => Team)
  team: Team;

  @Field(() => IssuedKey)
  issued: IssuedKey;
}

@ObjectType()
export class ProvisionedOrganization {
  @Field(() => Organization)
  organization: Organization;

  @Field(() => ProvisionedTeam, { nullable: true })
  defaultTeam: ProvisionedTeam | null;
}
