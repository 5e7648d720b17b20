import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { CreditsScalar, MoneyScalar } from '../../../infra/graphql/index.js';

@ObjectType({ description: 'Charged cost since an instant, beside as much of the time before.' })
export class SpendTile {
  @Field({ description: 'Since when it counts.' })
  from: Date;

  @Field(() => MoneyScalar, { description: 'Charged since then.' })
  current: bigint;

  @Field(() => MoneyScalar, { description: 'Charged up to the same moment of the day, or month, before.' })
  previous: bigint;
}

@ObjectType({ description: 'Jobs opened in the last 24 hours.' })
export class JobsTile {
  @Field(() => Int, { description: 'How many were opened.' })
  count: number;

  @Field(() => Int, { description: 'How many were opened in the 24 hours before.' })
  previousCount: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Completed ones among those that have ended, 0 to 1; null when none has.',
  })
  successRate: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of the 24 hours before.' })
  previousSuccessRate: number | null;
}

@ObjectType({ description: 'Calls made in the last 24 hours.' })
export class CallsTile {
  @Field(() => Int, { description: 'How many were made.' })
  count: number;

  @Field(() => Int, { description: 'How many were made in the 24 hours before.' })
  previousCount: number;

  @Field(() => Float, { nullable: true, description: 'Failed ones among them, 0 to 1; null when there are none.' })
  errorRate: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of the 24 hours before.' })
  previousErrorRate: number | null;
}

@ObjectType({ description: 'The state of things at a glance, as far as the caller may see them.' })
export class Dashboard {
  @Field(() => Int, { description: 'Organizations that are active.' })
  organizations: number;

  @Field(() => Int, { description: 'Teams that are not deleted.' })
  teams: number;

  @Field(() => Int, { description: 'Keys that work now.' })
  activeKeys: number;

  @Field(() => CreditsScalar, {
    nullable: true,
    description: 'Credits that teams have left; null for somebody who may not see credits.',
  })
  creditsInCirculation: bigint | null;

  @Field(() => SpendTile, { description: 'Charged today.' })
  spendToday: SpendTile;

  @Field(() => SpendTile, { description: 'Charged this month.' })
  spendThisMonth: SpendTile;

  @Field(() => JobsTile, { description: 'Jobs of the last 24 hours.' })
  jobs: JobsTile;

  @Field(() => CallsTile, { description: 'Calls of the last 24 hours.' })
  calls: CallsTile;
}
