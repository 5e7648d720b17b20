import { Args, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { UTC } from '../reports/usage.inputs.js';
import { Attention } from './attention.js';
import { AttentionService } from './attention.service.js';
import { DashboardService } from './dashboard.service.js';
import { Dashboard } from './dashboard.views.js';

const ZONE = "IANA time zone whose days and months are meant, 'UTC' when left out.";

@Resolver(() => Dashboard)
export class DashboardResolver {
  constructor(
    private readonly dashboards: DashboardService,
    private readonly attentions: AttentionService,
  ) {}

  @Access('usage.read')
  @Query(() => Dashboard, { description: 'The state of things at a glance.' })
  dashboard(
    @CurrentCtx() ctx: Ctx,
    @Args('timeZone', { type: () => String, nullable: true, description: ZONE }) timeZone?: string,
  ): Promise<Dashboard> {
    return this.dashboards.tiles(ctx, timeZone ?? UTC);
  }

  @Access('usage.read')
  @ResolveField(() => [Attention], { description: 'What somebody should look at, the most urgent first.' })
  attention(@CurrentCtx() ctx: Ctx): Promise<Attention[]> {
    return this.attentions.list(ctx);
  }
}
