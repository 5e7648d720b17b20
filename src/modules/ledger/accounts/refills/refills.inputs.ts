import { Field, ID, InputType } from '@nestjs/graphql';
import { IsEnum, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { CreditsScalar } from '../../../../infra/graphql/index.js';
import { RefillMode, RefillPeriod, RefillStatus } from './refill.entity.js';

@InputType()
export class SetRefillInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  teamId: string;

  @Field(() => RefillMode)
  @IsEnum(RefillMode)
  mode: RefillMode;

  @Field(() => CreditsScalar, { description: 'Above zero: what is added each period, or what is filled up to.' })
  @IsOptional()
  credits: bigint;

  @Field(() => RefillPeriod)
  @IsEnum(RefillPeriod)
  period: RefillPeriod;

  @Field(() => String, { nullable: true, description: 'IANA time zone of the periods; UTC when left out.' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  zone?: string | null;

  @Field(() => RefillStatus, {
    nullable: true,
    description: 'ACTIVE when left out. What passes while it is PAUSED is not caught up.',
  })
  @IsOptional()
  @IsEnum(RefillStatus)
  status?: RefillStatus | null;
}
