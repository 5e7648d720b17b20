import { Controller, Get } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { Dashboard } from './dashboard.views.js';
import { PlatformReports } from './platform-reports.service.js';

@Area('statistics')
@Controller('api/stats')
export class DashboardController {
  constructor(private readonly reports: PlatformReports) {}

  @Access('organization.read')
  @Get('dashboard')
  @Answers(Dashboard, 'Figures over all organizations')
  dashboard(@CurrentCtx() ctx: Ctx): Promise<Dashboard> {
    return this.reports.dashboard(ctx);
  }
}
