import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { formatAmount } from '../amounts.js';
import { Limit } from '../limit.entity.js';
import { LimitsService } from '../limits.service.js';
import { LimitWindows } from '../windows/limit-windows.service.js';
import { WindowFigures } from '../windows/window-figures.js';
import { LimitAlertFilter } from './alerts.inputs.js';
import { LimitAlert, LimitAlertPage } from './limit-alert.entity.js';
import { LimitAlerts } from './limit-alerts.service.js';

@Resolver(() => LimitAlert)
export class LimitAlertsResolver {
  constructor(
    private readonly alerts: LimitAlerts,
    private readonly limits: LimitsService,
    private readonly windows: LimitWindows,
  ) {}

  @Access('limit.read')
  @Query(() => LimitAlertPage, { name: 'limitAlerts', description: 'Newest first.' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: LimitAlertFilter,
  ): Promise<LimitAlertPage> {
    return this.alerts.list(ctx, page, filter);
  }

  @Access('limit.read')
  @ResolveField(() => Limit)
  async limit(@Parent() alert: LimitAlert, @CurrentCtx() ctx: Ctx): Promise<Limit> {
    return (await loadBatched(ctx, 'limit', alert.limitId, (ids) => this.limits.byId(ctx, ids)))!;
  }

  @Access('limit.read')
  @ResolveField(() => WindowFigures, { description: 'The window whose use it tells of.' })
  async window(@Parent() alert: LimitAlert, @CurrentCtx() ctx: Ctx): Promise<WindowFigures> {
    return (await loadBatched(ctx, 'limit.window', alert.windowId, (ids) => this.windows.byId(ctx, ids)))!;
  }

  @Access('limit.read')
  @ResolveField(() => String, { description: 'What was charged then; a decimal string in the unit of the limit.' })
  async posted(@Parent() alert: LimitAlert, @CurrentCtx() ctx: Ctx): Promise<string> {
    return formatAmount(alert.posted, (await this.limit(alert, ctx)).unit);
  }

  @Access('limit.read')
  @ResolveField(() => String, { description: 'What the limit allowed then; a decimal string in its unit.' })
  async amount(@Parent() alert: LimitAlert, @CurrentCtx() ctx: Ctx): Promise<string> {
    return formatAmount(alert.amount, (await this.limit(alert, ctx)).unit);
  }
}
