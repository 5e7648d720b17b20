import { Args, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { PageArgs } from '../../../infra/graphql/index.js';
import { LedgerProblem } from '../ledger-tx.entity.js';
import { LedgerAuditor } from './ledger-auditor.service.js';
import { LedgerCheckPage } from './ledger-check.entity.js';

@Resolver()
export class LedgerAuditResolver {
  constructor(private readonly auditor: LedgerAuditor) {}

  @Access('ledger.read')
  @Query(() => [LedgerProblem], { description: 'Recomputes the ledger; an empty list says that it balances.' })
  ledgerAudit(@CurrentCtx() ctx: Ctx): Promise<LedgerProblem[]> {
    return this.auditor.audit(ctx);
  }

  @Access('ledger.read')
  @Query(() => LedgerCheckPage, { description: 'What the auditor found when it ran by itself, newest first.' })
  ledgerChecks(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<LedgerCheckPage> {
    return this.auditor.checks(ctx, page);
  }
}
