import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import { recordChange } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { Project, ProjectsService, ProjectStatus } from '../../projects/index.js';
import { Team, TeamsService, TeamStatus } from '../../teams/index.js';
import { AliasStatus } from '../aliases/alias.entity.js';
import { announceChange } from '../catalog-changed.js';
import { lockRow } from '../lock-row.js';
import { requireAll } from '../require-all.js';
import { AccessGrant, GrantScope } from './access-grant.entity.js';
import { AccessGroup, AccessGroupStatus } from './access-group.entity.js';
import { follow } from './follow.js';

const MAX_GROUPS = 200;

const ALLOWED = `
  SELECT DISTINCT granted.scope_id AS "holderId", alias.name AS name
  FROM access_grants granted
  JOIN access_groups grp ON grp.id = granted.access_group_id AND grp.status = $2
  JOIN access_group_aliases link ON link.access_group_id = grp.id
  JOIN aliases alias ON alias.id = link.alias_id AND alias.status = $3
  WHERE granted.scope_type = $4 AND granted.scope_id = ANY($1)
  ORDER BY alias.name`;

/** Who holds access groups: a team or a project. */
type Holder = Team | Project;

/** Which access groups teams and projects hold, and which aliases their keys may therefore call. */
@Injectable()
export class AccessGrantsService {
  constructor(
    private readonly teams: TeamsService,
    private readonly projects: ProjectsService,
    private readonly events: Events,
  ) {}

  /** The groups granted to each team or project, by id; inactive ones too. */
  async grantsOf(
    ctx: Ctx,
    holderIds: readonly string[],
    scopeType = GrantScope.TEAM,
  ): Promise<Map<string, AccessGroup[]>> {
    const grants = await ctx.em.findBy(AccessGrant, { scopeType, scopeId: In(holderIds) });
    const pairs = grants.map((grant) => [grant.scopeId, grant.accessGroupId] as const);
    const groupIds = pairs.map(([, groupId]) => groupId);
    return follow(pairs, await ctx.em.find(AccessGroup, { where: { id: In(groupIds) }, order: { id: 'ASC' } }));
  }

  /** Names of the aliases that a team may call, sorted. */
  async allowedAliases(ctx: Ctx, teamId: string): Promise<string[]> {
    return (await this.allowedAliasesOf(ctx, [teamId])).get(teamId) ?? [];
  }

  async allowedAliasesOf(
    ctx: Ctx,
    holderIds: readonly string[],
    scopeType = GrantScope.TEAM,
  ): Promise<Map<string, string[]>> {
    const values = [holderIds, AccessGroupStatus.ACTIVE, AliasStatus.ACTIVE, scopeType];
    const rows = await ctx.em.query<{ holderId: string; name: string }[]>(ALLOWED, values);
    return new Map([...groupBy(rows, (row) => row.holderId)].map(([id, its]) => [id, its.map((row) => row.name)]));
  }

  /**
   * Replaces the groups granted to a team as a whole.
   * @throws DomainError not_found for an unknown group
   */
  async setForTeam(ctx: Ctx, team: Team, groupIds: readonly string[]): Promise<Team> {
    await lockRow(ctx, 'teams', team.id);
    await this.replace(ctx, { scopeType: GrantScope.TEAM, noun: Team.name, holder: team }, groupIds);
    return team;
  }

  /** The same for a project. @throws DomainError not_found for an unknown group */
  async setForProject(ctx: Ctx, project: Project, groupIds: readonly string[]): Promise<Project> {
    await lockRow(ctx, 'projects', project.id);
    await this.replace(ctx, { scopeType: GrantScope.PROJECT, noun: Project.name, holder: project }, groupIds);
    return project;
  }

  /** The teams that are not deleted and hold each group, by id. */
  async teamsUsing(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, Team[]>> {
    const pairs = await pairsOf(ctx, GrantScope.TEAM, groupIds);
    const teams = await this.teams.byId(ctx, holdersIn(pairs));
    return follow(pairs, byId([...teams.values()].filter((team) => team.status !== TeamStatus.DELETED)));
  }

  /** The projects that are not deleted and hold each group, by id. */
  async projectsUsing(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, Project[]>> {
    const pairs = await pairsOf(ctx, GrantScope.PROJECT, groupIds);
    const projects = await this.projects.byId(ctx, holdersIn(pairs));
    return follow(pairs, byId([...projects.values()].filter((project) => project.status !== ProjectStatus.DELETED)));
  }

  /** Drops what deleted teams and projects still hold of a group, which is of no interest to an auditor. */
  async forget(ctx: Ctx, accessGroupId: string): Promise<void> {
    await ctx.em.delete(AccessGrant, { accessGroupId });
  }

  private async replace(ctx: Ctx, { scopeType, noun, holder }: Holding, groupIds: readonly string[]): Promise<void> {
    const wanted = [...new Set(groupIds)].sort();
    await requireGroups(ctx, wanted);
    const grants = await ctx.em.findBy(AccessGrant, { scopeType, scopeId: holder.id });
    noteOnHolder(ctx, { noun, holder }, { before: grants.map((grant) => grant.accessGroupId).sort(), after: wanted });
    await ctx.em.remove(grants.filter((grant) => !wanted.includes(grant.accessGroupId)));
    const added = wanted.filter((id) => !grants.some((grant) => grant.accessGroupId === id));
    const place = { scopeType, scopeId: holder.id, organizationId: holder.organizationId };
    await ctx.em.save(added.map((accessGroupId) => ctx.em.create(AccessGrant, { ...place, accessGroupId })));
    await announceChange(ctx, this.events);
  }
}

/** A holder, as grants and as the audit log call what it is. */
interface Holding {
  readonly scopeType: GrantScope;
  readonly noun: string;
  readonly holder: Holder;
}

type Pairs = readonly (readonly [groupId: string, holderId: string])[];

async function pairsOf(ctx: Ctx, scopeType: GrantScope, groupIds: readonly string[]): Promise<Pairs> {
  const grants = await ctx.em.findBy(AccessGrant, { scopeType, accessGroupId: In(groupIds) });
  return grants.map((grant) => [grant.accessGroupId, grant.scopeId] as const);
}

const holdersIn = (pairs: Pairs): string[] => pairs.map(([, holderId]) => holderId);
const byId = <T extends Holder>(holders: T[]): T[] => holders.sort((a, b) => (a.id < b.id ? -1 : 1));

/** So that the history of the team or project itself shows which groups it had and has. */
function noteOnHolder(
  ctx: Ctx,
  { noun, holder }: Pick<Holding, 'noun' | 'holder'>,
  groups: { before: string[]; after: string[] },
): void {
  recordChange(ctx.em, {
    entity: noun,
    id: holder.id,
    organizationId: holder.organizationId,
    before: { accessGroups: groups.before },
    after: { accessGroups: groups.after },
  });
}

async function requireGroups(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length > MAX_GROUPS) throw invalid('accessGroupIds', `must be at most ${MAX_GROUPS}`);
  const groups = await ctx.em.findBy(AccessGroup, { id: In(ids) });
  requireAll(
    'Model access group',
    ids,
    groups.map((group) => group.id),
  );
}
