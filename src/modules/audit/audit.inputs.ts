import { Field, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsDate, IsEnum, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ACTIONS, type Action } from '../../core/action.js';
import { AuditStatus } from './audit-entry.entity.js';

@InputType()
export class AuditFilter {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsIn(ACTIONS as Action[], { each: true })
  actions?: Action[] | null;

  @Field(() => AuditStatus, { nullable: true })
  @IsOptional()
  @IsEnum(AuditStatus)
  status?: AuditStatus | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  entityType?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  entityId?: string | null;

  @Field(() => Date, { nullable: true, description: 'Entries at or after this instant.' })
  @IsOptional()
  @IsDate()
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Entries before this instant.' })
  @IsOptional()
  @IsDate()
  to?: Date | null;
}
