import { applyDecorators } from '@nestjs/common';
import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsInt, IsOptional, ValidateNested } from 'class-validator';
import { MoneyScalar } from '../../../infra/graphql/index.js';

export const MAX_TIERS = 4;
/** Prompt tokens; far beyond what any model takes. */
export const MAX_THRESHOLD = 1_000_000_000;

const PerMillion = (units: string): PropertyDecorator =>
  applyDecorators(
    Field(() => MoneyScalar, { nullable: true, description: `US dollars per million ${units}.` }),
    IsOptional(),
  );

/** A price for each class, as GraphQL shows and takes it; the same class both ways. */
@ObjectType({ isAbstract: true })
@InputType({ isAbstract: true })
export abstract class ClassPriceFields {
  @PerMillion('input tokens')
  input?: bigint | null;

  @PerMillion("input tokens read from the vendor's cache; the price of input where there is none")
  cachedRead?: bigint | null;

  @PerMillion("input tokens written to the vendor's cache; the price of input where there is none")
  cacheWrite?: bigint | null;

  @PerMillion("input tokens written to the vendor's cache for an hour; the price of cacheWrite where there is none")
  cacheWrite1h?: bigint | null;

  @PerMillion('output tokens')
  output?: bigint | null;

  @PerMillion('reasoning tokens; the price of output where there is none')
  reasoning?: bigint | null;

  @PerMillion('image tokens going in; the price of input where there is none')
  imageIn?: bigint | null;

  @PerMillion('image tokens coming out; the price of output where there is none')
  imageOut?: bigint | null;

  @PerMillion('audio tokens going in; the price of input where there is none')
  audioIn?: bigint | null;

  @PerMillion('audio tokens coming out; the price of output where there is none')
  audioOut?: bigint | null;

  @PerMillion('requests')
  request?: bigint | null;

  @PerMillion("uses of the vendor's own tools")
  toolUse?: bigint | null;
}

@ObjectType('TierPrices', { description: 'A class that is null has the price that it has without the tier.' })
@InputType('TierPricesInput', { description: 'A class left out has the price that it has without the tier.' })
export class TierPriceFields extends ClassPriceFields {}

@ObjectType('PriceTier', { description: 'What other prices a call has that has a long prompt.' })
@InputType('PriceTierInput', { description: 'What other prices a call has that has a long prompt.' })
export class PriceTierFields {
  @Field(() => Int, {
    description: `The whole call has these prices when all its input tokens together, cached ones too, are more; 1 to ${MAX_THRESHOLD}.`,
  })
  @IsInt()
  abovePromptTokens: number;

  @Field(() => TierPriceFields)
  @IsDefined()
  @ValidateNested()
  @Type(() => TierPriceFields)
  prices: TierPriceFields;
}

/** A PriceBook as GraphQL shows and takes it; the same class both ways. */
@ObjectType('PriceBook', { description: 'A class that is null has no price of its own; "0" is a price.' })
@InputType('PriceBookInput', { description: 'A class left out has no price of its own; "0" is a price.' })
export class PriceFields extends ClassPriceFields {
  @Field(() => [PriceTierFields], {
    nullable: true,
    description: `By the length of the prompt, ascending: a call has the prices of the last tier that its prompt is above. At most ${MAX_TIERS}, but what tenants pay may have those of model and override together.`,
  })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PriceTierFields)
  tiers?: PriceTierFields[] | null;
}
