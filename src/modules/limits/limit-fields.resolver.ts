import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../organizations/index.js';
import { formatAmount } from './amounts.js';
import { LimitScopes } from './limit-scopes.service.js';
import { Limit } from './limit.entity.js';
import { LimitWindows, MAX_CURRENT_WINDOWS } from './windows/limit-windows.service.js';
import { LimitWindowPage, WindowFigures } from './windows/window-figures.js';

@Resolver(() => Limit)
export class LimitFieldsResolver {
  constructor(
    private readonly scopes: LimitScopes,
    private readonly windows: LimitWindows,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('limit.read')
  @ResolveField(() => String, { nullable: true, description: 'How people call what it is on.' })
  scopeName(@Parent() limit: Limit, @CurrentCtx() ctx: Ctx): Promise<string | undefined> {
    return loadBatched(ctx, 'limit.scopeName', limit, (limits) =>
      byLimit(limits, this.scopes.namesOf(ctx, 'limits', limits)),
    );
  }

  @Access('limit.read')
  @ResolveField(() => String, { description: 'Decimal string in the unit, without grants.' })
  amount(@Parent() limit: Limit): string {
    return formatAmount(limit.amount, limit.unit);
  }

  @Access('limit.read')
  @ResolveField(() => String, { description: 'Decimal string in the unit, with the grants that run now.' })
  async effectiveAmount(@Parent() limit: Limit, @CurrentCtx() ctx: Ctx): Promise<string> {
    const amount = await loadBatched(ctx, 'limit.effectiveAmount', limit, (limits) =>
      byLimit(limits, this.windows.amountsOf(ctx, limits)),
    );
    return formatAmount(amount!, limit.unit);
  }

  @Access('limit.read')
  @ResolveField(() => [WindowFigures], {
    description: `The window that runs now; of a limit for each member those of members who called, the fullest first, at most ${MAX_CURRENT_WINDOWS}.`,
  })
  async currentWindows(@Parent() limit: Limit, @CurrentCtx() ctx: Ctx): Promise<WindowFigures[]> {
    const batch = (limits: readonly Limit[]): Promise<Map<Limit, WindowFigures[]>> =>
      byLimit(limits, this.windows.current(ctx, limits));
    return (await loadBatched(ctx, 'limit.currentWindows', limit, batch)) ?? [];
  }

  @Access('limit.read')
  @ResolveField(() => LimitWindowPage, { name: 'windows', description: 'All that ever were, the latest first.' })
  windowsOf(@Parent() limit: Limit, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<LimitWindowPage> {
    return this.windows.history(ctx, limit, page);
  }

  @Access('organization.read')
  @ResolveField(() => Organization)
  organization(@Parent() limit: Limit, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', limit.organizationId, batch);
  }
}

/** Values by the id of a limit, as a batch wants them: by the limit itself. */
async function byLimit<V>(limits: readonly Limit[], values: Promise<Map<string, V>>): Promise<Map<Limit, V>> {
  const known = await values;
  return new Map(limits.flatMap((limit) => (known.has(limit.id) ? [[limit, known.get(limit.id)!] as const] : [])));
}
