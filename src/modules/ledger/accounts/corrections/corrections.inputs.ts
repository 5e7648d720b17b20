import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsDate, IsOptional, IsString, Length, MaxLength, ValidateNested } from 'class-validator';
import { MoneyScalar } from '../../../../infra/graphql/index.js';
import { Call } from '../../call.entity.js';
import { UsageFields } from './usage-fields.js';

@InputType()
export class CorrectCallInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  callId: string;

  @Field(() => UsageFields, { description: 'What the vendor says that the call used.' })
  @ValidateNested()
  @Type(() => UsageFields)
  usage: UsageFields;

  @Field(() => MoneyScalar, {
    nullable: true,
    description: 'What the tenant is charged; needed only when the prices of the alias have changed since the call.',
  })
  @IsOptional()
  chargedCost?: bigint | null;

  @Field({ description: 'Stands on the transaction and in the audit log.' })
  @IsString()
  @Length(1, 500)
  reason: string;
}

@InputType()
export class ReconcileProviderInput {
  @Field(() => ID)
  @IsString()
  @MaxLength(100)
  providerId: string;

  @Field(() => Date, { description: 'Calls made at or after this instant.' })
  @IsDate()
  from: Date;

  @Field(() => Date, { description: 'Calls made before this instant, which must have passed.' })
  @IsDate()
  to: Date;

  @Field(() => MoneyScalar, { description: 'What the vendor billed for them.' })
  @IsOptional()
  reportedCost: bigint;
}

@InputType()
export class ProviderReconciliationFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  providerId?: string | null;
}

export enum ProviderReconciliationOrder {
  FROM_DESC = 'from_desc',
  FROM_ASC = 'from_asc',
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
}
registerEnumType(ProviderReconciliationOrder, { name: 'ProviderReconciliationOrder' });

@ObjectType({ description: 'What a vendor said later of a call, and what that changed.' })
export class CallCorrection {
  @Field(() => ID, { nullable: true, description: 'Null when the cost was right as it was.' })
  transactionId: string | null;

  @Field(() => Call)
  call: Call;

  @Field(() => MoneyScalar, { description: 'What the vendor bills beyond what was posted before.' })
  providerDifference: bigint;

  @Field(() => MoneyScalar, { description: 'What the tenant is charged beyond what was posted before.' })
  chargedDifference: bigint;
}
