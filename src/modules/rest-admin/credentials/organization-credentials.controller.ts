import { Controller, Get, Param, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { ActiveQuery } from './credentials.inputs.js';
import { CredentialView, OrganizationCredentials } from './credentials.views.js';
import { OrganizationCredentialsService } from './organization-credentials.service.js';

@Area('provider credentials')
@Controller('api/provider-credentials/organization/:organization')
export class OrganizationCredentialsController {
  constructor(private readonly credentials: OrganizationCredentialsService) {}

  @Access('provider.read')
  @Get()
  @Answers(OrganizationCredentials, 'Vendor connections of an organization')
  all(
    @CurrentCtx() ctx: Ctx,
    @Param('organization') organization: string,
    @Query() query: ActiveQuery,
  ): Promise<OrganizationCredentials> {
    return this.credentials.of(ctx, organization, query.status());
  }

  @Access('provider.read')
  @Get('provider/:provider')
  @Answers(CredentialView, 'The newest active connection of an organization to a vendor')
  one(
    @CurrentCtx() ctx: Ctx,
    @Param('organization') organization: string,
    @Param('provider') provider: string,
  ): Promise<CredentialView> {
    return this.credentials.ofKind(ctx, organization, provider);
  }
}
