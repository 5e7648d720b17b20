import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { IsEnum, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { CachePrice } from '../../projects/index.js';

const DAY_SECONDS = 24 * 60 * 60;
const YEAR_DAYS = 365;

@ArgsType()
export class SetProjectCacheArgs {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  projectId: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How long an answer is kept, 60 seconds to 30 days. Null turns the cache off and empties it.',
  })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(30 * DAY_SECONDS)
  ttlSeconds?: number | null;

  @Field(() => CachePrice, { nullable: true, description: 'Left out, it stays as it is.' })
  @IsOptional()
  @IsEnum(CachePrice)
  price?: CachePrice | null;
}

@ArgsType()
export class SetProjectRetentionArgs {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  projectId: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many days, 1 to 365. Null stops storing; what is stored stays until its day.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(YEAR_DAYS)
  days?: number | null;
}

@ArgsType()
export class CacheFiguresArgs {
  @Field(() => Int, { defaultValue: 30, description: 'Days that are counted, today included; 1 to 365.' })
  @IsInt()
  @Min(1)
  @Max(YEAR_DAYS)
  days: number;
}
