import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import { recordChange } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { Team, TeamsService, TeamStatus } from '../../teams/index.js';
import { AliasStatus } from '../aliases/alias.entity.js';
import { announceChange } from '../catalog-changed.js';
import { lockRow } from '../lock-row.js';
import { requireAll } from '../require-all.js';
import { AccessGrant, GrantScope } from './access-grant.entity.js';
import { AccessGroup, AccessGroupStatus } from './access-group.entity.js';
import { follow } from './follow.js';

const MAX_GROUPS_OF_TEAM = 200;

const ALLOWED = `
  SELECT DISTINCT granted.scope_id AS "teamId", alias.name AS name
  FROM access_grants granted
  JOIN access_groups grp ON grp.id = granted.access_group_id AND grp.status = $2
  JOIN access_group_aliases link ON link.access_group_id = grp.id
  JOIN aliases alias ON alias.id = link.alias_id AND alias.status = $3
  WHERE granted.scope_type = $4 AND granted.scope_id = ANY($1)
  ORDER BY alias.name`;

/** Which access groups teams hold, and which aliases they may therefore call. */
@Injectable()
export class AccessGrantsService {
  constructor(
    private readonly teams: TeamsService,
    private readonly events: Events,
  ) {}

  /** The groups granted to each team, by id; inactive ones too. */
  async grantsOf(ctx: Ctx, teamIds: readonly string[]): Promise<Map<string, AccessGroup[]>> {
    const grants = await ctx.em.findBy(AccessGrant, { scopeType: GrantScope.TEAM, scopeId: In(teamIds) });
    const pairs = grants.map((grant) => [grant.scopeId, grant.accessGroupId] as const);
    const groupIds = pairs.map(([, groupId]) => groupId);
    return follow(pairs, await ctx.em.find(AccessGroup, { where: { id: In(groupIds) }, order: { id: 'ASC' } }));
  }

  /** Names of the aliases that a team may call, sorted. */
  async allowedAliases(ctx: Ctx, teamId: string): Promise<string[]> {
    return (await this.allowedAliasesOf(ctx, [teamId])).get(teamId) ?? [];
  }

  async allowedAliasesOf(ctx: Ctx, teamIds: readonly string[]): Promise<Map<string, string[]>> {
    const values = [teamIds, AccessGroupStatus.ACTIVE, AliasStatus.ACTIVE, GrantScope.TEAM];
    const rows = await ctx.em.query<{ teamId: string; name: string }[]>(ALLOWED, values);
    return new Map([...groupBy(rows, (row) => row.teamId)].map(([id, its]) => [id, its.map((row) => row.name)]));
  }

  /**
   * Replaces the groups granted to a team as a whole.
   * @throws DomainError not_found for an unknown group
   */
  async setForTeam(ctx: Ctx, team: Team, groupIds: readonly string[]): Promise<Team> {
    const wanted = [...new Set(groupIds)].sort();
    await requireGroups(ctx, wanted);
    await lockRow(ctx, 'teams', team.id);
    const grants = await ctx.em.findBy(AccessGrant, { scopeType: GrantScope.TEAM, scopeId: team.id });
    noteOnTeam(ctx, team, { before: grants.map((grant) => grant.accessGroupId).sort(), after: wanted });
    await ctx.em.remove(grants.filter((grant) => !wanted.includes(grant.accessGroupId)));
    const added = wanted.filter((id) => !grants.some((grant) => grant.accessGroupId === id));
    const place = { scopeType: GrantScope.TEAM, scopeId: team.id, organizationId: team.organizationId };
    await ctx.em.save(added.map((accessGroupId) => ctx.em.create(AccessGrant, { ...place, accessGroupId })));
    await announceChange(ctx, this.events);
    return team;
  }

  /** The teams that are not deleted and hold each group, by id. */
  async teamsUsing(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, Team[]>> {
    const grants = await ctx.em.findBy(AccessGrant, { scopeType: GrantScope.TEAM, accessGroupId: In(groupIds) });
    const pairs = grants.map((grant) => [grant.accessGroupId, grant.scopeId] as const);
    const teams = await this.teams.byId(
      ctx,
      pairs.map(([, teamId]) => teamId),
    );
    const present = [...teams.values()].filter((team) => team.status !== TeamStatus.DELETED);
    return follow(
      pairs,
      present.sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
  }

  /** Drops what deleted teams still hold of a group, which is of no interest to an auditor. */
  async forget(ctx: Ctx, accessGroupId: string): Promise<void> {
    await ctx.em.delete(AccessGrant, { accessGroupId });
  }
}

/** So that the history of the team itself shows which groups it had and has. */
function noteOnTeam(ctx: Ctx, team: Team, groups: { before: string[]; after: string[] }): void {
  recordChange(ctx.em, {
    entity: Team.name,
    id: team.id,
    organizationId: team.organizationId,
    before: { accessGroups: groups.before },
    after: { accessGroups: groups.after },
  });
}

async function requireGroups(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length > MAX_GROUPS_OF_TEAM) throw invalid('accessGroupIds', `must be at most ${MAX_GROUPS_OF_TEAM}`);
  const groups = await ctx.em.findBy(AccessGroup, { id: In(ids) });
  requireAll(
    'Model access group',
    ids,
    groups.map((group) => group.id),
  );
}
