import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { ProvidersService } from '../../catalog/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { pageAnswer } from '../fields/paging.js';
import { CreateCredentialBody, CredentialsQuery, UpdateCredentialBody } from './credentials.inputs.js';
import { CredentialDone, credentialDone, CredentialList, CredentialView, credentialView } from './credentials.views.js';

/** REST's names of the fields that the catalog knows by others. */
const NAMES = { kind: 'provider', name: 'credential_name', baseUrl: 'api_base', credential: 'api_key' };

@Area('provider credentials', NAMES)
@Controller('api/provider-credentials')
export class CredentialsController {
  constructor(private readonly providers: ProvidersService) {}

  @AdminMutation('provider.create')
  @Post('create')
  @Answers(CredentialView, 'Add a vendor connection with its key')
  async create(@CurrentCtx() ctx: Ctx, @Body() body: CreateCredentialBody): Promise<CredentialView> {
    return credentialView(await this.providers.create(ctx, body.input()));
  }

  @Access('provider.read')
  @Get()
  @Answers(CredentialList, 'List vendor connections, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: CredentialsQuery): Promise<CredentialList> {
    const page = await this.providers.list(ctx, query.request(), query.filter());
    return { credentials: page.items.map(credentialView), ...pageAnswer(page) };
  }

  @Access('provider.read')
  @Get(':id')
  @Answers(CredentialView, 'One vendor connection; its key is never shown')
  async one(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<CredentialView> {
    return credentialView(await this.providers.get(ctx, id));
  }

  @AdminMutation('provider.update')
  @Put(':id')
  @Answers(CredentialView, 'Change a vendor connection or replace its key')
  async update(
    @CurrentCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body() body: UpdateCredentialBody,
  ): Promise<CredentialView> {
    return credentialView(await this.providers.update(ctx, id, body.input()));
  }

  @AdminMutation('provider.update')
  @Put(':id/activate')
  @Answers(CredentialDone, 'Let calls use it')
  async activate(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<CredentialDone> {
    return credentialDone(await this.providers.enable(ctx, id), 'activated');
  }

  @AdminMutation('provider.update')
  @Put(':id/deactivate')
  @Answers(CredentialDone, 'Keep calls from using it')
  async deactivate(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<CredentialDone> {
    return credentialDone(await this.providers.disable(ctx, id), 'deactivated');
  }

  @AdminMutation('provider.delete')
  @Delete(':id')
  @Answers(CredentialDone, 'Delete a vendor connection that no alias leads to')
  async delete(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<CredentialDone> {
    return credentialDone(await this.providers.delete(ctx, id), 'deleted');
  }
}
