import { ArgsType, Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDate,
  IsEnum,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { CreditsScalar, PageArgs } from '../../infra/graphql/index.js';
import { IdempotencyKeyField } from '../../infra/idempotency/index.js';
import { LedgerTxKind } from './ledger-tx.entity.js';

@InputType()
export class CreditsInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  teamId: string;

  @Field(() => CreditsScalar, { description: 'Above zero.' })
  @IsOptional()
  credits: bigint;

  @Field({ description: 'Stands on the transaction and in the audit log.' })
  @IsString()
  @Length(1, 500)
  reason: string;

  @IdempotencyKeyField()
  idempotencyKey?: string | null;
}

@InputType()
export class CreditTransactionFilter {
  @Field(() => [LedgerTxKind], { nullable: true, description: 'Of any of these kinds; of every kind when left out.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
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

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  jobId?: string | null;
}

export enum CreditTransactionOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
}
registerEnumType(CreditTransactionOrder, { name: 'CreditTransactionOrder' });

@ArgsType()
export class CreditTransactionArgs extends PageArgs {
  @Field(() => ID, { description: 'The team whose account is meant.' })
  @IsString()
  @MaxLength(100)
  override teamId: string;

  @Field(() => CreditTransactionFilter, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => CreditTransactionFilter)
  override filter?: CreditTransactionFilter;

  @Field(() => CreditTransactionOrder, { nullable: true, description: 'Newest first when left out.' })
  @IsOptional()
  @IsEnum(CreditTransactionOrder)
  override orderBy?: CreditTransactionOrder;
}
