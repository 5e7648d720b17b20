import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { RateLimitsService } from '../../rates/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { pageAnswer } from '../fields/paging.js';
import { CreateRateLimitBody, RateLimitsQuery, UpdateRateLimitBody } from './rate-limits.inputs.js';
import { RateLimitDone, RateLimitList, RateLimitView, rateLimitView } from './rate-limits.views.js';

@Area('rate limits')
@Controller('api/rate-limits')
export class RateLimitsController {
  constructor(private readonly rates: RateLimitsService) {}

  @Access('rate_limit.read')
  @Get()
  @Answers(RateLimitList, 'List rate limits, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: RateLimitsQuery): Promise<RateLimitList> {
    const page = await this.rates.list(ctx, query.request(), query.filter());
    return { ...pageAnswer(page), rate_limits: page.items.map(rateLimitView) };
  }

  @AdminMutation('rate_limit.create')
  @Post()
  @Answers(RateLimitView, 'Limit the requests, tokens or running calls of a scope')
  async create(@CurrentCtx() ctx: Ctx, @Body() body: CreateRateLimitBody): Promise<RateLimitView> {
    return rateLimitView(await this.rates.create(ctx, body.input()));
  }

  @Access('rate_limit.read')
  @Get(':id')
  @Answers(RateLimitView, 'One rate limit')
  async one(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<RateLimitView> {
    return rateLimitView(await this.rates.get(ctx, id));
  }

  @AdminMutation('rate_limit.update')
  @Put(':id')
  @Answers(RateLimitView, 'Change amount, time or note')
  async update(
    @CurrentCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body() body: UpdateRateLimitBody,
  ): Promise<RateLimitView> {
    return rateLimitView(await this.rates.update(ctx, id, body.input()));
  }

  @AdminMutation('rate_limit.delete')
  @Delete(':id')
  @Answers(RateLimitDone, 'Delete a rate limit; it binds no call from then on')
  async delete(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<RateLimitDone> {
    const rate = await this.rates.delete(ctx, id);
    return { id: rate.id, message: `Rate limit '${rate.id}' deleted successfully` };
  }
}
