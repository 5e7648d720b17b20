import { Args, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { UsageBreakdowns } from './usage-breakdowns.service.js';
import { UsageArgs, UsageBreakdownArgs } from './usage.inputs.js';
import { UsageReports } from './usage.service.js';
import { UsageBreakdown, UsageReport } from './usage.views.js';

@Resolver()
export class UsageResolver {
  constructor(
    private readonly reports: UsageReports,
    private readonly breakdowns: UsageBreakdowns,
  ) {}

  @Access('usage.read')
  @Query(() => UsageReport, { description: 'Usage over a window, in buckets that the server chooses.' })
  usage(@CurrentCtx() ctx: Ctx, @Args() args: UsageArgs): Promise<UsageReport> {
    return this.reports.report(ctx, args);
  }

  @Access('usage.read')
  @Query(() => UsageBreakdown, { description: 'Usage over a window, divided by one thing.' })
  usageBreakdown(@CurrentCtx() ctx: Ctx, @Args() args: UsageBreakdownArgs): Promise<UsageBreakdown> {
    return this.breakdowns.breakdown(ctx, args);
  }
}
