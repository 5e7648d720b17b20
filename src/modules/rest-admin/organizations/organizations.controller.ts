import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { ProvisioningService } from '../../provisioning/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { OrganizationAnswers } from './organization-answers.service.js';
import { CreateOrganizationBody, OrganizationsQuery, UpdateOrganizationBody } from './organizations.inputs.js';
import {
  CreatedOrganization,
  OrganizationDetails,
  OrganizationDone,
  organizationDone,
  OrganizationList,
  OrganizationView,
  organizationView,
} from './organizations.views.js';

@Area('organizations', { id: 'organization_id', accessGroupIds: 'default_team_access_groups' })
@Controller('api/organizations')
export class OrganizationsController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly provisioning: ProvisioningService,
    private readonly answers: OrganizationAnswers,
  ) {}

  @AdminMutation('organization.create')
  @Post('create')
  @Answers(CreatedOrganization, 'Create an organization, and a team in it when asked')
  async create(@CurrentCtx() ctx: Ctx, @Body() body: CreateOrganizationBody): Promise<CreatedOrganization> {
    return this.answers.created(ctx, await this.provisioning.createOrganization(ctx, body.input()));
  }

  @Access('organization.read')
  @Get()
  @Answers(OrganizationList, 'List organizations, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: OrganizationsQuery): Promise<OrganizationList> {
    const { status } = query;
    return this.answers.list(ctx, await this.organizations.list(ctx, query.request(), { status }));
  }

  @Access('organization.read')
  @Get(':id')
  @Answers(OrganizationDetails, 'One organization with its teams and what they used')
  async one(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<OrganizationDetails> {
    return this.answers.details(ctx, await this.organizations.get(ctx, id));
  }

  @AdminMutation('organization.update')
  @Put(':id')
  @Answers(OrganizationView, 'Change name, metadata or plan')
  async update(
    @CurrentCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body() body: UpdateOrganizationBody,
  ): Promise<OrganizationView> {
    return organizationView(await this.organizations.update(ctx, id, body.input()));
  }

  @AdminMutation('organization.delete')
  @Delete(':id')
  @Answers(OrganizationDone, 'Delete an organization whose teams are all suspended, paused or deleted')
  async delete(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<OrganizationDone> {
    return organizationDone(await this.provisioning.deleteOrganization(ctx, id), 'deleted');
  }
}
