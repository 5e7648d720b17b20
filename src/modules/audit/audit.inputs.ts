import { Field, InputType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsDate, IsEnum, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { ACTIONS, type Action } from '../../core/action.js';
import { AuditStatus } from './entries/audit-entry.entity.js';

export enum AuditOrder {
  NEWEST = 'newest',
  OLDEST = 'oldest',
}
registerEnumType(AuditOrder, { name: 'AuditOrder' });

const MOST = 100;

/** A list of texts, any of which may match. */
const AnyOf =
  (description: string): PropertyDecorator =>
  (target, property) => {
    Field(() => [String], { nullable: true, description })(target, property);
    IsOptional()(target, property);
    IsArray()(target, property);
    ArrayMaxSize(MOST)(target, property);
    IsString({ each: true })(target, property);
    MaxLength(200, { each: true })(target, property);
  };

const Exactly =
  (description: string): PropertyDecorator =>
  (target, property) => {
    Field(() => String, { nullable: true, description })(target, property);
    IsOptional()(target, property);
    IsString()(target, property);
    MaxLength(200)(target, property);
  };

@InputType()
export class AuditFilter {
  @Exactly('Entries of this organization.')
  organizationId?: string | null;

  @AnyOf('Entries of any of these actions, such as key.create.')
  @IsIn(ACTIONS as Action[], { each: true })
  actions?: Action[] | null;

  @Field(() => AuditStatus, { nullable: true })
  @IsOptional()
  @IsEnum(AuditStatus)
  status?: AuditStatus | null;

  @AnyOf('Entries about things of any of these types, such as Team.')
  entityTypes?: string[] | null;

  @Exactly('Entries about the thing with this id.')
  entityId?: string | null;

  @AnyOf('Entries of any of these users or keys, by id.')
  actorIds?: string[] | null;

  @AnyOf(
    'Entries of any of these kinds of actors: user, key, master_key, system, anonymous; besides those of actorIds.',
  )
  actorKinds?: string[] | null;

  @Field(() => Date, { nullable: true, description: 'Entries at or after this instant.' })
  @IsOptional()
  @IsDate()
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Entries before this instant.' })
  @IsOptional()
  @IsDate()
  to?: Date | null;
}
