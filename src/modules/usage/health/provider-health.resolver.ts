import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched } from '../../../infra/graphql/index.js';
import { Provider } from '../../catalog/index.js';
import { ProviderHealth } from './provider-health.js';
import { ProviderHealths } from './provider-health.service.js';

@Resolver(() => Provider)
export class ProviderHealthResolver {
  constructor(private readonly healths: ProviderHealths) {}

  @Access('provider.read')
  @ResolveField(() => ProviderHealth, { description: 'How it did in the last hour.' })
  health(@Parent() provider: Provider, @CurrentCtx() ctx: Ctx): Promise<ProviderHealth | undefined> {
    return loadBatched(ctx, 'provider.health', provider.id, (ids: readonly string[]) => this.healths.of(ctx, ids));
  }
}
