import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { MAX_PAGE_SIZE, type Page, type PageRequest } from '../../../core/page.js';
import { type Organization, OrganizationsService } from '../../organizations/index.js';
import type { ProvisionedOrganization } from '../../provisioning/index.js';
import { TeamsService } from '../../teams/index.js';
import { credits } from '../fields/amounts.js';
import { pageAnswer, type PageQuery } from '../fields/paging.js';
import { PlatformReports } from '../reports/platform-reports.service.js';
import { ALL_TIME, monthOf, spanOfPeriod } from '../reports/span.js';
import { UsageReports } from '../reports/usage-reports.service.js';
import type { OrganizationUsage } from '../reports/usage.views.js';
import { TeamAnswers } from '../teams/team-answers.service.js';
import {
  type CreatedOrganization,
  type OrganizationDetails,
  type OrganizationList,
  type OrganizationRow,
  type OrganizationTeams,
  organizationView,
} from './organizations.views.js';

/** Gathers what the answers about organizations show from the modules that know it. */
@Injectable()
export class OrganizationAnswers {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly teams: TeamsService,
    private readonly teamAnswers: TeamAnswers,
    private readonly figures: PlatformReports,
    private readonly usage: UsageReports,
    private readonly clock: Clock,
  ) {}

  async created(ctx: Ctx, { organization, defaultTeam }: ProvisionedOrganization): Promise<CreatedOrganization> {
    const view = organizationView(organization);
    if (!defaultTeam) return { ...view, default_team: null };
    const team = await this.teamAnswers.created(ctx, defaultTeam);
    const { team_id, team_alias, virtual_key, access_groups, allowed_model_aliases, credits_allocated } = team;
    const shown = { team_id, team_alias, virtual_key, access_groups, allowed_model_aliases, credits_allocated };
    return { ...view, default_team: shown };
  }

  async list(ctx: Ctx, page: Page<Organization>): Promise<OrganizationList> {
    return { organizations: await this.rows(ctx, page.items), ...pageAnswer(page) };
  }

  async details(ctx: Ctx, organization: Organization): Promise<OrganizationDetails> {
    const [row] = await this.rows(ctx, [organization]);
    const { teams } = await this.teamsOf(ctx, organization, { first: MAX_PAGE_SIZE });
    const { summary } = await this.usage.summary(ctx, { column: 'organization_id', id: organization.id }, ALL_TIME);
    const { total_jobs, total_cost_usd, credits_used } = summary;
    return { ...row!, teams, usage_summary: { total_jobs, total_cost_usd, credits_used } };
  }

  async teamsPage(ctx: Ctx, id: string, query: PageQuery): Promise<OrganizationTeams> {
    return this.teamsOf(ctx, await this.organizations.get(ctx, id), query.request());
  }

  async usageOf(ctx: Ctx, id: string, asked: string | null | undefined): Promise<OrganizationUsage> {
    const organization = await this.organizations.get(ctx, id);
    const period = asked ?? monthOf(this.clock.now());
    const span = spanOfPeriod(period);
    const whose = { column: 'organization_id', id: organization.id } as const;
    const { summary } = await this.usage.summary(ctx, whose, span);
    const by_team = await this.usage.byTeam(ctx, organization.id, span);
    const by_job_type = await this.usage.byJobType(ctx, whose, span);
    return { organization_id: organization.id, period, summary, by_team, by_job_type };
  }

  private async teamsOf(ctx: Ctx, { id }: Organization, request: PageRequest): Promise<OrganizationTeams> {
    const page = await this.teams.list(ctx, request, { organizationId: id });
    const teams = await this.teamAnswers.rows(ctx, page.items);
    return { organization_id: id, team_count: page.total, teams, ...pageAnswer(page) };
  }

  private async rows(ctx: Ctx, organizations: readonly Organization[]): Promise<OrganizationRow[]> {
    const ids = organizations.map((organization) => organization.id);
    const figures = await this.figures.ofOrganizations(ctx, ids);
    return organizations.map((organization) => {
      const { teamCount = 0, creditsAllocated = 0n } = figures.get(organization.id) ?? {};
      const total_credits_allocated = credits(creditsAllocated);
      const { plan } = organization;
      return { ...organizationView(organization), plan, team_count: teamCount, total_credits_allocated };
    });
  }
}
