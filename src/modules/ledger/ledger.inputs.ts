import { Field, ID, InputType } from '@nestjs/graphql';
import { IsEnum, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { CreditsScalar } from '../../infra/graphql/index.js';
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
}

@InputType()
export class CreditTransactionFilter {
  @Field(() => LedgerTxKind, { nullable: true })
  @IsOptional()
  @IsEnum(LedgerTxKind)
  kind?: LedgerTxKind | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  jobId?: string | null;
}
