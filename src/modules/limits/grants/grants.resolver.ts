import { Args, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { formatAmount } from '../amounts.js';
import { Limit } from '../limit.entity.js';
import { LimitsService } from '../limits.service.js';
import { GrantLimitInput } from './grants.inputs.js';
import { GrantsService } from './grants.service.js';
import { LimitGrant, LimitGrantPage } from './limit-grant.entity.js';

@Resolver(() => LimitGrant)
export class GrantsResolver {
  constructor(
    private readonly grants: GrantsService,
    private readonly limits: LimitsService,
  ) {}

  @AdminMutation('limit.grant')
  @Mutation(() => LimitGrant, { description: 'Adds to what a limit allows, for some time; grants add up.' })
  grantLimit(@CurrentCtx() ctx: Ctx, @Args('input') input: GrantLimitInput): Promise<LimitGrant> {
    return this.grants.grant(ctx, input);
  }

  @AdminMutation('limit.grant')
  @Mutation(() => LimitGrant, { description: 'Ends a grant now; what was used of it stays used.' })
  revokeGrant(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<LimitGrant> {
    return this.grants.revoke(ctx, id);
  }

  @Access('limit.read')
  @ResolveField(() => String, { description: 'What it adds: a decimal string in the unit of the limit.' })
  async amount(@Parent() grant: LimitGrant, @CurrentCtx() ctx: Ctx): Promise<string> {
    const limit = await this.limit(grant, ctx);
    return formatAmount(grant.amount, limit.unit);
  }

  @Access('limit.read')
  @ResolveField(() => Limit)
  async limit(@Parent() grant: LimitGrant, @CurrentCtx() ctx: Ctx): Promise<Limit> {
    return (await loadBatched(ctx, 'limit', grant.limitId, (ids) => this.limits.byId(ctx, ids)))!;
  }
}

@Resolver(() => Limit)
export class LimitGrantsResolver {
  constructor(private readonly grants: GrantsService) {}

  @Access('limit.read')
  @ResolveField(() => LimitGrantPage, { name: 'grants', description: 'Newest first, ended and revoked ones too.' })
  grantsOf(@Parent() limit: Limit, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<LimitGrantPage> {
    return this.grants.list(ctx, limit.id, page);
  }
}
