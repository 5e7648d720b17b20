import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { BigIntScalar, MoneyScalar } from '../../../infra/graphql/index.js';

@ObjectType({ description: 'What a call was asked, and what it answered, in the form that the gateway speaks inside.' })
export class CallBody {
  @Field(() => ID)
  callId: string;

  @Field({ description: 'A chat.completions or embeddings request as JSON; its beginning when it was cut.' })
  request: string;

  @Field(() => String, {
    nullable: true,
    description: 'The completion as JSON, put together from its chunks when it was streamed. Null: nothing came.',
  })
  answer: string | null;

  @Field({ description: 'The request was longer than what is stored of one.' })
  isRequestCut: boolean;

  @Field()
  isAnswerCut: boolean;

  @Field()
  createdAt: Date;

  @Field({ description: 'When it will be gone.' })
  expiresAt: Date;
}

@ObjectType({
  description: 'How well the response cache of a project serves. A count, written a moment behind the calls.',
})
export class CacheFigures {
  @Field(() => Int, { description: 'Days that are counted, today included.' })
  days: number;

  @Field(() => BigIntScalar, { description: 'Calls that a kept answer served.' })
  hits: bigint;

  @Field(() => BigIntScalar, { description: 'Calls that the model had to serve.' })
  misses: bigint;

  @Field(() => MoneyScalar, { description: 'What was not charged, because a kept answer costs less.' })
  saved: bigint;

  @Field(() => MoneyScalar, {
    nullable: true,
    description: 'What no vendor billed; null for somebody who may not see margins.',
  })
  providerSaved: bigint | null;
}
