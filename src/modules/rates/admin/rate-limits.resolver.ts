import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { RateLimit, RateLimitPage } from './rate-limit.entity.js';
import { CreateRateLimitInput, RateLimitFilter, RateLimitOrder, UpdateRateLimitInput } from './rate-limits.inputs.js';
import { RateLimitsService } from './rate-limits.service.js';

@Resolver(() => RateLimit)
export class RateLimitsResolver {
  constructor(
    private readonly rates: RateLimitsService,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('rate_limit.read')
  @Query(() => RateLimitPage, { name: 'rateLimits' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: RateLimitFilter,
    @Args('orderBy', { type: () => RateLimitOrder, nullable: true }) order?: RateLimitOrder,
  ): Promise<RateLimitPage> {
    return this.rates.list(ctx, page, filter, order);
  }

  @Access('rate_limit.read')
  @Query(() => RateLimit, { name: 'rateLimit' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<RateLimit> {
    return this.rates.get(ctx, id);
  }

  @AdminMutation('rate_limit.create')
  @Mutation(() => RateLimit, { description: 'Of several on one scope, unit and time the lowest binds.' })
  createRateLimit(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateRateLimitInput): Promise<RateLimit> {
    return this.rates.create(ctx, input);
  }

  @AdminMutation('rate_limit.update')
  @Mutation(() => RateLimit)
  updateRateLimit(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateRateLimitInput,
  ): Promise<RateLimit> {
    return this.rates.update(ctx, id, input);
  }

  @AdminMutation('rate_limit.delete')
  @Mutation(() => RateLimit)
  deleteRateLimit(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<RateLimit> {
    return this.rates.delete(ctx, id);
  }

  @Access('rate_limit.read')
  @ResolveField(() => String, { description: 'How people call what it is on.' })
  async scopeName(@Parent() rate: RateLimit, @CurrentCtx() ctx: Ctx): Promise<string> {
    const batch = (rates: readonly RateLimit[]): Promise<Map<RateLimit, string>> => this.rates.scopeNames(ctx, rates);
    return (await loadBatched(ctx, 'rateLimit.scopeName', rate, batch)) ?? rate.scopeId;
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { description: 'The organization it belongs to.' })
  organization(@Parent() rate: RateLimit, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', rate.organizationId, batch);
  }
}
