import { Controller, Get, Param, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { PageQuery } from '../fields/paging.js';
import { CostReports } from '../reports/cost-reports.service.js';
import { DatesQuery, PeriodQuery } from '../reports/reports.inputs.js';
import { OrganizationCosts, OrganizationUsage } from '../reports/usage.views.js';
import { OrganizationAnswers } from './organization-answers.service.js';
import { OrganizationTeams } from './organizations.views.js';

@Area('organizations')
@Controller('api/organizations')
export class OrganizationReportsController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly answers: OrganizationAnswers,
    private readonly costReports: CostReports,
  ) {}

  @Access('team.read')
  @Get(':id/teams')
  @Answers(OrganizationTeams, 'Its teams, newest first')
  teams(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: PageQuery): Promise<OrganizationTeams> {
    return this.answers.teamsPage(ctx, id, query);
  }

  @Access('organization.read')
  @Get(':id/usage')
  @Answers(OrganizationUsage, 'What it used in a month, or in all, by team and by job type')
  usage(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: PeriodQuery): Promise<OrganizationUsage> {
    return this.answers.usageOf(ctx, id, query.period);
  }

  @Access('ledger.read')
  @Get(':id/costs')
  @Answers(OrganizationCosts, 'What its jobs cost, what it is charged, and the margin, day by day')
  async costs(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: DatesQuery): Promise<OrganizationCosts> {
    const organization = await this.organizations.get(ctx, id);
    return this.costReports.ofOrganization(ctx, organization.id, query);
  }
}
