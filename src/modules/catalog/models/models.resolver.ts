import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Provider } from '../providers/provider.entity.js';
import { TargetsService } from '../aliases/targets.service.js';
import { ProvidersService } from '../providers/providers.service.js';
import { Model, ModelPage } from './model.entity.js';
import { AddPriceInput, CreateModelInput, ModelFilter, ModelOrder, UpdateModelInput } from './models.inputs.js';
import { ModelsService } from './models.service.js';
import { Price } from './price.entity.js';
import { PricesService } from './prices.service.js';

@Resolver(() => Model)
export class ModelsResolver {
  constructor(
    private readonly models: ModelsService,
    private readonly prices: PricesService,
    private readonly providers: ProvidersService,
    private readonly targets: TargetsService,
  ) {}

  @Access('model.read')
  @Query(() => ModelPage, { name: 'models' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: ModelFilter,
    @Args('orderBy', { type: () => ModelOrder, nullable: true }) order?: ModelOrder,
  ): Promise<ModelPage> {
    return this.models.list(ctx, page, filter, order);
  }

  @Access('model.read')
  @Query(() => Model, { name: 'model' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Model> {
    return this.models.get(ctx, id);
  }

  @AdminMutation('model.create')
  @Mutation(() => Model)
  createModel(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateModelInput): Promise<Model> {
    return this.models.create(ctx, input);
  }

  @AdminMutation('model.update')
  @Mutation(() => Model)
  updateModel(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateModelInput,
  ): Promise<Model> {
    return this.models.update(ctx, id, input);
  }

  @AdminMutation('model.delete')
  @Mutation(() => Model, { description: 'Refused while an alias leads to it.' })
  deleteModel(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Model> {
    return this.models.delete(ctx, id);
  }

  @AdminMutation('price.create')
  @Mutation(() => Model, { description: 'Calls made before keep the price they had.' })
  addModelPrice(
    @CurrentCtx() ctx: Ctx,
    @Args('modelId', { type: () => ID }) modelId: string,
    @Args('input') input: AddPriceInput,
  ): Promise<Model> {
    return this.prices.addPrice(ctx, modelId, input);
  }

  @Access('model.read')
  @ResolveField(() => [Price], { name: 'prices', description: 'Past, present and to come, latest first.' })
  async history(@Parent() model: Model, @CurrentCtx() ctx: Ctx): Promise<Price[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, Price[]>> => this.prices.history(ctx, ids);
    return (await loadBatched(ctx, 'model.prices', model.id, batch)) ?? [];
  }

  @Access('model.read')
  @ResolveField(() => Price, { nullable: true, description: 'Null: calls of the model are refused.' })
  currentPrice(@Parent() model: Model, @CurrentCtx() ctx: Ctx): Promise<Price | undefined> {
    return loadBatched(ctx, 'model.currentPrice', model.id, (ids: readonly string[]) => this.prices.current(ctx, ids));
  }

  @Access('provider.read')
  @ResolveField(() => Provider, { nullable: true, description: 'Null also when the caller may not see it.' })
  async provider(@Parent() model: Model, @CurrentCtx() ctx: Ctx): Promise<Provider | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Provider>> => this.providers.byId(ctx, ids);
    return model.providerId === null ? undefined : loadBatched(ctx, 'provider', model.providerId, batch);
  }

  @Access('model.read')
  @ResolveField(() => Int, { description: 'How many aliases lead to it.' })
  async aliasCount(@Parent() model: Model, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> => this.targets.aliasCounts(ctx, ids);
    return (await loadBatched(ctx, 'model.aliasCount', model.id, batch)) ?? 0;
  }
}
