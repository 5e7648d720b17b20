import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';

/** Most members that one mutation adds or removes. */
const MAX_MEMBERS_AT_ONCE = 100;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UUID_RULE = { message: 'must be an object id such as 6f9619ff-8b86-4d01-b42d-00cf4fc964ff' };
const DIRECTORY = 'Object id of the group in the directory.';

@InputType()
export class CreateGroupInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => String, { nullable: true, description: `${DIRECTORY} Once in an organization.` })
  @IsOptional()
  @Matches(UUID, UUID_RULE)
  directoryObjectId?: string | null;
}

@InputType()
export class UpdateGroupInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;

  @Field(() => String, { nullable: true, description: `${DIRECTORY} Null takes it away, leaving it out keeps it.` })
  @IsOptional()
  @Matches(UUID, UUID_RULE)
  directoryObjectId?: string | null;
}

@InputType()
export class GroupMembersInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  groupId: string;

  @Field(() => [ID], { description: `Users, at most ${MAX_MEMBERS_AT_ONCE}.` })
  @IsArray()
  @ArrayMaxSize(MAX_MEMBERS_AT_ONCE)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  userIds: string[];
}

@InputType()
export class GroupFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ID, { nullable: true, description: 'This user is in it.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  userId?: string | null;
}

export enum GroupOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
}
registerEnumType(GroupOrder, { name: 'GroupOrder' });
