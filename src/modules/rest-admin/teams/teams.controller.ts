import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { ProvisioningService } from '../../provisioning/index.js';
import { TeamsService } from '../../teams/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { ApiNameList, NameList } from '../fields/name-list.pipe.js';
import { TeamAnswers } from './team-answers.service.js';
import { TeamChanges } from './team-changes.service.js';
import { TEAM_NAMES } from './team-names.js';
import { CreateTeamBody, TeamsQuery, UpdateTeamBody } from './teams.inputs.js';
import { CreatedTeam, TeamAccess, TeamDetails, TeamDone, teamDone, TeamList, UpdatedTeam } from './teams.views.js';

@Area('teams', TEAM_NAMES)
@Controller('api/teams')
export class TeamsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly provisioning: ProvisioningService,
    private readonly changes: TeamChanges,
    private readonly answers: TeamAnswers,
  ) {}

  @AdminMutation('team.create')
  @Post('create')
  @Answers(CreatedTeam, 'Create a team with access, credits and its first virtual key')
  async create(@CurrentCtx() ctx: Ctx, @Body() body: CreateTeamBody): Promise<CreatedTeam> {
    return this.answers.created(ctx, await this.provisioning.createTeam(ctx, body.input()));
  }

  @Access('team.read')
  @Get()
  @Answers(TeamList, 'List teams, newest first')
  async list(@CurrentCtx() ctx: Ctx, @Query() query: TeamsQuery): Promise<TeamList> {
    return this.answers.list(ctx, await this.teams.list(ctx, query.request(), query.filter()));
  }

  @Access('team.read')
  @Get(':id')
  @Answers(TeamDetails, 'One team with its credits and what it may call')
  async one(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<TeamDetails> {
    return this.answers.details(ctx, await this.teams.get(ctx, id));
  }

  @AdminMutation('team.update')
  @Put(':id')
  @Answers(UpdatedTeam, 'Change settings, access groups or the credits allocated')
  async update(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: UpdateTeamBody): Promise<UpdatedTeam> {
    return this.answers.updated(ctx, await this.changes.update(ctx, id, body));
  }

  @AdminMutation('team.grant_access')
  @Put(':id/access-groups')
  @ApiNameList()
  @Answers(TeamAccess, 'Replace its model access groups; the body is a bare array of their names')
  async setAccess(
    @CurrentCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body(new NameList('access_groups')) groups: string[],
  ): Promise<TeamAccess> {
    return this.answers.access(ctx, await this.changes.setAccess(ctx, id, groups));
  }

  @AdminMutation('team.delete')
  @Delete(':id')
  @Answers(TeamDone, 'Delete a team; its keys are revoked and its id stays taken')
  async delete(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<TeamDone> {
    return teamDone(await this.provisioning.deleteTeam(ctx, id), 'deleted');
  }
}
