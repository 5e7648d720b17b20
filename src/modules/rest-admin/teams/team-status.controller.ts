import { Body, Controller, Param, Post, Put } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { TeamsService } from '../../teams/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { TEAM_NAMES } from './team-names.js';
import { PauseBody, SuspendBody } from './teams.inputs.js';
import { TeamDone, teamDone } from './teams.views.js';

/** The seeds suspend by POST, the original by PUT; both work. */
@Area('teams', TEAM_NAMES)
@Controller('api/teams')
export class TeamStatusController {
  constructor(private readonly teams: TeamsService) {}

  @AdminMutation('team.suspend')
  @Post(':id/suspend')
  @Answers(TeamDone, 'Refuse its keys from the next call on')
  async suspend(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: SuspendBody): Promise<TeamDone> {
    return teamDone(await this.teams.suspend(ctx, id, body.reason), 'suspended');
  }

  @AdminMutation('team.suspend')
  @Put(':id/suspend')
  @Answers(TeamDone, 'Synonym of POST')
  suspendByPut(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: SuspendBody): Promise<TeamDone> {
    return this.suspend(ctx, id, body);
  }

  @AdminMutation('team.pause')
  @Post(':id/pause')
  @Answers(TeamDone, 'Refuse its keys, until an instant when one is given')
  async pause(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: PauseBody): Promise<TeamDone> {
    return teamDone(await this.teams.pause(ctx, id, { reason: body.reason, until: body.pause_until }), 'paused');
  }

  @AdminMutation('team.pause')
  @Put(':id/pause')
  @Answers(TeamDone, 'Synonym of POST')
  pauseByPut(@CurrentCtx() ctx: Ctx, @Param('id') id: string, @Body() body: PauseBody): Promise<TeamDone> {
    return this.pause(ctx, id, body);
  }

  @AdminMutation('team.resume')
  @Post(':id/resume')
  @Answers(TeamDone, 'Let its keys work again')
  async resume(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<TeamDone> {
    return teamDone(await this.teams.resume(ctx, id), 'resumed');
  }

  @AdminMutation('team.resume')
  @Put(':id/resume')
  @Answers(TeamDone, 'Synonym of POST')
  resumeByPut(@CurrentCtx() ctx: Ctx, @Param('id') id: string): Promise<TeamDone> {
    return this.resume(ctx, id);
  }
}
