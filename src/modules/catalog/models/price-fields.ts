import { applyDecorators } from '@nestjs/common';
import { Field, InputType, ObjectType } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { MoneyScalar } from '../../../infra/graphql/index.js';

const PerMillion = (units: string): PropertyDecorator =>
  applyDecorators(
    Field(() => MoneyScalar, { nullable: true, description: `US dollars per million ${units}.` }),
    IsOptional(),
  );

/** A PriceBook as GraphQL shows and takes it; the same class both ways. */
@ObjectType('PriceBook', { description: 'A class that is null has no price of its own; "0" is a price.' })
@InputType('PriceBookInput', { description: 'A class left out has no price of its own; "0" is a price.' })
export class PriceFields {
  @PerMillion('input tokens')
  input?: bigint | null;

  @PerMillion("input tokens read from the vendor's cache; the price of input when null")
  cachedRead?: bigint | null;

  @PerMillion("input tokens written to the vendor's cache; the price of input when null")
  cacheWrite?: bigint | null;

  @PerMillion("input tokens written to the vendor's cache for an hour; the price of input when null")
  cacheWrite1h?: bigint | null;

  @PerMillion('output tokens')
  output?: bigint | null;

  @PerMillion('reasoning tokens; the price of output when null')
  reasoning?: bigint | null;

  @PerMillion('image tokens going in; the price of input when null')
  imageIn?: bigint | null;

  @PerMillion('image tokens coming out; the price of output when null')
  imageOut?: bigint | null;

  @PerMillion('audio tokens going in; the price of input when null')
  audioIn?: bigint | null;

  @PerMillion('audio tokens coming out; the price of output when null')
  audioOut?: bigint | null;

  @PerMillion('requests')
  request?: bigint | null;

  @PerMillion("uses of the vendor's own tools")
  toolUse?: bigint | null;
}
