import { Args, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { AuditEntry, AuditEntryPage } from './entries/audit-entry.entity.js';
import { AuditLog } from './audit-log.service.js';
import { AuditVerifications } from './audit-verification.service.js';
import { AuditFilter, AuditOrder } from './audit.inputs.js';
import { AuditFacets, AuditHead, AuditSigningKey, AuditVerification } from './audit.views.js';
import { fingerprint, pemOf } from './chain/signature.js';
import { AuditSigner } from './checkpoints/audit-signer.js';
import { AuditCheckpoint, AuditCheckpointPage } from './checkpoints/checkpoint.entity.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';

@Resolver(() => AuditEntry)
export class AuditResolver {
  constructor(
    private readonly log: AuditLog,
    private readonly verifications: AuditVerifications,
  ) {}

  @Access('audit.read')
  @Query(() => AuditEntryPage, { description: 'The audit log, newest first unless asked otherwise.' })
  auditEntries(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: AuditFilter,
    @Args('orderBy', { type: () => AuditOrder, nullable: true }) order?: AuditOrder,
  ): Promise<AuditEntryPage> {
    return this.log.list(ctx, page, filter ?? {}, order);
  }

  @Access('audit.read')
  @Query(() => AuditEntry)
  auditEntry(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<AuditEntry> {
    return this.log.get(ctx, id);
  }

  @Access('audit.read')
  @Query(() => AuditFacets, { description: 'What there is to choose from in a filter of the audit log.' })
  auditFacets(
    @CurrentCtx() ctx: Ctx,
    @Args('organizationId', { type: () => String, nullable: true }) organizationId?: string | null,
  ): Promise<AuditFacets> {
    return this.log.facets(ctx, organizationId ?? null);
  }

  @Access('audit.read')
  @Query(() => AuditVerification, {
    description:
      'Verifies every row of the chain of an organization; of the platform, when none is named by its actor.',
  })
  auditVerification(
    @CurrentCtx() ctx: Ctx,
    @Args('organizationId', { type: () => String, nullable: true }) organizationId?: string | null,
  ): Promise<AuditVerification> {
    return this.verifications.verify(ctx, organizationId ?? null);
  }
}

@Resolver(() => AuditCheckpoint)
export class CheckpointsResolver {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly signer: AuditSigner,
  ) {}

  @Access('audit.read')
  @Query(() => AuditCheckpointPage, { description: 'Signed checkpoints of the audit log, newest first.' })
  auditCheckpoints(@CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<AuditCheckpointPage> {
    return this.checkpoints.list(ctx, page);
  }

  @Access('audit.read')
  @Query(() => AuditSigningKey)
  auditSigningKey(): AuditSigningKey {
    return { pem: pemOf(this.signer.publicKey), fingerprint: fingerprint(this.signer.publicKey) };
  }

  @Access('audit.read')
  @ResolveField(() => [AuditHead], {
    description: 'Ends of the chains that had grown since the checkpoint before. An organization sees its own only.',
  })
  async heads(@Parent() checkpoint: AuditCheckpoint, @CurrentCtx() ctx: Ctx): Promise<AuditHead[]> {
    const batch = (numbers: readonly string[]): Promise<Map<string, AuditHead[]>> =>
      this.checkpoints.headsOf(ctx, numbers);
    return (await loadBatched(ctx, 'audit-heads', checkpoint.id, batch)) ?? [];
  }
}
