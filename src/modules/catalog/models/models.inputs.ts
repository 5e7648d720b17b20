import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayUnique,
  IsDate,
  IsDefined,
  IsEnum,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { PlanTier } from '../../organizations/index.js';
import { CAPABILITIES, type Capability, ModelStatus } from './model.entity.js';
import { PriceFields } from './price-fields.js';

export const MAX_TOKENS = 1_000_000_000;
const SETTABLE = [ModelStatus.ACTIVE, ModelStatus.INACTIVE];

/** What can be set at creation and later alike. */
@InputType({ isAbstract: true })
class ModelSettings {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_TOKENS)
  contextWindow?: number | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_TOKENS)
  maxOutputTokens?: number | null;

  @Field(() => [String], { nullable: true, description: `Some of ${CAPABILITIES.join(', ')}.` })
  @IsOptional()
  @IsIn(CAPABILITIES, { each: true })
  @ArrayUnique()
  capabilities?: Capability[] | null;

  @Field(() => [PlanTier], { nullable: true, description: 'The plans whose organizations it serves; empty: all.' })
  @IsOptional()
  @IsEnum(PlanTier, { each: true })
  @ArrayUnique()
  plans?: PlanTier[] | null;
}

@InputType()
export class CreateModelInput extends ModelSettings {
  @Field({ description: 'The name by which the vendor knows it.' })
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => ID, { nullable: true, description: 'The one provider that serves it; else give providerKind.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  providerId?: string | null;

  @Field(() => String, { nullable: true, description: 'Every enabled provider of this kind serves it.' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  providerKind?: string | null;
}

@InputType({ description: 'The name stays: another name is another model, with prices of its own.' })
export class UpdateModelInput extends ModelSettings {
  @Field(() => ModelStatus, { nullable: true, description: 'ACTIVE or INACTIVE.' })
  @IsOptional()
  @IsIn(SETTABLE)
  status?: ModelStatus | null;
}

@InputType()
export class AddPriceInput {
  @Field(() => Date, { nullable: true, description: 'Now when left out.' })
  @IsOptional()
  @IsDate()
  validFrom?: Date | null;

  @Field(() => PriceFields)
  @IsDefined()
  @ValidateNested()
  @Type(() => PriceFields)
  prices: PriceFields;
}

@InputType()
export class ModelFilter {
  @Field(() => ID, { nullable: true, description: 'Only this provider serves it.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  providerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'This provider may serve it: alone, or as one of its kind.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  servedBy?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  providerKind?: string | null;

  @Field(() => String, { nullable: true, description: 'Exactly this name.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string | null;

  @Field(() => ModelStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(ModelStatus)
  status?: ModelStatus | null;
}

export enum ModelOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  PROVIDER_KIND_ASC = 'provider_kind_asc',
  PROVIDER_KIND_DESC = 'provider_kind_desc',
  CONTEXT_WINDOW_ASC = 'context_window_asc',
  CONTEXT_WINDOW_DESC = 'context_window_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  ALIAS_COUNT_ASC = 'alias_count_asc',
  ALIAS_COUNT_DESC = 'alias_count_desc',
}
registerEnumType(ModelOrder, { name: 'ModelOrder' });
