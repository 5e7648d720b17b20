import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { Paginated } from '../../../infra/graphql/index.js';
import { formatAmount, percentOf } from '../amounts.js';
import type { LimitUnit } from '../limit-words.js';

/** Amounts are decimal strings in the unit of the limit. */
@ObjectType('LimitWindow', { description: 'A window of a limit: what may be used in it, and what was.' })
export class WindowFigures {
  @Field(() => ID, { nullable: true, description: 'Null until a call falls into it.' })
  id: string | null;

  @Field(() => ID, { nullable: true, description: 'Whose window it is, of a limit for each member.' })
  subject: string | null;

  @Field(() => String, { nullable: true })
  subjectName: string | null;

  @Field()
  startsAt: Date;

  @Field(() => Date, { nullable: true, description: 'Null: it never ends.' })
  endsAt: Date | null;

  @Field({ description: 'What the limit allows in it, with the grants that ran at its end, or run now.' })
  amount: string;

  @Field({ description: 'Charged by calls that have ended.' })
  posted: string;

  @Field({ description: 'The most that running calls and open jobs can still cost.' })
  held: string;

  @Field({ description: 'What may still be used; 0 when more than the amount was.' })
  remaining: string;

  @Field({ description: 'What calls cost above the most that was held for them.' })
  overrun: string;

  @Field(() => Float, { nullable: true, description: 'Posted, of the amount; null of an amount of 0.' })
  percent: number | null;
}

@ObjectType()
export class LimitWindowPage extends Paginated(WindowFigures) {}

/** A window with the amount of its limit, exact. */
export interface WindowSums extends Pick<WindowFigures, 'id' | 'subjectName' | 'startsAt' | 'endsAt'> {
  readonly subject: string;
  readonly amount: bigint;
  readonly posted: bigint;
  readonly held: bigint;
  readonly overrun: bigint;
}

export const remainingOf = ({ amount, posted, held }: Pick<WindowSums, 'amount' | 'posted' | 'held'>): bigint =>
  amount > posted + held ? amount - posted - held : 0n;

export function figuresOf(sums: WindowSums, unit: LimitUnit): WindowFigures {
  const { id, subject, subjectName, startsAt, endsAt, amount, posted, held, overrun } = sums;
  return {
    ...{ id, subject: subject || null, subjectName, startsAt, endsAt },
    amount: formatAmount(amount, unit),
    posted: formatAmount(posted, unit),
    held: formatAmount(held, unit),
    remaining: formatAmount(remainingOf(sums), unit),
    overrun: formatAmount(overrun, unit),
    percent: percentOf(posted, amount),
  };
}
