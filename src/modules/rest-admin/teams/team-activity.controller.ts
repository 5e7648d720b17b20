import { Controller, Get, Param, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { Answers } from '../fields/answers.js';
import { AlsoForTenants, Area } from '../fields/area.js';
import { PeriodQuery } from '../reports/reports.inputs.js';
import { TeamUsage } from '../reports/usage.views.js';
import { TeamActivity } from './team-activity.service.js';
import { TeamJobsQuery } from './teams.inputs.js';
import { TeamJobs } from './teams.views.js';

@Area('teams')
@Controller('api/teams')
export class TeamActivityController {
  constructor(private readonly activity: TeamActivity) {}

  @Access('tenant.read')
  @Get(':id/usage')
  @AlsoForTenants()
  @Answers(TeamUsage, 'What the team used in a month, or in all')
  usage(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: PeriodQuery): Promise<TeamUsage> {
    return this.activity.usageOf(ctx, id, query.period);
  }

  @Access('tenant.read')
  @Get(':id/jobs')
  @AlsoForTenants()
  @Answers(TeamJobs, 'Jobs of the team, newest first')
  jobs(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: TeamJobsQuery): Promise<TeamJobs> {
    return this.activity.jobsOf(ctx, id, query);
  }
}
