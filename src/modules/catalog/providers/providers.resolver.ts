import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { Provider, ProviderPage } from './provider.entity.js';
import { CreateProviderInput, ProviderFilter, ProviderOrder, UpdateProviderInput } from './providers.inputs.js';
import { ProvidersService } from './providers.service.js';

@Resolver(() => Provider)
export class ProvidersResolver {
  constructor(
    private readonly providers: ProvidersService,
    private readonly organizations: OrganizationsService,
  ) {}

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

  @Access('organization.read')
  @ResolveField(() => Organization, { nullable: true, description: 'Null: it serves every organization.' })
  async organization(@Parent() provider: Provider, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    const { organizationId } = provider;
    return organizationId === null ? undefined : loadBatched(ctx, 'organization', organizationId, batch);
  }

  @Access('provider.read')
  @ResolveField(() => Int, {
    description: 'How many models it may serve: its own, and those of its kind that name no provider.',
  })
  async modelCount(@Parent() provider: Provider, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> => this.providers.modelCounts(ctx, ids);
    return (await loadBatched(ctx, 'provider.modelCount', provider.id, batch)) ?? 0;
  }
}
