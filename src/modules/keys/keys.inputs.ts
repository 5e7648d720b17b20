import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { IsDate, IsEnum, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { KeyStatus } from './key.entity.js';

/** A week: long enough to roll a key out to every client, short enough that the old one is not forgotten. */
const MAX_OVERLAP_MINUTES = 7 * 24 * 60;

@InputType()
export class CreateVirtualKeyInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  teamId: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => Date, { nullable: true, description: 'Never when left out.' })
  @IsOptional()
  @IsDate()
  expiresAt?: Date | null;
}

@InputType()
export class RotateKeyInput {
  @Field(() => Int, { nullable: true, description: 'Minutes that the old key still works; 0 when left out.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_MINUTES)
  overlapMinutes?: number | null;
}

@InputType()
export class KeyFilter {
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

  @Field(() => KeyStatus, { nullable: true })
  @IsOptional()
  @IsEnum(KeyStatus)
  status?: KeyStatus | null;
}

export enum KeyOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  LAST_USED_DESC = 'last_used_desc',
  LAST_USED_ASC = 'last_used_asc',
}
registerEnumType(KeyOrder, { name: 'KeyOrder' });
