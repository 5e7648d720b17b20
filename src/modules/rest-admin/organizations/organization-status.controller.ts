import { Controller, Param, Post, Put } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { OrganizationDone, organizationDone } from './organizations.views.js';

/** The seeds suspend by POST, the original by PUT; both work. */
@Area('organizations')
@Controller('api/organizations')
export class OrganizationStatusController {
  constructor(private readonly organizations: OrganizationsService) {}

  @AdminMutation('organization.suspend')
  @Post(':id/suspend')
  @Answers(OrganizationDone, 'Refuse every key of the organization from its next call on')
  async suspend(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<OrganizationDone> {
    return organizationDone(await this.organizations.suspend(ctx, id), 'suspended');
  }

  @AdminMutation('organization.suspend')
  @Put(':id/suspend')
  @Answers(OrganizationDone, 'Synonym of POST')
  suspendByPut(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<OrganizationDone> {
    return this.suspend(ctx, id);
  }

  @AdminMutation('organization.resume')
  @Post(':id/resume')
  @Answers(OrganizationDone, 'Let its keys work again')
  async resume(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<OrganizationDone> {
    return organizationDone(await this.organizations.resume(ctx, id), 'resumed');
  }

  @AdminMutation('organization.resume')
  @Put(':id/resume')
  @Answers(OrganizationDone, 'Synonym of POST')
  resumeByPut(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<OrganizationDone> {
    return this.resume(ctx, id);
  }
}
