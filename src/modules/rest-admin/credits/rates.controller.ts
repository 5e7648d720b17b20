import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { TeamsService } from '../../teams/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { BudgetModeBody, ConversionRatesBody, UtilizationQuery } from './credits.inputs.js';
import { ChangedRates, changedRates, ConversionRates, conversionRates, Utilization } from './rates.views.js';
import { TeamAccount } from './team-account.service.js';

@Area('credits')
@Controller('api/credits')
export class RatesController {
  constructor(
    private readonly teams: TeamsService,
    private readonly account: TeamAccount,
  ) {}

  @Access('credit.read')
  @Get('utilization')
  @Answers(Utilization, 'How much of the credits allocated the teams have used')
  utilization(@CurrentCtx() ctx: Ctx, @Query() query: UtilizationQuery): Promise<Utilization> {
    return this.account.utilization(ctx, query);
  }

  @Access('credit.read')
  @Get('teams/:id/conversion-rates')
  @Answers(ConversionRates, 'What a credit buys')
  async rates(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<ConversionRates> {
    return conversionRates(await this.teams.get(ctx, id));
  }

  @AdminMutation('team.update')
  @Patch('teams/:id/conversion-rates')
  @Answers(ChangedRates, 'Change what a credit buys, for jobs from now on')
  async setRates(
    @CurrentCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body() body: ConversionRatesBody,
  ): Promise<ChangedRates> {
    return changedRates(await this.teams.update(ctx, id, body.input()), 'Conversion rates');
  }

  @AdminMutation('team.update')
  @Patch('teams/:id/budget-mode')
  @Answers(ChangedRates, 'Change how jobs draw credits, for jobs from now on')
  async setBudgetMode(
    @CurrentCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body() body: BudgetModeBody,
  ): Promise<ChangedRates> {
    return changedRates(await this.teams.update(ctx, id, body.input()), 'Budget mode');
  }
}
