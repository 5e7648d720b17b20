import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { PageArgs } from '../../../infra/graphql/index.js';
import { Provider, ProviderPage } from './provider.entity.js';
import { CreateProviderInput, ProviderFilter, ProviderOrder, UpdateProviderInput } from './providers.inputs.js';
import { ProvidersService } from './providers.service.js';

@Resolver(() => Provider)
export class ProvidersResolver {
  constructor(private readonly providers: ProvidersService) {}

  @Access('provider.read')
  @Query(() => ProviderPage, { name: 'providers' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: ProviderFilter,
    @Args('orderBy', { type: () => ProviderOrder, nullable: true }) order?: ProviderOrder,
  ): Promise<ProviderPage> {
    return this.providers.list(ctx, page, filter, order);
  }

  @Access('provider.read')
  @Query(() => Provider, { name: 'provider' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Provider> {
    return this.providers.get(ctx, id);
  }

  @AdminMutation('provider.create')
  @Mutation(() => Provider)
  createProvider(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateProviderInput): Promise<Provider> {
    return this.providers.create(ctx, input);
  }

  @AdminMutation('provider.update')
  @Mutation(() => Provider, { description: 'Calls take the change within five seconds.' })
  updateProvider(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateProviderInput,
  ): Promise<Provider> {
    return this.providers.update(ctx, id, input);
  }

  @AdminMutation('provider.delete')
  @Mutation(() => Provider, { description: 'Refused while an alias leads to one of its models.' })
  deleteProvider(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Provider> {
    return this.providers.delete(ctx, id);
  }
}
