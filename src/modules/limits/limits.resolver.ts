import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { PageArgs } from '../../infra/graphql/index.js';
import { Limit, LimitPage } from './limit.entity.js';
import { CreateLimitInput, LimitFilter, LimitOrder, UpdateLimitInput } from './limits.inputs.js';
import { LimitsService } from './limits.service.js';

@Resolver(() => Limit)
export class LimitsResolver {
  constructor(private readonly limits: LimitsService) {}

  @Access('limit.read')
  @Query(() => LimitPage, { name: 'limits' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: LimitFilter,
    @Args('orderBy', { type: () => LimitOrder, nullable: true }) order?: LimitOrder,
  ): Promise<LimitPage> {
    return this.limits.list(ctx, page, filter, order);
  }

  @Access('limit.read')
  @Query(() => Limit, { name: 'limit', description: 'Deleted ones too: their windows stay.' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Limit> {
    return this.limits.get(ctx, id);
  }

  @AdminMutation('limit.create')
  @Mutation(() => Limit, { description: 'Several on one scope are allowed, and all bind.' })
  createLimit(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateLimitInput): Promise<Limit> {
    return this.limits.create(ctx, input);
  }

  @AdminMutation('limit.update')
  @Mutation(() => Limit, { description: 'Binds from the next call on, on every instance.' })
  updateLimit(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateLimitInput,
  ): Promise<Limit> {
    return this.limits.update(ctx, id, input);
  }

  @AdminMutation('limit.delete')
  @Mutation(() => Limit, { description: 'It binds no more calls. What was counted stays.' })
  deleteLimit(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Limit> {
    return this.limits.delete(ctx, id);
  }
}
