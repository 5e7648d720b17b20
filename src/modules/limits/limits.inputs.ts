import { Field, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import {
  ArrayMaxSize,
  IsArray,
  IsEnum,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import type { ScopeType } from '../../core/scope.js';
import type { Period } from '../../core/window.js';
import {
  LIMIT_ENFORCEMENTS,
  LIMIT_PERIODS,
  LIMIT_SCOPE_TYPES,
  LIMIT_STATUSES,
  LIMIT_UNITS,
  type LimitEnforcement,
  type LimitStatus,
  type LimitUnit,
} from './limit-words.js';

export const MAX_ALERTS = 10;
const AMOUNT = 'Decimal string in the unit: dollars ("12.50"), credits ("1000"), whole tokens or requests; 0 or more.';
const ALERTS = `Percents of use at which it alerts: ascending, 1 to 100, at most ${MAX_ALERTS}; none when empty.`;
const ZONE = 'IANA time zone such as "Europe/Berlin".';

/** What can be changed of a limit as well as given at first. */
@InputType({ isAbstract: true })
class LimitTerms {
  @Field(() => LIMIT_ENFORCEMENTS, { nullable: true, description: 'HARD for a new limit when left out.' })
  @IsOptional()
  @IsEnum(LIMIT_ENFORCEMENTS)
  enforcement?: LimitEnforcement | null;

  @Field(() => [Int], { nullable: true, description: `${ALERTS} 50, 80 and 100 for a new limit when left out.` })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_ALERTS)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(100, { each: true })
  alerts?: number[] | null;

  @Field(() => String, { nullable: true, description: 'Null removes it.' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  note?: string | null;

  @Field(() => String, { nullable: true, description: `${ZONE} UTC for a new limit when left out.` })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  zone?: string | null;
}

@InputType()
export class CreateLimitInput extends LimitTerms {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;

  @Field(() => LIMIT_SCOPE_TYPES)
  @IsEnum(LIMIT_SCOPE_TYPES)
  scopeType: ScopeType;

  @Field(() => ID, { description: 'Something of the organization; of a pair the place: the project or the group.' })
  @IsString()
  @MaxLength(100)
  scopeId: string;

  @Field(() => ID, { nullable: true, description: 'Of a pair the member; left out for each member by itself.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  memberId?: string | null;

  @Field(() => LIMIT_UNITS)
  @IsEnum(LIMIT_UNITS)
  unit: LimitUnit;

  @Field(() => LIMIT_PERIODS)
  @IsEnum(LIMIT_PERIODS)
  period: Period;

  @Field({ description: AMOUNT })
  @IsString()
  @Length(1, 64)
  amount: string;
}

@InputType()
export class UpdateLimitInput extends LimitTerms {
  @Field(() => String, { nullable: true, description: `${AMOUNT} Holds at once, also below what is used.` })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  amount?: string | null;

  @Field(() => LIMIT_PERIODS, {
    nullable: true,
    description: 'A new period or zone holds from the end of the window that runs now; after TOTAL at once.',
  })
  @IsOptional()
  @IsEnum(LIMIT_PERIODS)
  period?: Period | null;
}

@InputType()
export class LimitFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => LIMIT_SCOPE_TYPES, { nullable: true })
  @IsOptional()
  @IsEnum(LIMIT_SCOPE_TYPES)
  scopeType?: ScopeType | null;

  @Field(() => ID, { nullable: true, description: 'Of a pair the place or the member.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  scopeId?: string | null;

  @Field(() => LIMIT_UNITS, { nullable: true })
  @IsOptional()
  @IsEnum(LIMIT_UNITS)
  unit?: LimitUnit | null;

  @Field(() => LIMIT_PERIODS, { nullable: true })
  @IsOptional()
  @IsEnum(LIMIT_PERIODS)
  period?: Period | null;

  @Field(() => LIMIT_ENFORCEMENTS, { nullable: true })
  @IsOptional()
  @IsEnum(LIMIT_ENFORCEMENTS)
  enforcement?: LimitEnforcement | null;

  @Field(() => LIMIT_STATUSES, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(LIMIT_STATUSES)
  status?: LimitStatus | null;
}

export enum LimitOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  AMOUNT_DESC = 'amount_desc',
  AMOUNT_ASC = 'amount_asc',
  SCOPE_ASC = 'scope_asc',
  SCOPE_DESC = 'scope_desc',
}
registerEnumType(LimitOrder, { name: 'LimitOrder' });
