import { Args, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, CurrentCtx } from '../../infra/access/index.js';
import { PageArgs } from '../../infra/graphql/index.js';
import { AuditEntry, AuditEntryPage } from './audit-entry.entity.js';
import { AuditFilter } from './audit.inputs.js';
import { AuditService } from './audit.service.js';

@Resolver(() => AuditEntry)
export class AuditResolver {
  constructor(private readonly audit: AuditService) {}

  @Access('audit.read')
  @Query(() => AuditEntryPage, { description: 'The audit log, newest first.' })
  auditEntries(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: AuditFilter,
  ): Promise<AuditEntryPage> {
    return this.audit.list(ctx, page, filter ?? {});
  }
}
