import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { AccessGroupsService } from '../../catalog/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { AccessGroupAnswers } from './access-group-answers.service.js';
import {
  AccessGroupsQuery,
  CreateAccessGroupBody,
  GroupModelsBody,
  UpdateAccessGroupBody,
} from './access-groups.inputs.js';
import { AccessGroupDone, AccessGroupList, AccessGroupView } from './access-groups.views.js';

@Area('model access groups', { id: 'group_name', aliasIds: 'model_aliases' })
@Controller('api/model-access-groups')
export class AccessGroupsController {
  constructor(
    private readonly groups: AccessGroupsService,
    private readonly answers: AccessGroupAnswers,
  ) {}

  @AdminMutation('access_group.create')
  @Post('create')
  @Answers(AccessGroupView, 'Create a group of model aliases')
  create(@CurrentCtx() ctx: Ctx, @Body() body: CreateAccessGroupBody): Promise<AccessGroupView> {
    return this.answers.create(ctx, body);
  }

  @Access('access_group.read')
  @Get()
  @Answers(AccessGroupList, 'List model access groups, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: AccessGroupsQuery): Promise<AccessGroupList> {
    return this.answers.list(ctx, await this.groups.list(ctx, query.request(), { status: query.status }));
  }

  @Access('access_group.read')
  @Get(':group')
  @Answers(AccessGroupView, 'One model access group')
  async one(@CurrentCtx() ctx: Ctx, @Param('group') group: string): Promise<AccessGroupView> {
    return this.answers.one(ctx, await this.groups.get(ctx, group));
  }

  @AdminMutation('access_group.update')
  @Put(':group')
  @Answers(AccessGroupView, 'Change name, description or status')
  async update(
    @CurrentCtx() ctx: Ctx,
    @Param('group') group: string,
    @Body() body: UpdateAccessGroupBody,
  ): Promise<AccessGroupView> {
    return this.answers.one(ctx, await this.groups.update(ctx, group, body.input()));
  }

  @AdminMutation('access_group.update')
  @Put(':group/models')
  @Answers(AccessGroupView, 'Replace its model aliases as a whole')
  setModels(
    @CurrentCtx() ctx: Ctx,
    @Param('group') group: string,
    @Body() body: GroupModelsBody,
  ): Promise<AccessGroupView> {
    return this.answers.setModels(ctx, group, body.model_aliases);
  }

  @AdminMutation('access_group.delete')
  @Delete(':group')
  @Answers(AccessGroupDone, 'Delete a group that no team holds')
  async delete(@CurrentCtx() ctx: Ctx, @Param('group') group: string): Promise<AccessGroupDone> {
    const { id } = await this.groups.delete(ctx, group);
    return { group_name: id, message: `Model access group '${id}' deleted successfully` };
  }
}
