import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Model } from '../models/model.entity.js';
import { PriceFields } from '../models/price-fields.js';
import { AliasPrices } from './alias-prices.service.js';
import { AliasTarget } from './alias-target.entity.js';
import { Alias, AliasPage, RoutingStrategy } from './alias.entity.js';
import { AliasFilter, AliasOrder, CreateAliasInput, SetAliasTargetsInput, UpdateAliasInput } from './aliases.inputs.js';
import { AliasesService } from './aliases.service.js';
import { TargetsService } from './targets.service.js';

@Resolver(() => Alias)
export class AliasesResolver {
  constructor(
    private readonly aliases: AliasesService,
    private readonly targets: TargetsService,
    private readonly prices: AliasPrices,
  ) {}

  @Access('alias.read')
  @Query(() => AliasPage, { name: 'aliases' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: AliasFilter,
    @Args('orderBy', { type: () => AliasOrder, nullable: true }) order?: AliasOrder,
  ): Promise<AliasPage> {
    return this.aliases.list(ctx, page, filter, order);
  }

  @Access('alias.read')
  @Query(() => Alias, { name: 'alias' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Alias> {
    return this.aliases.get(ctx, id);
  }

  @AdminMutation('alias.create')
  @Mutation(() => Alias)
  createAlias(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateAliasInput): Promise<Alias> {
    return this.aliases.create(ctx, input);
  }

  @AdminMutation('alias.update')
  @Mutation(() => Alias)
  updateAlias(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateAliasInput,
  ): Promise<Alias> {
    return this.aliases.update(ctx, id, input);
  }

  @AdminMutation('alias.update')
  @Mutation(() => Alias, { description: 'Replaces the chain of models as a whole.' })
  setAliasTargets(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: SetAliasTargetsInput,
  ): Promise<Alias> {
    return this.aliases.setTargets(ctx, id, input);
  }

  @AdminMutation('alias.delete')
  @Mutation(() => Alias, { description: 'Clients cannot call it any more; it leaves its access groups.' })
  deleteAlias(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Alias> {
    return this.aliases.delete(ctx, id);
  }

  @Access('alias.read')
  @ResolveField(() => [AliasTarget], {
    name: 'targets',
    nullable: true,
    description: 'In the order in which they are tried; null without model.read.',
  })
  async visibleChain(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): Promise<AliasTarget[] | null> {
    return ctx.may('model.read') ? this.chain(alias, ctx) : null;
  }

  @Access('alias.read')
  @ResolveField(() => RoutingStrategy, {
    name: 'routingStrategy',
    nullable: true,
    description: 'How a call finds the order of the targets; null without model.read.',
  })
  visibleStrategy(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): RoutingStrategy | null {
    return ctx.may('model.read') ? alias.routingStrategy : null;
  }

  @Access('alias.read')
  @ResolveField(() => PriceFields, {
    name: 'priceOverride',
    nullable: true,
    description: "What tenants pay instead of the model's price, class by class; null without model.read too.",
  })
  visibleOverride(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): PriceFields | null {
    return ctx.may('model.read') ? alias.overrideFields : null;
  }

  @Access('alias.read')
  @ResolveField(() => Int, { description: 'How many models it leads to.' })
  async targetCount(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): Promise<number> {
    return (await this.chain(alias, ctx)).length;
  }

  @Access('alias.read')
  @ResolveField(() => [String], {
    description: 'Kinds of the providers that serve it, in the order of its targets; empty without model.read.',
  })
  async providerKinds(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): Promise<string[]> {
    const targets = (await this.visibleChain(alias, ctx)) ?? [];
    const models = await Promise.all(targets.map((target) => loadModel(ctx, this.targets, target.modelId)));
    return [...new Set(models.flatMap((model) => model?.providerKind ?? []))];
  }

  @Access('alias.read')
  @ResolveField(() => PriceFields, {
    nullable: true,
    description:
      'What tenants pay now, after the override; null when no target has a price, so that calls are refused.',
  })
  currentPrice(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): Promise<PriceFields | undefined> {
    return loadBatched(ctx, 'alias.currentPrice', alias.id, (ids: readonly string[]) => this.prices.current(ctx, ids));
  }

  private async chain(alias: Alias, ctx: Ctx): Promise<AliasTarget[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, AliasTarget[]>> => this.targets.chains(ctx, ids);
    return (await loadBatched(ctx, 'alias.targets', alias.id, batch)) ?? [];
  }
}

@Resolver(() => AliasTarget)
export class AliasTargetsResolver {
  constructor(private readonly targets: TargetsService) {}

  @Access('model.read')
  @ResolveField(() => Model)
  model(@Parent() target: AliasTarget, @CurrentCtx() ctx: Ctx): Promise<Model | undefined> {
    return loadModel(ctx, this.targets, target.modelId);
  }
}

function loadModel(ctx: Ctx, targets: TargetsService, modelId: string): Promise<Model | undefined> {
  const batch = (ids: readonly string[]): Promise<Map<string, Model>> => targets.models(ctx, ids);
  return loadBatched(ctx, 'model', modelId, batch);
}
