import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { announceChange } from '../catalog-changed.js';
import { lockRow } from '../lock-row.js';
import { AccessGroup, AccessGroupStatus } from './access-group.entity.js';
import {
  type AccessGroupFilter,
  AccessGroupOrder,
  type CreateAccessGroupInput,
  type UpdateAccessGroupInput,
} from './access-groups.inputs.js';
import { AccessGrantsService } from './access-grants.service.js';
import { GroupAliasesService } from './group-aliases.service.js';

const ALIAS_COUNT = '(SELECT count(*) FROM access_group_aliases link WHERE link.access_group_id = grp.id)';
const TEAM_COUNT = `(SELECT count(*) FROM access_grants granted JOIN teams team ON team.id = granted.scope_id
  WHERE granted.scope_type = 'team' AND granted.access_group_id = grp.id AND team.status <> 'deleted')`;
const COLUMNS: SortColumns<AccessGroupOrder> = {
  created: ['grp.createdAt', 'timestamptz'],
  id: ['grp.id', 'text'],
  display_name: ['grp.displayName', 'text'],
  status: ['grp.status', 'text'],
  alias_count: [ALIAS_COUNT, 'bigint'],
  team_count: [TEAM_COUNT, 'bigint'],
};

@Injectable()
export class AccessGroupsService {
  constructor(
    private readonly aliases: GroupAliasesService,
    private readonly grants: AccessGrantsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found */
  async get(ctx: Ctx, id: string): Promise<AccessGroup> {
    const group = await ctx.em.findOneBy(AccessGroup, { id });
    if (!group) throw notFound('Model access group', id);
    return group;
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: AccessGroupFilter = {},
    order: AccessGroupOrder = AccessGroupOrder.CREATED_DESC,
  ): Promise<Page<AccessGroup>> {
    const query = ctx.em.createQueryBuilder(AccessGroup, 'grp').where('true');
    if (filter.status) query.andWhere('grp.status = :status', { status: filter.status });
    if (page.search)
      query.andWhere('(grp.id ILIKE :search OR grp.displayName ILIKE :search)', {
        search: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError not_found for an alias, conflict when the id is taken */
  async create(ctx: Ctx, input: CreateAccessGroupInput): Promise<AccessGroup> {
    const taken = new DomainError('conflict', `Model access group '${input.id}' already exists`, { field: 'id' });
    const values = {
      id: input.id,
      displayName: input.displayName ?? input.id,
      description: input.description ?? null,
      status: AccessGroupStatus.ACTIVE,
    };
    const group = await insertNew(ctx.em, AccessGroup, values, taken);
    await this.aliases.replace(ctx, group, () => input.aliasIds ?? []);
    await announceChange(ctx, this.events);
    return group;
  }

  async update(ctx: Ctx, id: string, input: UpdateAccessGroupInput): Promise<AccessGroup> {
    await lockRow(ctx, 'access_groups', id);
    const group = await this.get(ctx, id);
    group.displayName = input.displayName ?? group.displayName;
    if (input.description !== undefined) group.description = input.description;
    group.status = input.status ?? group.status;
    await ctx.em.save(group);
    await announceChange(ctx, this.events);
    return group;
  }

  /** Replaces the aliases of the group as a whole. @throws DomainError not_found for the group or an alias */
  setAliases(ctx: Ctx, id: string, aliasIds: readonly string[]): Promise<AccessGroup> {
    return this.changeAliases(ctx, id, () => aliasIds);
  }

  addAlias(ctx: Ctx, id: string, aliasId: string): Promise<AccessGroup> {
    return this.changeAliases(ctx, id, (present) => [...present, aliasId]);
  }

  removeAlias(ctx: Ctx, id: string, aliasId: string): Promise<AccessGroup> {
    return this.changeAliases(ctx, id, (present) => present.filter((each) => each !== aliasId));
  }

  /** @throws DomainError conflict naming the teams and projects it is granted to */
  async delete(ctx: Ctx, id: string): Promise<AccessGroup> {
    await lockRow(ctx, 'access_groups', id);
    const group = await this.get(ctx, id);
    await this.requireUnused(ctx, id);
    const removed = ctx.em.create(AccessGroup, { ...group });
    await this.grants.forget(ctx, id);
    await ctx.em.remove(group);
    await announceChange(ctx, this.events);
    return removed;
  }

  private async requireUnused(ctx: Ctx, id: string): Promise<void> {
    const teams = ((await this.grants.teamsUsing(ctx, [id])).get(id) ?? []).map((team) => team.id);
    const projects = ((await this.grants.projectsUsing(ctx, [id])).get(id) ?? []).map((project) => project.code);
    const users = [
      ...(teams.length > 0 ? [`teams: ${teams.join(', ')}`] : []),
      ...(projects.length > 0 ? [`projects: ${projects.join(', ')}`] : []),
    ];
    if (users.length === 0) return;
    const text = `Cannot delete access group '${id}' - still in use by ${users.join('; ')}`;
    throw new DomainError('conflict', text, {
      ...(teams.length > 0 && { teams }),
      ...(projects.length > 0 && { projects }),
    });
  }

  private async changeAliases(
    ctx: Ctx,
    id: string,
    change: (present: string[]) => readonly string[],
  ): Promise<AccessGroup> {
    await lockRow(ctx, 'access_groups', id);
    const group = await this.get(ctx, id);
    group.updatedAt = this.clock.now();
    await ctx.em.save(group);
    await this.aliases.replace(ctx, group, change);
    await announceChange(ctx, this.events);
    return group;
  }
}
