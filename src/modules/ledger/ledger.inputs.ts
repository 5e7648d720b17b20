import { ArgsType, Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsEnum, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { CreditsScalar, PageArgs } from '../../infra/graphql/index.js';
import { TeamMovementInput, TransactionFilter } from './accounts/movements/movement-fields.js';

@InputType()
export class CreditsInput extends TeamMovementInput {
  @Field(() => CreditsScalar, { description: 'Above zero.' })
  @IsOptional()
  credits: bigint;
}

@InputType()
export class CreditTransactionFilter extends TransactionFilter {}

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
