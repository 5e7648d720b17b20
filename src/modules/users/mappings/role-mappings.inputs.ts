import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEnum, IsOptional, IsString, Length } from 'class-validator';
import { RoleGrantInput } from '../people/role-grant.inputs.js';
import { MappingSource } from './role-mapping.entity.js';

@InputType()
export class CreateRoleMappingInput extends RoleGrantInput {
  @Field(() => MappingSource)
  @IsEnum(MappingSource)
  source: MappingSource;

  @Field({ description: 'Value of the app role, or object id of the group.' })
  @IsString()
  @Length(1, 120)
  value: string;

  @Field(() => String, { nullable: true, description: 'What people call it; the value when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  displayName?: string | null;
}

@InputType()
export class RoleMappingFilter {
  @Field(() => MappingSource, { nullable: true })
  @IsOptional()
  @IsEnum(MappingSource)
  source?: MappingSource | null;
}

export enum RoleMappingOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  SOURCE_ASC = 'source_asc',
  SOURCE_DESC = 'source_desc',
  VALUE_ASC = 'value_asc',
  VALUE_DESC = 'value_desc',
}
registerEnumType(RoleMappingOrder, { name: 'RoleMappingOrder' });
