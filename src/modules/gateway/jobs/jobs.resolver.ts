import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, MoneyScalar, PageArgs } from '../../../infra/graphql/index.js';
import { Call, Job, JobPage } from '../../ledger/index.js';
import { JobReports } from './job-reports.service.js';
import { JobFilter, JobOrder } from './jobs.inputs.js';

@Resolver(() => Job)
export class JobsResolver {
  constructor(private readonly reports: JobReports) {}

  @Access('job.read')
  @Query(() => JobPage, { name: 'jobs' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: JobFilter,
    @Args('orderBy', { type: () => JobOrder, nullable: true }) order?: JobOrder,
  ): Promise<JobPage> {
    return this.reports.list(ctx, page, filter, order);
  }

  @Access('job.read')
  @Query(() => Job, { name: 'job' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Job> {
    return this.reports.get(ctx, id);
  }

  @ResolveField(() => [Call], { description: 'Its calls, in the order they were made.' })
  async calls(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<Call[]> {
    return (await loadBatched(ctx, 'job.calls', job.id, (ids) => this.reports.callsOf(ctx, ids))) ?? [];
  }
}

@Resolver(() => Call)
export class CallsResolver {
  @ResolveField(() => MoneyScalar, { description: 'chargedCost - providerCost.' })
  margin(@Parent() call: Call): bigint {
    return call.chargedCost - call.providerCost;
  }
}
