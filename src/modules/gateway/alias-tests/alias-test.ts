import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { BigIntScalar, CreditsScalar, MoneyScalar } from '../../../infra/graphql/index.js';
import { Model, Provider } from '../../catalog/index.js';
import { CallAttempt } from '../jobs/call-attempt.js';

const MAX_PROMPT_CHARACTERS = 20_000;
const MAX_OUTPUT_TOKENS = 4_096;

@InputType({ description: 'A real call: it is charged to the team.' })
export class TestAliasInput {
  @Field(() => ID, { description: 'The alias to call.' })
  @IsString()
  @MaxLength(100)
  aliasId: string;

  @Field(() => ID, { description: 'The team that pays; the alias must be granted to it, and it must have a key.' })
  @IsString()
  @MaxLength(100)
  teamId: string;

  @Field({ description: `What the model is asked, at most ${MAX_PROMPT_CHARACTERS} characters.` })
  @IsString()
  @Length(1, MAX_PROMPT_CHARACTERS)
  prompt: string;

  @Field(() => Int, { nullable: true, description: `1 to ${MAX_OUTPUT_TOKENS}; 256 when left out.` })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_OUTPUT_TOKENS)
  maxOutputTokens?: number | null;
}

@ObjectType({ description: 'How a test call went. With an errorCode it reached the vendors and failed there.' })
export class AliasTest {
  @Field(() => String, { nullable: true, description: 'What the model answered.' })
  text: string | null;

  @Field(() => ID, { description: 'Its job, of the type portal_test.' })
  jobId: string;

  @Field(() => ID, { description: 'The call of that job.' })
  callId: string;

  @Field(() => MoneyScalar, { description: 'Charged cost.' })
  cost: bigint;

  @Field(() => CreditsScalar, { description: 'What the team was charged.' })
  creditsCharged: bigint;

  @Field(() => BigIntScalar, { description: 'Tokens sent.' })
  tokensIn: bigint;

  @Field(() => BigIntScalar, { description: 'Tokens received.' })
  tokensOut: bigint;

  @Field(() => Int, { nullable: true, description: 'From the reservation to the last byte.' })
  latencyMs: number | null;

  @Field(() => Model, { nullable: true, description: 'The model that was asked last.' })
  model: Model | null;

  @Field(() => Provider, { nullable: true, description: 'The provider that was asked last.' })
  provider: Provider | null;

  @Field(() => [CallAttempt], { description: 'Every request that was sent to a vendor, in order.' })
  attempts: CallAttempt[];

  @Field(() => String, { nullable: true, description: 'As a client would have got it; null when the call succeeded.' })
  errorCode: string | null;

  @Field(() => String, { nullable: true, description: 'As a client would have got it; null when the call succeeded.' })
  errorMessage: string | null;
}
