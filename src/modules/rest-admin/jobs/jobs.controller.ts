import { Controller, Get, Param, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { DatesQuery } from '../reports/reports.inputs.js';
import { JobLists } from './job-lists.service.js';
import { JobStatistics } from './job-statistics.service.js';
import { JobsQuery } from './jobs.inputs.js';
import { JobDetails, JobList } from './jobs.views.js';
import { OrganizationAnalytics, OrganizationStats } from './statistics.views.js';

@Area('jobs of all teams')
@Controller('api/jobs')
export class JobsController {
  constructor(
    private readonly lists: JobLists,
    private readonly statistics: JobStatistics,
  ) {}

  @Access('job.read')
  @Get('teams/:team')
  @Answers(JobList, 'Jobs of a team, newest first, by page number')
  list(@CurrentCtx() ctx: Ctx, @Param('team') team: string, @Query() query: JobsQuery): Promise<JobList> {
    return this.lists.ofTeam(ctx, team, query);
  }

  @Access('job.read')
  @Get('teams/:team/:job')
  @Answers(JobDetails, 'One job of a team with its calls')
  one(@CurrentCtx() ctx: Ctx, @Param('team') team: string, @Param('job') job: string): Promise<JobDetails> {
    return this.lists.one(ctx, team, job);
  }

  @Access('job.read')
  @Get('organizations/:organization/stats')
  @Answers(OrganizationStats, 'Counts of the jobs and calls of an organization')
  stats(
    @CurrentCtx() ctx: Ctx,
    @Param('organization') organization: string,
    @Query() query: DatesQuery,
  ): Promise<OrganizationStats> {
    return this.statistics.stats(ctx, organization, query);
  }

  @Access('job.read')
  @Get('organizations/:organization/analytics')
  @Answers(OrganizationAnalytics, 'Spend of an organization by day, team, model and vendor')
  analytics(
    @CurrentCtx() ctx: Ctx,
    @Param('organization') organization: string,
    @Query() query: DatesQuery,
  ): Promise<OrganizationAnalytics> {
    return this.statistics.analytics(ctx, organization, query);
  }
}
