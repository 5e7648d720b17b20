import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { addUp, type CallSums, figuresOf, matching, NO_SUMS, SUMS } from './call-sums.js';
import { spanOf } from './usage-window.js';
import { type UsageArgs, UTC } from './usage.inputs.js';
import type { UsageReport } from './usage.views.js';

/** Usage over time, summed up from the calls themselves. */
@Injectable()
export class UsageReports {
  constructor(private readonly clock: Clock) {}

  /** @throws DomainError invalid_request for an unknown time zone */
  async report(ctx: Ctx, { window, filter, timeZone }: UsageArgs): Promise<UsageReport> {
    const span = spanOf(window, this.clock.now(), timeZone ?? UTC);
    const [condition, values] = matching(ctx, filter, [span.previousFrom, span.to, span.starts]);
    // One pass over both windows: what lies before the first bucket, number 1, is the window before.
    const rows = await ctx.em.query<(CallSums & { bucket: number })[]>(
      `SELECT width_bucket(call.created_at, $3::timestamptz[]) AS bucket, ${SUMS}
       FROM calls call WHERE call.created_at >= $1 AND call.created_at < $2${condition} GROUP BY 1`,
      values,
    );
    const byBucket = new Map(rows.map((row) => [row.bucket, row]));
    const sumsOf = (bucket: number): CallSums => byBucket.get(bucket) ?? NO_SUMS;
    return {
      from: span.from,
      to: span.to,
      bucketSeconds: span.bucketSeconds,
      points: span.starts.map((at, index) => ({ at, ...figuresOf(ctx, sumsOf(index + 1)) })),
      totals: figuresOf(ctx, addUp(rows.filter((row) => row.bucket > 0))),
      previous: figuresOf(ctx, sumsOf(0)),
    };
  }
}
