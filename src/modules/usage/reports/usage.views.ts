import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { BigIntScalar, MoneyScalar } from '../../../infra/graphql/index.js';

@ObjectType({ description: 'Sums over calls, which count by the time at which they were made.' })
export class UsageFigures {
  @Field(() => Int, { description: 'Calls made, those that still run included.' })
  calls: number;

  @Field(() => Int, { description: 'Calls that failed; a client that went away is no failure.' })
  errors: number;

  @Field(() => BigIntScalar, { description: 'Tokens sent.' })
  tokensIn: bigint;

  @Field(() => BigIntScalar, { description: 'Tokens received.' })
  tokensOut: bigint;

  @Field(() => MoneyScalar, { description: 'What tenants are charged.' })
  chargedCost: bigint;

  @Field(() => MoneyScalar, {
    nullable: true,
    description: 'What the vendors bill; null for somebody who may not see margins.',
  })
  providerCost: bigint | null;

  @Field(() => MoneyScalar, {
    nullable: true,
    description: 'chargedCost - providerCost; null for somebody who may not see margins.',
  })
  margin: bigint | null;
}

@ObjectType({ description: 'One bucket of a window; buckets without calls are there too.' })
export class UsagePoint extends UsageFigures {
  @Field({ description: 'Where the bucket begins.' })
  at: Date;
}

@ObjectType({ description: 'Usage over a window: the points add up to the totals, to the nano-dollar.' })
export class UsageReport {
  @Field({ description: 'Where the window begins.' })
  from: Date;

  @Field({ description: 'Where it ends, exclusive.' })
  to: Date;

  @Field(() => Int, { description: 'Length of a bucket; a day of the calendar may be an hour longer or shorter.' })
  bucketSeconds: number;

  @Field(() => [UsagePoint], { description: 'Every bucket, the oldest first.' })
  points: UsagePoint[];

  @Field(() => UsageFigures, { description: 'The whole window.' })
  totals: UsageFigures;

  @Field(() => UsageFigures, { description: 'The window of the same length before it.' })
  previous: UsageFigures;
}

@ObjectType({ description: 'The part of one organization, team and so on.' })
export class UsagePart extends UsageFigures {
  @Field(() => ID, { nullable: true, description: 'Null in "other", and for calls without one.' })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'How it is called; null where the id is.' })
  name: string | null;

  @Field(() => Float, { description: 'Its part of the charged cost of all, 0 to 1; 0 when nothing was charged.' })
  share: number;
}

@ObjectType({ description: 'Usage over a window, divided; rows and "other" add up to the totals of the window.' })
export class UsageBreakdown {
  @Field({ description: 'Where the window begins.' })
  from: Date;

  @Field({ description: 'Where it ends, exclusive.' })
  to: Date;

  @Field(() => [UsagePart], { description: 'The dearest first.' })
  rows: UsagePart[];

  @Field(() => UsagePart, { nullable: true, description: 'All that is not among the rows; null when nothing is.' })
  other: UsagePart | null;
}
