import { Injectable } from '@nestjs/common';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { DomainError, notFound } from '../../core/errors.js';
import { AccessGrantsService } from '../catalog/index.js';
import { KeysService } from '../keys/index.js';
import { CreditsService } from '../ledger/index.js';
import { type Organization, OrganizationsService } from '../organizations/index.js';
import { type Team, TeamsService, TeamStatus } from '../teams/index.js';
import { Belongings } from './belongings.service.js';
import type {
  ProvisionedOrganization,
  ProvisionedTeam,
  ProvisionOrganizationInput,
  ProvisionTeamInput,
} from './provisioning.inputs.js';

/**
 * Operations that span several modules and are one act to an administrator: a team with its access, credits and key; an
 * organization with its first team; the end of either. Each is one transaction with one audit row, which is about what
 * is changed first.
 */
@Injectable()
export class ProvisioningService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly teams: TeamsService,
    private readonly grants: AccessGrantsService,
    private readonly keys: KeysService,
    private readonly credits: CreditsService,
    private readonly belongings: Belongings,
  ) {}

  /** @throws DomainError conflict when an id is taken, not_found for an access group */
  async createOrganization(ctx: Ctx, input: ProvisionOrganizationInput): Promise<ProvisionedOrganization> {
    const { defaultTeam: wanted, ...fields } = input;
    const organization = await this.organizations.create(ctx, fields);
    if (!wanted) return { organization, defaultTeam: null };
    const team = { ...wanted, id: `${organization.id}_default`, organizationId: organization.id };
    return { organization, defaultTeam: await this.createTeam(ctx, team, true) };
  }

  /** @throws DomainError not_found for organization or access group, conflict when the id is taken */
  async createTeam(ctx: Ctx, input: ProvisionTeamInput, isDefault = false): Promise<ProvisionedTeam> {
    const { accessGroupIds, credits, keyName, ...fields } = input;
    if (credits && !ctx.may('credit.add')) throw new DomainError('forbidden', 'Credits need the right credit.add');
    const team = await this.teams.create(ctx, fields, isDefault);
    if (accessGroupIds?.length) await this.grants.setForTeam(ctx, team, accessGroupIds);
    await this.requireOwnAlias(ctx, team);
    if (credits) await this.credits.add(ctx, team.id, credits, 'Initial credit allocation');
    const issued = await this.keys.createVirtualKey(ctx, { teamId: team.id, name: keyName ?? 'default' });
    return { team, issued };
  }

  /** Leaves a tombstone; its keys are revoked. @throws DomainError not_found, conflict for a default team */
  async deleteTeam(ctx: Ctx, id: string): Promise<Team> {
    const team = await this.teams.get(ctx, id);
    this.teams.requireDeletable(team);
    return this.removeTeam(ctx, team);
  }

  /** Leaves tombstones of the organization, its teams, projects and groups. @throws DomainError not_found, conflict with active teams */
  async deleteOrganization(ctx: Ctx, id: string): Promise<Organization> {
    const organization = await this.organizations.get(ctx, id);
    const teams = await this.teams.listOf(ctx, [organization.id]);
    const active = teams.filter((team) => team.status === TeamStatus.ACTIVE);
    if (active.length > 0) {
      const message = 'Organization has active teams. Delete or suspend all teams first.';
      throw new DomainError('conflict', message, { active_teams: active.slice(0, 20).map((team) => team.id) });
    }
    const deleted = await this.organizations.markDeleted(ctx, organization.id);
    for (const team of teams) await this.removeTeam(ctx, team);
    await this.belongings.endAllOf(ctx, organization.id);
    return deleted;
  }

  /** An organization names for default what its team may call; anything else reads as if it were not there. */
  private async requireOwnAlias(ctx: Ctx, { id, defaultAlias }: Team): Promise<void> {
    if (defaultAlias === null || ctx.organizationId === ALL_ORGANIZATIONS) return;
    const allowed = await this.grants.allowedAliases(ctx, id);
    if (!allowed.includes(defaultAlias)) throw notFound('Model alias', defaultAlias);
  }

  private async removeTeam(ctx: Ctx, team: Team): Promise<Team> {
    const deleted = await this.teams.markDeleted(ctx, team);
    await this.keys.revokeAllOf(ctx, { teamId: team.id });
    return deleted;
  }
}
