import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsOptional, IsString, Length, MaxLength, ValidateBy } from 'class-validator';
import type { ScopeType } from '../../../core/scope.js';
import { BigIntScalar } from '../../../infra/graphql/index.js';
import { LIMIT_SCOPE_TYPES } from '../../limits/index.js';
import type { RatePer, RateUnit } from '../rules/bound-rate.js';
import { RATE_PERS, RATE_UNITS } from './rate-limit.entity.js';

/** Counts are added up in numbers that are exact to 2^53; of many limits at this size they still are. */
export const MAX_RATE = 1_000_000_000_000n;

const isRate = (value: unknown): boolean => typeof value === 'bigint' && value >= 1n && value <= MAX_RATE;
const RATE_RULE = `must be a whole number from 1 to ${MAX_RATE}`;
const IsRate = (): PropertyDecorator =>
  ValidateBy({ name: 'isRate', validator: { validate: isRate, defaultMessage: () => RATE_RULE } });

@InputType()
export class CreateRateLimitInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field(() => LIMIT_SCOPE_TYPES)
  @IsIn(Object.values(LIMIT_SCOPE_TYPES))
  scopeType: ScopeType;

  @Field(() => ID, { description: 'Of a pair the place: the project or the group.' })
  @IsString()
  @Length(1, 100)
  scopeId: string;

  @Field(() => ID, { nullable: true, description: 'Of a pair the member; each member by itself when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  memberId?: string | null;

  @Field(() => RATE_UNITS)
  @IsIn(Object.values(RATE_UNITS))
  unit: RateUnit;

  @Field(() => RATE_PERS, { nullable: true, description: 'Required, but for calls at once, which have none.' })
  @IsOptional()
  @IsIn(Object.values(RATE_PERS))
  per?: RatePer | null;

  @Field(() => BigIntScalar)
  @IsRate()
  amount: bigint;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  note?: string | null;
}

@InputType()
export class UpdateRateLimitInput {
  @Field(() => BigIntScalar, { nullable: true })
  @IsOptional()
  @IsRate()
  amount?: bigint | null;

  @Field(() => RATE_PERS, { nullable: true, description: 'Another one begins a count of its own.' })
  @IsOptional()
  @IsIn(Object.values(RATE_PERS))
  per?: RatePer | null;

  @Field(() => String, { nullable: true, description: 'Null removes it.' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  note?: string | null;
}

@InputType()
export class RateLimitFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => LIMIT_SCOPE_TYPES, { nullable: true })
  @IsOptional()
  @IsIn(Object.values(LIMIT_SCOPE_TYPES))
  scopeType?: ScopeType | null;

  @Field(() => ID, { nullable: true, description: 'Of a pair the place or the member.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  scopeId?: string | null;

  @Field(() => RATE_UNITS, { nullable: true })
  @IsOptional()
  @IsIn(Object.values(RATE_UNITS))
  unit?: RateUnit | null;
}

export enum RateLimitOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  AMOUNT_ASC = 'amount_asc',
  AMOUNT_DESC = 'amount_desc',
  SCOPE_ASC = 'scope_asc',
  SCOPE_DESC = 'scope_desc',
}
registerEnumType(RateLimitOrder, { name: 'RateLimitOrder' });
