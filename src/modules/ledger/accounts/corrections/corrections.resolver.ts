import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../../infra/access/index.js';
import { PageArgs } from '../../../../infra/graphql/index.js';
import {
  CallCorrection,
  CorrectCallInput,
  ProviderReconciliationFilter,
  ProviderReconciliationOrder,
  ReconcileProviderInput,
} from './corrections.inputs.js';
import { Corrections } from './corrections.service.js';
import { ProviderReconciliation, ProviderReconciliationPage } from './reconciliation.entity.js';
import { Reconciliations } from './reconciliations.service.js';

@Resolver()
export class CorrectionsResolver {
  constructor(
    private readonly corrections: Corrections,
    private readonly reconciliations: Reconciliations,
  ) {}

  @AdminMutation('ledger.correct')
  @Mutation(() => CallCorrection, {
    description: "Puts a call right by the vendor's word that was recovered or charged by estimate; once.",
  })
  correctCall(@CurrentCtx() ctx: Ctx, @Args('input') input: CorrectCallInput): Promise<CallCorrection> {
    return this.corrections.correct(ctx, input);
  }

  @AdminMutation('ledger.reconcile')
  @Mutation(() => ProviderReconciliation, {
    description: 'Posts the difference between what a vendor billed for a range of time and what is recorded for it.',
  })
  reconcileProvider(
    @CurrentCtx() ctx: Ctx,
    @Args('input') input: ReconcileProviderInput,
  ): Promise<ProviderReconciliation> {
    return this.reconciliations.reconcile(ctx, input);
  }

  @Access('ledger.read')
  @Query(() => ProviderReconciliationPage, {
    description: 'The bills of vendors that were held against what is recorded; the latest range first.',
  })
  providerReconciliations(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: ProviderReconciliationFilter,
    @Args('orderBy', { type: () => ProviderReconciliationOrder, nullable: true }) order?: ProviderReconciliationOrder,
  ): Promise<ProviderReconciliationPage> {
    return this.reconciliations.list(ctx, page, filter, order);
  }
}
