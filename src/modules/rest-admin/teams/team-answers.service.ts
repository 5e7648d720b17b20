import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import type { Page } from '../../../core/page.js';
import { AccessGrantsService } from '../../catalog/index.js';
import { CreditsService } from '../../ledger/index.js';
import type { ProvisionedTeam } from '../../provisioning/index.js';
import type { Team } from '../../teams/index.js';
import { balanceView } from '../credits/credits.views.js';
import { pageAnswer } from '../fields/paging.js';
import type { CreatedTeam, TeamAccess, TeamDetails, TeamList, TeamRow, UpdatedTeam } from './teams.views.js';

/** Gathers what the answers about teams show from the modules that know it. */
@Injectable()
export class TeamAnswers {
  constructor(
    private readonly credits: CreditsService,
    private readonly grants: AccessGrantsService,
  ) {}

  async rows(ctx: Ctx, teams: readonly Team[]): Promise<TeamRow[]> {
    const ids = teams.map((team) => team.id);
    const accounts = await this.credits.ofTeams(ctx, ids);
    const grants = await this.grants.grantsOf(ctx, ids);
    return teams.map((team) => {
      const { credits_held, credits_available, credit_mode, ...balance } = balanceView(team, accounts.get(team.id)!);
      return {
        ...balance,
        team_alias: team.name,
        status_reason: team.statusReason,
        pause_until: team.pauseUntil,
        access_groups: (grants.get(team.id) ?? []).map((group) => group.id),
        default_model_alias: team.defaultAlias,
        is_default: team.isDefault,
        metadata: team.metadata,
      };
    });
  }

  async list(ctx: Ctx, page: Page<Team>): Promise<TeamList> {
    return { teams: await this.rows(ctx, page.items), ...pageAnswer(page) };
  }

  async details(ctx: Ctx, team: Team): Promise<TeamDetails> {
    const [row] = await this.rows(ctx, [team]);
    const credits = balanceView(team, await this.credits.of(ctx, team.id));
    return { ...row!, allowed_model_aliases: await this.grants.allowedAliases(ctx, team.id), credits };
  }

  async created(ctx: Ctx, { team, issued }: ProvisionedTeam): Promise<CreatedTeam> {
    const [row] = await this.rows(ctx, [team]);
    const allowed_model_aliases = await this.grants.allowedAliases(ctx, team.id);
    const message = `Team '${team.id}' created successfully`;
    return { ...row!, allowed_model_aliases, virtual_key: issued.token, message };
  }

  async updated(ctx: Ctx, team: Team): Promise<UpdatedTeam> {
    const [row] = await this.rows(ctx, [team]);
    return { ...row!, message: 'Team updated successfully' };
  }

  async access(ctx: Ctx, team: Team): Promise<TeamAccess> {
    const [row] = await this.rows(ctx, [team]);
    const allowed_model_aliases = await this.grants.allowedAliases(ctx, team.id);
    const message = 'Model access groups assigned successfully';
    return { team_id: team.id, access_groups: row!.access_groups, allowed_model_aliases, message };
  }
}
