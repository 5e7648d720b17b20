import { Field, ID, InputType } from '@nestjs/graphql';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { CreditsScalar, MoneyScalar } from '../../../../infra/graphql/index.js';
import { IdempotencyKeyField } from '../../../../infra/idempotency/index.js';
import { BalanceMovementInput, ReasonedInput, TeamMovementInput } from './movement-fields.js';

@InputType()
export class GiftCreditsInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  teamId: string;

  @Field(() => CreditsScalar, { description: 'Above zero.' })
  @IsOptional()
  credits: bigint;

  @Field({ description: 'Tells the team why; stands on the transaction and in the audit log.' })
  @IsString()
  @Length(1, 500)
  comment: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType()
export class AdjustCreditsInput extends TeamMovementInput {
  @Field(() => CreditsScalar, { description: 'Above zero gives credits, below takes them.' })
  @IsOptional()
  credits: bigint;
}

@InputType()
export class RefundTransactionInput extends ReasonedInput {
  @Field(() => ID, { description: 'The charge of a job.' })
  @IsString()
  @MaxLength(100)
  transactionId: string;

  @Field(() => CreditsScalar, {
    nullable: true,
    description: 'Above zero; all that is left of the charge when left out.',
  })
  @IsOptional()
  credits?: bigint | null;
}

@InputType()
export class TopUpBalanceInput extends BalanceMovementInput {
  @Field(() => MoneyScalar, { description: 'Above zero.' })
  @IsOptional()
  amount: bigint;
}

@InputType()
export class AdjustBalanceInput extends BalanceMovementInput {
  @Field(() => MoneyScalar, { description: 'Above zero gives money, below takes it.' })
  @IsOptional()
  amount: bigint;
}
