import { Field, ID, InputType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsDate, IsEnum, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IdempotencyKeyField } from '../../../../infra/idempotency/index.js';
import { LedgerTxKind } from '../../ledger-tx.entity.js';

/** What moves money says why, and may be asked for twice. */
@InputType({ isAbstract: true })
export class ReasonedInput {
  @Field({ description: 'Stands on the transaction and in the audit log.' })
  @IsString()
  @Length(1, 500)
  reason: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType({ isAbstract: true })
export class TeamMovementInput extends ReasonedInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  teamId: string;
}

@InputType({ isAbstract: true })
export class BalanceMovementInput extends ReasonedInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  organizationId: string;
}

/** Which transactions are meant. */
@InputType({ isAbstract: true })
export class TransactionFilter {
  @Field(() => [LedgerTxKind], { nullable: true, description: 'Of any of these kinds; of every kind when left out.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsEnum(LedgerTxKind, { each: true })
  kinds?: LedgerTxKind[] | null;

  @Field(() => Date, { nullable: true, description: 'Made at or after this instant.' })
  @IsOptional()
  @IsDate()
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Made before this instant.' })
  @IsOptional()
  @IsDate()
  to?: Date | null;

  @Field(() => ID, { nullable: true, description: 'Refunds of what the job was charged count as of the job.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  jobId?: string | null;
}
