import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { MAX_PAGE_SIZE } from '../../../core/page.js';
import { ProvidersService, ProviderStatus } from '../../catalog/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { type CredentialView, credentialView, type OrganizationCredentials } from './credentials.views.js';

/** Vendor connections of one organization, without those that serve every organization. */
@Injectable()
export class OrganizationCredentialsService {
  constructor(
    private readonly providers: ProvidersService,
    private readonly organizations: OrganizationsService,
  ) {}

  async of(ctx: Ctx, id: string, status: ProviderStatus | null): Promise<OrganizationCredentials> {
    const { id: organizationId } = await this.organizations.get(ctx, id);
    const { items } = await this.providers.list(ctx, { first: MAX_PAGE_SIZE }, { organizationId, status });
    return { organization_id: organizationId, credentials: items.map(credentialView) };
  }

  /** The newest active one of the kind. @throws DomainError not_found */
  async ofKind(ctx: Ctx, id: string, kind: string): Promise<CredentialView> {
    const { id: organizationId } = await this.organizations.get(ctx, id);
    const filter = { organizationId, kind, status: ProviderStatus.ENABLED };
    const { items } = await this.providers.list(ctx, { first: 1 }, filter);
    if (!items[0]) throw new DomainError('not_found', `No active ${kind} credential found for organization '${id}'`);
    return credentialView(items[0]);
  }
}
