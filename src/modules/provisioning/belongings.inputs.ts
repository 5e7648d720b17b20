import { Field, ID, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { CreateProjectInput } from '../projects/index.js';

const MAX_GROUPS = 200;

@InputType('CreateProjectInput')
export class ProvisionProjectInput extends CreateProjectInput {
  @Field(() => [ID], { nullable: true, description: 'Access groups that it gets.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_GROUPS)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  accessGroupIds?: string[] | null;
}
