import { Field, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, IsDate, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { JsonScalar } from '../../../infra/graphql/index.js';
import { MAX_ENTRIES } from './price-list.js';

const MOST_SELECTED = 10 * MAX_ENTRIES;

@InputType()
export class PriceImportPreviewInput {
  @Field(() => JsonScalar, {
    nullable: true,
    description: `Null or left out: the list that comes with the product. Else up to ${MAX_ENTRIES} models as {"models": [{"provider_kind", "name", "context_window", "max_output_tokens", "capabilities", "prices": {"input": "1.25", "tiers": [{"above_prompt_tokens": 200000, "prices": {"input": "2.5"}}]}, "source", "as_of", "note"}]}, with prices as text: US dollars per million by class of usage. Tiers are other prices for calls with longer prompts.`,
  })
  @IsOptional()
  @IsObject()
  list?: Record<string, unknown> | null;

  @Field(() => Date, { nullable: true, description: 'From when on the prices shall hold; now when left out.' })
  @IsOptional()
  @IsDate()
  validFrom?: Date | null;
}

@InputType()
export class ImportPricesInput extends PriceImportPreviewInput {
  @Field({ description: 'Of the preview of the same list and time that was looked at.' })
  @IsString()
  @MaxLength(100)
  fingerprint: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Rows of the preview; all that are new or changed when left out.',
  })
  @IsOptional()
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  @ArrayMaxSize(MOST_SELECTED)
  rowIds?: string[] | null;
}
