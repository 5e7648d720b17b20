import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../core/clock.js';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../core/errors.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { Events } from '../../infra/events/index.js';
import { announceTenantChange, Organization, OrganizationsService } from '../organizations/index.js';
import { BudgetMode, Team, TeamStatus } from './team.entity.js';
import {
  type CreateTeamInput,
  type PauseTeamInput,
  type TeamFilter,
  TeamOrder,
  type UpdateTeamInput,
} from './teams.inputs.js';

/** A pause whose time has come is over, whether or not anybody has written that down. */
const STATUS = `CASE WHEN team.status = 'paused' AND team.pause_until <= :now THEN 'active' ELSE team.status END`;
/** Figures that later modules keep; the planner leaves out those that nobody sorts or filters by. */
const FIGURES = '(SELECT * FROM team_figures(:now))';
const COLUMNS: SortColumns<TeamOrder> = {
  created: ['team.createdAt', 'timestamptz'],
  name: ['team.name', 'text'],
  id: ['team.id', 'text'],
  status: [STATUS, 'text'],
  organization: ['organization.name', 'text'],
  budget_mode: ['team.budgetMode', 'text'],
  active_key_count: ['figures.active_key_count', 'bigint'],
  credits_allocated: ['figures.credits_allocated', 'bigint'],
  credits_remaining: ['figures.credits_remaining', 'bigint'],
  credits_used: ['figures.credits_used', 'bigint'],
};

const COUNTS = `
  SELECT organization_id AS id, count(*)::integer AS teams FROM teams
  WHERE organization_id = ANY($1) AND status <> 'deleted' GROUP BY organization_id`;

/** Of a team that names no rates of its own. */
export const TEAM_DEFAULTS = {
  budgetMode: BudgetMode.JOB_BASED,
  creditsPerDollar: 10_000_000n,
  tokensPerCredit: 10_000n,
};

@Injectable()
export class TeamsService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Team> {
    const team = await ctx.em.findOneBy(Team, { id });
    if (!team || team.status === TeamStatus.DELETED) throw notFound('Team', id);
    return this.awake(team);
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Team>> {
    const teams = await ctx.em.findBy(Team, { id: In(ids) });
    return new Map(teams.map((team) => [team.id, this.awake(team)]));
  }

  async list(
    ctx: Ctx,
    page: PageRequest,
    filter: TeamFilter = {},
    order = TeamOrder.CREATED_DESC,
  ): Promise<Page<Team>> {
    const query = ctx.em
      .createQueryBuilder(Team, 'team')
      .leftJoin(Organization, 'organization', 'organization.id = team.organizationId')
      .leftJoin(FIGURES, 'figures', 'figures.team_id = team.id')
      .setParameter('now', this.clock.now());
    if (filter.status) query.where(`${STATUS} = :status`, { status: filter.status });
    else query.where('team.status <> :deleted', { deleted: TeamStatus.DELETED });
    if (filter.organizationId) query.andWhere('team.organizationId = :org', { org: filter.organizationId });
    if (filter.budgetMode) query.andWhere('team.budgetMode = :mode', { mode: filter.budgetMode });
    if (filter.accessGroupId) query.andWhere(':group = ANY(figures.access_groups)', { group: filter.accessGroupId });
    if (page.search)
      query.andWhere('(team.id ILIKE :text OR team.name ILIKE :text)', { text: containing(page.search) });
    const teams = await keysetPage(query, page, orderOf(COLUMNS, order));
    return { ...teams, items: teams.items.map((team) => this.awake(team)) };
  }

  /** All teams of the organizations that are not deleted, for lists that show them inside their organization. */
  async listOf(ctx: Ctx, organizationIds: readonly string[]): Promise<Team[]> {
    const teams = await ctx.em
      .createQueryBuilder(Team, 'team')
      .where('team.organizationId = ANY(:organizationIds)', { organizationIds })
      .andWhere('team.status <> :deleted', { deleted: TeamStatus.DELETED })
      .orderBy('team.id')
      .getMany();
    return teams.map((team) => this.awake(team));
  }

  /** How many teams that are not deleted each organization has; none has no entry. */
  async countOf(ctx: Ctx, organizationIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await ctx.em.query<{ id: string; teams: number }[]>(COUNTS, [organizationIds]);
    return new Map(rows.map((row) => [row.id, row.teams]));
  }

  /** @throws DomainError not_found for the organization, conflict when the id is taken, be it by a deleted team */
  async create(ctx: Ctx, input: CreateTeamInput, isDefault = false): Promise<Team> {
    const organization = await this.organizations.get(ctx, input.organizationId);
    requirePositive(input);
    const taken = new DomainError('conflict', `Team '${input.id}' already exists`, { field: 'id' });
    const values: Partial<Team> = {
      id: input.id,
      organizationId: organization.id,
      name: input.name ?? input.id,
      status: TeamStatus.ACTIVE,
      budgetMode: input.budgetMode ?? TEAM_DEFAULTS.budgetMode,
      creditsPerDollar: input.creditsPerDollar ?? TEAM_DEFAULTS.creditsPerDollar,
      tokensPerCredit: input.tokensPerCredit ?? TEAM_DEFAULTS.tokensPerCredit,
      defaultAlias: input.defaultAlias ?? null,
      isDefault,
      metadata: input.metadata ?? {},
    };
    return insertNew(ctx.em, Team, values, taken);
  }

  async update(ctx: Ctx, id: string, input: UpdateTeamInput): Promise<Team> {
    const team = await this.get(ctx, id);
    requirePositive(input);
    team.name = input.name ?? team.name;
    team.budgetMode = input.budgetMode ?? team.budgetMode;
    team.creditsPerDollar = input.creditsPerDollar ?? team.creditsPerDollar;
    team.tokensPerCredit = input.tokensPerCredit ?? team.tokensPerCredit;
    team.defaultAlias = input.defaultAlias === undefined ? team.defaultAlias : input.defaultAlias;
    team.metadata = input.metadata ?? team.metadata;
    return this.save(ctx, team);
  }

  suspend(ctx: Ctx, id: string, reason?: string | null): Promise<Team> {
    return this.setStatus(ctx, id, { status: TeamStatus.SUSPENDED, statusReason: reason ?? null, pauseUntil: null });
  }

  /** @throws DomainError invalid_request when the pause would end in the past */
  async pause(ctx: Ctx, id: string, input: PauseTeamInput = {}): Promise<Team> {
    if (input.until && input.until <= this.clock.now()) throw invalid('until', 'must lie in the future');
    const statusReason = input.reason ?? null;
    return this.setStatus(ctx, id, { status: TeamStatus.PAUSED, statusReason, pauseUntil: input.until ?? null });
  }

  resume(ctx: Ctx, id: string): Promise<Team> {
    return this.setStatus(ctx, id, { status: TeamStatus.ACTIVE, statusReason: null, pauseUntil: null });
  }

  /** @throws DomainError conflict for the team that was made together with its organization */
  requireDeletable(team: Team): void {
    if (!team.isDefault) return;
    const message = `Cannot delete default team '${team.id}'. Default teams are protected from deletion.`;
    throw new DomainError('conflict', message);
  }

  /** Turns the team into a tombstone: its keys stop at once, its jobs and ledger stay. */
  markDeleted(ctx: Ctx, team: Team): Promise<Team> {
    return this.save(ctx, Object.assign(team, { status: TeamStatus.DELETED, deletedAt: this.clock.now() }));
  }

  private async setStatus(
    ctx: Ctx,
    id: string,
    values: Pick<Team, 'status' | 'statusReason' | 'pauseUntil'>,
  ): Promise<Team> {
    return this.save(ctx, Object.assign(await this.get(ctx, id), values));
  }

  /** Ends a pause whose time has come. The row says so from the next change of the team on; the gateway looks itself. */
  private awake(team: Team): Team {
    const isOver = team.status === TeamStatus.PAUSED && team.pauseUntil !== null && team.pauseUntil <= this.clock.now();
    return isOver ? Object.assign(team, { status: TeamStatus.ACTIVE, statusReason: null, pauseUntil: null }) : team;
  }

  private async save(ctx: Ctx, team: Team): Promise<Team> {
    await announceTenantChange(ctx, this.events);
    return ctx.em.save(team);
  }
}

function requirePositive(input: UpdateTeamInput): void {
  for (const field of ['creditsPerDollar', 'tokensPerCredit'] as const) {
    const value = input[field];
    if (typeof value === 'bigint' && value <= 0n) throw invalid(field, 'must be above zero');
  }
}
