import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, notFound } from '../../core/errors.js';
import { newId } from '../../core/id.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { Group, GroupStatus } from './group.entity.js';
import { GroupMembers } from './group-members.service.js';
import { type CreateGroupInput, type GroupFilter, GroupOrder, type UpdateGroupInput } from './groups.inputs.js';

const COLUMNS: SortColumns<GroupOrder> = {
  created: ['grp.createdAt', 'timestamptz'],
  name: ['grp.name', 'text'],
};
const HAS_MEMBER = 'EXISTS (SELECT 1 FROM group_members link WHERE link.group_id = grp.id AND link.user_id = :user)';

@Injectable()
export class GroupsService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly members: GroupMembers,
  ) {}

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Group> {
    const group = await ctx.em.findOneBy(Group, { id });
    if (!group || group.status === GroupStatus.DELETED) throw notFound('Group', id);
    return group;
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Group>> {
    const groups = await ctx.em.findBy(Group, { id: In(ids) });
    return new Map(groups.map((group) => [group.id, group]));
  }

  list(ctx: Ctx, page: PageRequest, filter: GroupFilter = {}, order = GroupOrder.CREATED_DESC): Promise<Page<Group>> {
    const query = ctx.em
      .createQueryBuilder(Group, 'grp')
      .where('grp.status <> :deleted', { deleted: GroupStatus.DELETED });
    if (filter.organizationId) query.andWhere('grp.organizationId = :org', { org: filter.organizationId });
    if (filter.userId) query.andWhere(HAS_MEMBER, { user: filter.userId });
    if (page.search)
      query.andWhere('(grp.name ILIKE :text OR grp.id ILIKE :text OR grp.directoryObjectId ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError not_found for the organization, conflict when its object id is registered there already */
  async create(ctx: Ctx, input: CreateGroupInput): Promise<Group> {
    const organization = await this.organizations.get(ctx, input.organizationId);
    const directoryObjectId = input.directoryObjectId?.toLowerCase() ?? null;
    const values = { id: newId('group'), organizationId: organization.id, name: input.name, directoryObjectId };
    return insertNew(ctx.em, Group, { ...values, status: GroupStatus.ACTIVE }, registered(directoryObjectId));
  }

  /** @throws DomainError not_found, conflict when the object id is registered in the organization already */
  async update(ctx: Ctx, id: string, input: UpdateGroupInput): Promise<Group> {
    const group = await this.take(ctx, id);
    const wanted = input.directoryObjectId?.toLowerCase() ?? null;
    if (input.directoryObjectId !== undefined && wanted !== group.directoryObjectId) {
      await requireFree(ctx, group, wanted);
      group.directoryObjectId = wanted;
    }
    group.name = input.name ?? group.name;
    return ctx.em.save(group);
  }

  /** Leaves a tombstone without members. @throws DomainError not_found */
  async delete(ctx: Ctx, id: string): Promise<Group> {
    const group = await this.take(ctx, id);
    await ctx.em.save(Object.assign(group, { status: GroupStatus.DELETED }));
    await this.members.removeAll(ctx, group);
    return group;
  }

  /** Those who are in it already stay. @throws DomainError not_found for the group, or for who is no member */
  async addMembers(ctx: Ctx, id: string, userIds: readonly string[]): Promise<Group> {
    return this.members.add(ctx, await this.take(ctx, id), userIds);
  }

  /** Who is not in it is left alone. @throws DomainError not_found for the group */
  async removeMembers(ctx: Ctx, id: string, userIds: readonly string[]): Promise<Group> {
    return this.members.remove(ctx, await this.take(ctx, id), userIds);
  }

  /** Ends every group of an organization that is being deleted. */
  async endAllOf(ctx: Ctx, organizationId: string): Promise<void> {
    const groups = await ctx.em.findBy(Group, { organizationId, status: GroupStatus.ACTIVE });
    for (const group of groups) await this.delete(ctx, group.id);
  }

  /** A group while no other transaction changes it or who is in it. */
  private async take(ctx: Ctx, id: string): Promise<Group> {
    await this.get(ctx, id);
    await ctx.em.query('SELECT 1 FROM groups WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.get(ctx, id);
  }
}

async function requireFree(ctx: Ctx, { organizationId }: Group, directoryObjectId: string | null): Promise<void> {
  if (directoryObjectId === null) return;
  const held = { organizationId, directoryObjectId, status: GroupStatus.ACTIVE };
  if (await ctx.em.existsBy(Group, held)) throw registered(directoryObjectId);
}

const registered = (directoryObjectId: string | null): DomainError =>
  new DomainError('conflict', `The directory's group '${directoryObjectId}' is registered already`, {
    field: 'directoryObjectId',
  });
