import { Body, Controller, Param, Post } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { AutoRefillBody, AutoRefillView } from './refills.views.js';
import { TeamRefill } from './team-refill.service.js';

@Area('credits', { credits: 'refill_amount', period: 'refill_period' })
@Controller('api/credits/teams/:id')
export class RefillsController {
  constructor(private readonly refill: TeamRefill) {}

  @AdminMutation('credit.set_refill')
  @Post('configure-auto-refill')
  @Answers(AutoRefillView, 'Credits that the team gets by itself at the start of each period; the first with the next')
  configure(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: AutoRefillBody): Promise<AutoRefillView> {
    return this.refill.configure(ctx, id, body);
  }
}
