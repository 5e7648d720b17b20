import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEnum, IsOptional, IsString, MaxLength } from 'class-validator';
import { AccountKind, CreditMode } from '../account.entity.js';
import { TransactionFilter } from './movements/movement-fields.js';

@InputType()
export class AccountFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => AccountKind, { nullable: true })
  @IsOptional()
  @IsEnum(AccountKind)
  kind?: AccountKind | null;
}

export enum AccountOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  BALANCE_DESC = 'balance_desc',
  BALANCE_ASC = 'balance_asc',
}
registerEnumType(AccountOrder, { name: 'AccountOrder' });

@InputType()
export class LedgerEntryFilter extends TransactionFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  accountId?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  callId?: string | null;
}

export enum LedgerEntryOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
}
registerEnumType(LedgerEntryOrder, { name: 'LedgerEntryOrder' });

@InputType()
export class HoldFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  keyId?: string | null;
}

export enum HoldOrder {
  CREATED_ASC = 'created_asc',
  CREATED_DESC = 'created_desc',
}
registerEnumType(HoldOrder, { name: 'HoldOrder', description: 'CREATED_ASC has the oldest hold first.' });

@InputType()
export class SetCreditModeInput {
  @Field(() => ID, { nullable: true, description: 'Whose credits are meant; either this or organizationId.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  teamId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Whose balance is meant; either this or teamId.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => CreditMode)
  @IsEnum(CreditMode)
  mode: CreditMode;
}
