import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, MoneyScalar } from '../../../infra/graphql/index.js';
import { Model, Provider, ProvidersService, TargetsService } from '../../catalog/index.js';
import { Call } from '../../ledger/index.js';
import { CallAttempt, callAttempt } from './call-attempt.js';

/** What a call shows to some people only: who served it, and what the vendor bills. */
@Resolver(() => Call)
export class CallsResolver {
  constructor(
    private readonly targets: TargetsService,
    private readonly providers: ProvidersService,
  ) {}

  @Access('job.read')
  @ResolveField(() => MoneyScalar, {
    nullable: true,
    description: 'What the vendor bills; null for somebody who may not see margins.',
  })
  providerCost(@Parent() call: Call, @CurrentCtx() ctx: Ctx): bigint | null {
    return ctx.may('margin.read') ? call.providerCost : null;
  }

  @Access('job.read')
  @ResolveField(() => MoneyScalar, {
    nullable: true,
    description: 'chargedCost - providerCost; null for somebody who may not see margins.',
  })
  margin(@Parent() call: Call, @CurrentCtx() ctx: Ctx): bigint | null {
    return ctx.may('margin.read') ? call.chargedCost - call.providerCost : null;
  }

  @Access('job.read')
  @ResolveField(() => [CallAttempt], { description: 'Every request that was sent to a vendor for it, in order.' })
  attempts(@Parent() call: Call, @CurrentCtx() ctx: Ctx): CallAttempt[] {
    return call.attempts.map((attempt) => callAttempt(attempt, !ctx.may('provider.read')));
  }

  @Access('job.read')
  @ResolveField(() => Model, {
    nullable: true,
    description: 'The model that served it; null also for somebody who may not see models.',
  })
  async model(@Parent() { modelId }: Call, @CurrentCtx() ctx: Ctx): Promise<Model | undefined> {
    if (modelId === null || !ctx.may('model.read')) return undefined;
    const batch = (ids: readonly string[]): Promise<Map<string, Model>> => this.targets.models(ctx, ids);
    return loadBatched(ctx, 'model', modelId, batch);
  }

  @Access('job.read')
  @ResolveField(() => Provider, {
    nullable: true,
    description: 'The provider that served it; null also for somebody who may not see providers.',
  })
  async provider(@Parent() { providerId }: Call, @CurrentCtx() ctx: Ctx): Promise<Provider | undefined> {
    if (providerId === null || !ctx.may('provider.read')) return undefined;
    const batch = (ids: readonly string[]): Promise<Map<string, Provider>> => this.providers.byId(ctx, ids);
    return loadBatched(ctx, 'provider', providerId, batch);
  }
}
