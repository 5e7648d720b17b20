import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEnum,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { PriceFields } from '../models/price-fields.js';
import { AliasStatus, RoutingStrategy } from './alias.entity.js';
import { ALIAS_NAME, ALIAS_NAME_RULE } from './alias-name.js';

export const MAX_TARGETS = 20;
export const MAX_WEIGHT = 1_000;
const SETTABLE = [AliasStatus.ACTIVE, AliasStatus.INACTIVE];

@InputType()
export class AliasTargetInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  modelId: string;

  @Field(() => Int, {
    nullable: true,
    description: `For weighted routing, 0 to ${MAX_WEIGHT}: 0 is a fallback only. 1 when left out.`,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_WEIGHT)
  weight?: number | null;
}

/** What can be set at creation and later alike. */
@InputType({ isAbstract: true })
class AliasSettings {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @Field(() => PriceFields, { nullable: true, description: 'What tenants pay instead of the price of the model.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => PriceFields)
  priceOverride?: PriceFields | null;

  @Field(() => RoutingStrategy, { nullable: true, description: 'ORDERED when left out at creation; else as it was.' })
  @IsOptional()
  @IsEnum(RoutingStrategy)
  routingStrategy?: RoutingStrategy | null;
}

@InputType()
export class CreateAliasInput extends AliasSettings {
  @Field({ description: `What clients send as \`model\`; it ${ALIAS_NAME_RULE}.` })
  @Matches(ALIAS_NAME, { message: ALIAS_NAME_RULE })
  name: string;

  @Field(() => String, { nullable: true, description: 'The name when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  displayName?: string | null;

  @Field(() => [AliasTargetInput], { nullable: true, description: 'In the order in which they are tried.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_TARGETS)
  @ValidateNested({ each: true })
  @Type(() => AliasTargetInput)
  targets?: AliasTargetInput[] | null;
}

@InputType({ description: 'The name stays: clients have it in their code.' })
export class UpdateAliasInput extends AliasSettings {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  displayName?: string | null;

  @Field(() => AliasStatus, { nullable: true, description: 'ACTIVE or INACTIVE.' })
  @IsOptional()
  @IsIn(SETTABLE)
  status?: AliasStatus | null;
}

@InputType()
export class SetAliasTargetsInput {
  @Field(() => [AliasTargetInput], { description: 'In the order in which they are tried.' })
  @IsArray()
  @ArrayMaxSize(MAX_TARGETS)
  @ValidateNested({ each: true })
  @Type(() => AliasTargetInput)
  targets: AliasTargetInput[];

  @Field(() => RoutingStrategy, { nullable: true, description: 'As it was when left out.' })
  @IsOptional()
  @IsEnum(RoutingStrategy)
  routingStrategy?: RoutingStrategy | null;
}

@InputType()
export class AliasFilter {
  @Field(() => AliasStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(AliasStatus)
  status?: AliasStatus | null;

  @Field(() => String, { nullable: true, description: 'One of its targets is a model of this kind.' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  providerKind?: string | null;

  @Field(() => ID, { nullable: true, description: 'It is in this access group.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  accessGroupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'One of its targets is this model.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  modelId?: string | null;
}

export enum AliasOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  DISPLAY_NAME_ASC = 'display_name_asc',
  DISPLAY_NAME_DESC = 'display_name_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  TARGET_COUNT_ASC = 'target_count_asc',
  TARGET_COUNT_DESC = 'target_count_desc',
  PROVIDER_ASC = 'provider_asc',
  PROVIDER_DESC = 'provider_desc',
  INPUT_PRICE_ASC = 'input_price_asc',
  INPUT_PRICE_DESC = 'input_price_desc',
  OUTPUT_PRICE_ASC = 'output_price_asc',
  OUTPUT_PRICE_DESC = 'output_price_desc',
}
registerEnumType(AliasOrder, { name: 'AliasOrder' });
