import { Injectable } from '@nestjs/common';
import type { Action } from '../../../core/action.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { AccessGrantsService } from '../../catalog/index.js';
import { CreditsService } from '../../ledger/index.js';
import { type Team, TeamsService } from '../../teams/index.js';
import type { UpdateTeamBody } from './teams.inputs.js';

/** The original's one call that changes settings, access and credits of a team together. */
@Injectable()
export class TeamChanges {
  constructor(
    private readonly teams: TeamsService,
    private readonly grants: AccessGrantsService,
    private readonly credits: CreditsService,
  ) {}

  /** @throws DomainError not_found, forbidden without the rights that access and credits need, insufficient_credits */
  async update(ctx: Ctx, id: string, body: UpdateTeamBody): Promise<Team> {
    const team = await this.teams.update(ctx, id, body.input());
    if (body.access_groups) {
      requireRights(ctx, 'team.grant_access');
      await this.grants.setForTeam(ctx, team, body.access_groups);
    }
    if (typeof body.credits_allocated === 'bigint') {
      requireRights(ctx, 'credit.add', 'credit.remove');
      await this.credits.setAllocated(ctx, id, body.credits_allocated, 'Allocation set by an administrator');
    }
    return team;
  }

  async setAccess(ctx: Ctx, id: string, groupIds: readonly string[]): Promise<Team> {
    return this.grants.setForTeam(ctx, await this.teams.get(ctx, id), groupIds);
  }
}

function requireRights(ctx: Ctx, ...actions: Action[]): void {
  const missing = actions.find((action) => !ctx.may(action));
  if (missing) throw new DomainError('forbidden', `This needs the right ${missing}`);
}
