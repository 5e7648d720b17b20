import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { GrantsService, LimitAlerts, LimitsService } from '../../limits/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { LimitAnswers } from './limit-answers.service.js';
import { AlertsQuery, CreateLimitBody, GrantBody, LimitsQuery, UpdateLimitBody } from './limits.inputs.js';
import { AlertList, GrantView, LimitDetails, LimitList } from './limits.views.js';

@Area('limits')
@Controller('api/limits')
export class LimitsController {
  constructor(
    private readonly limits: LimitsService,
    private readonly grants: GrantsService,
    private readonly alerts: LimitAlerts,
    private readonly answers: LimitAnswers,
  ) {}

  @Access('limit.read')
  @Get()
  @Answers(LimitList, 'List spend limits, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: LimitsQuery): Promise<LimitList> {
    return this.answers.list(ctx, await this.limits.list(ctx, query.request(), query.filter()));
  }

  @AdminMutation('limit.create')
  @Post()
  @Answers(LimitDetails, 'Limit what may be spent on a scope')
  async create(@CurrentCtx() ctx: Ctx, @Body() body: CreateLimitBody): Promise<LimitDetails> {
    return this.answers.details(ctx, await this.limits.create(ctx, body.input()));
  }

  @Access('limit.read')
  @Get('alerts')
  @Answers(AlertList, 'List percentages that the use of limits has reached, newest first')
  async listAlerts(@CurrentCtx() ctx: Ctx, @Query() query: AlertsQuery): Promise<AlertList> {
    return this.answers.alerts(ctx, await this.alerts.list(ctx, query.request(), query.filter()));
  }

  @Access('limit.read')
  @Get(':id')
  @Answers(LimitDetails, 'One limit with what is used of it')
  async one(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<LimitDetails> {
    return this.answers.details(ctx, await this.limits.get(ctx, id));
  }

  @AdminMutation('limit.update')
  @Put(':id')
  @Answers(LimitDetails, 'Change a limit; the amount holds at once, period and zone from the next window on')
  async update(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: UpdateLimitBody): Promise<LimitDetails> {
    return this.answers.details(ctx, await this.limits.update(ctx, id, body.input()));
  }

  @AdminMutation('limit.delete')
  @Delete(':id')
  @Answers(LimitDetails, 'Delete a limit; what was counted stays')
  async delete(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<LimitDetails> {
    return this.answers.details(ctx, await this.limits.delete(ctx, id));
  }

  @AdminMutation('limit.grant')
  @Post(':id/grants')
  @Answers(GrantView, 'Add to what a limit allows, for some time')
  async grant(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: GrantBody): Promise<GrantView> {
    return this.answers.grant(ctx, await this.grants.grant(ctx, body.input(id)));
  }

  @AdminMutation('limit.grant')
  @Delete(':id/grants/:grantId')
  @Answers(GrantView, 'End a grant now')
  async revoke(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Param('grantId') grantId: string): Promise<GrantView> {
    return this.answers.grant(ctx, await this.grants.revoke(ctx, grantId, id));
  }
}
