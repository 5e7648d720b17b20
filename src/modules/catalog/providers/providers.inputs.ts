import { Field, ID, InputType, registerEnumType } from '@nestjs/graphql';
import { IsEnum, IsIn, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { PROVIDER_KINDS } from '../../../providers/index.js';
import { ProviderStatus } from './provider.entity.js';

const CREDENTIAL = /^[\x21-\x7e]{1,8192}$/;
const CREDENTIAL_RULE = 'must be 1 to 8192 plain characters without spaces';
const SETTABLE = [ProviderStatus.ENABLED, ProviderStatus.DISABLED];

@InputType()
export class CreateProviderInput {
  @Field(() => String, { description: `The vendor: ${PROVIDER_KINDS.join(', ')}; simulator for the platform alone.` })
  @IsString()
  @MaxLength(50)
  kind: string;

  @Field()
  @IsString()
  @Length(1, 200)
  name: string;

  @Field(() => ID, { nullable: true, description: 'Null or left out: it serves every organization.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => String, { nullable: true, description: 'https and public, unless PROVIDER_URL_ALLOW opens more.' })
  @IsOptional()
  @IsString()
  baseUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'The API key; kept encrypted, and never shown again.' })
  @IsOptional()
  @Matches(CREDENTIAL, { message: CREDENTIAL_RULE })
  credential?: string | null;
}

@InputType()
export class UpdateProviderInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Null: the address of the vendor itself. A change demands that the credential is entered again.',
  })
  @IsOptional()
  @IsString()
  baseUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'Null removes it; left out, it stays.' })
  @IsOptional()
  @Matches(CREDENTIAL, { message: CREDENTIAL_RULE })
  credential?: string | null;

  @Field(() => ProviderStatus, { nullable: true, description: 'ENABLED or DISABLED.' })
  @IsOptional()
  @IsIn(SETTABLE)
  status?: ProviderStatus | null;
}

@InputType()
export class ProviderFilter {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  organizationId?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  kind?: string | null;

  @Field(() => ProviderStatus, { nullable: true, description: 'Deleted ones are listed only when asked for.' })
  @IsOptional()
  @IsEnum(ProviderStatus)
  status?: ProviderStatus | null;
}

export enum ProviderOrder {
  CREATED_DESC = 'created_desc',
  CREATED_ASC = 'created_asc',
  NAME_ASC = 'name_asc',
  NAME_DESC = 'name_desc',
  KIND_ASC = 'kind_asc',
  KIND_DESC = 'kind_desc',
  STATUS_ASC = 'status_asc',
  STATUS_DESC = 'status_desc',
  ORGANIZATION_ASC = 'organization_asc',
  ORGANIZATION_DESC = 'organization_desc',
  MODEL_COUNT_ASC = 'model_count_asc',
  MODEL_COUNT_DESC = 'model_count_desc',
  ERROR_RATE_ASC = 'error_rate_asc',
  ERROR_RATE_DESC = 'error_rate_desc',
}
registerEnumType(ProviderOrder, { name: 'ProviderOrder' });
