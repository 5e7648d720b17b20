import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { Team } from '../teams/index.js';
import { TeamCredits } from './account.entity.js';
import { LedgerAuditor } from './auditor.service.js';
import { CreditsService } from './credits.service.js';
import { CreditsInput, CreditTransactionFilter } from './ledger.inputs.js';
import { CreditTransaction, CreditTransactionPage, LedgerProblem } from './ledger-tx.entity.js';

@Resolver()
export class CreditsResolver {
  constructor(
    private readonly credits: CreditsService,
    private readonly auditor: LedgerAuditor,
  ) {}

  @Access('credit.read')
  @Query(() => CreditTransactionPage, { description: "Movements on a team's credit account, newest first." })
  creditTransactions(
    @CurrentCtx() ctx: Ctx,
    @Args('teamId', { type: () => ID }) teamId: string,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: CreditTransactionFilter,
  ): Promise<CreditTransactionPage> {
    return this.credits.transactions(ctx, teamId, page, filter);
  }

  @Access('ledger.read')
  @Query(() => [LedgerProblem], { description: 'Recomputes the ledger; an empty list says that it balances.' })
  ledgerAudit(@CurrentCtx() ctx: Ctx): Promise<LedgerProblem[]> {
    return this.auditor.audit(ctx);
  }

  @AdminMutation('credit.add')
  @Mutation(() => CreditTransaction)
  addCredits(@CurrentCtx() ctx: Ctx, @Args('input') input: CreditsInput): Promise<CreditTransaction> {
    return this.credits.add(ctx, input.teamId, input.credits, input.reason);
  }

  @AdminMutation('credit.remove')
  @Mutation(() => CreditTransaction, { description: 'Never takes credits that open jobs hold.' })
  removeCredits(@CurrentCtx() ctx: Ctx, @Args('input') input: CreditsInput): Promise<CreditTransaction> {
    return this.credits.remove(ctx, input.teamId, input.credits, input.reason);
  }
}

@Resolver(() => Team)
export class TeamCreditsResolver {
  constructor(private readonly credits: CreditsService) {}

  @ResolveField(() => TeamCredits, { name: 'credits' })
  async creditsOf(@Parent() team: Team, @CurrentCtx() ctx: Ctx): Promise<TeamCredits | undefined> {
    return loadBatched(ctx, 'team.credits', team.id, (ids) => this.credits.ofTeams(ctx, ids));
  }
}
