import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { Answers } from '../fields/answers.js';
import { AlsoForTenants, Area } from '../fields/area.js';
import { TakesIdempotencyKey } from '../fields/idempotency-key.js';
import { PageQuery } from '../fields/paging.js';
import { CheckQuery, MoveCreditsBody, ReplenishBody } from './credits.inputs.js';
import {
  AddedCredits,
  BalanceView,
  CheckView,
  RemovedCredits,
  ReplenishedCredits,
  TransactionList,
} from './credits.views.js';
import { TeamAccount } from './team-account.service.js';

@Area('credits')
@Controller('api/credits/teams/:id')
export class CreditsController {
  constructor(private readonly account: TeamAccount) {}

  @Access('tenant.read')
  @Get('balance')
  @AlsoForTenants()
  @Answers(BalanceView, 'Credits of a team')
  balance(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<BalanceView> {
    return this.account.balance(ctx, id);
  }

  @Access('tenant.read')
  @Get('transactions')
  @AlsoForTenants()
  @Answers(TransactionList, 'Movements on its account, newest first; 50 when no limit is given')
  transactions(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: PageQuery): Promise<TransactionList> {
    return this.account.transactions(ctx, id, query);
  }

  @Access('tenant.read')
  @Post('check')
  @AlsoForTenants()
  @Answers(CheckView, 'Whether the team has so many credits for new jobs; changes nothing')
  check(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Query() query: CheckQuery): Promise<CheckView> {
    return this.account.check(ctx, id, query);
  }

  @AdminMutation('credit.add', { idempotent: true })
  @Post('add')
  @TakesIdempotencyKey()
  @Answers(AddedCredits, 'Give credits')
  add(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: MoveCreditsBody): Promise<AddedCredits> {
    return this.account.add(ctx, id, body);
  }

  @AdminMutation('credit.remove', { idempotent: true })
  @Post('remove')
  @TakesIdempotencyKey()
  @Answers(RemovedCredits, 'Take credits back; never those that open jobs hold')
  remove(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: MoveCreditsBody): Promise<RemovedCredits> {
    return this.account.remove(ctx, id, body);
  }

  @AdminMutation('credit.replenish', { idempotent: true })
  @Post('replenish')
  @TakesIdempotencyKey()
  @Answers(ReplenishedCredits, 'Give credits that were paid for outside')
  replenish(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: ReplenishBody): Promise<ReplenishedCredits> {
    return this.account.replenish(ctx, id, body);
  }
}
