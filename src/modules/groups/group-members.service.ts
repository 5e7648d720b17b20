import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../core/clock.js';
import type { Ctx } from '../../core/ctx.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, keysetPage } from '../../infra/database/index.js';
import { MembersService, User } from '../users/index.js';
import { GroupMember } from './group-member.entity.js';
import { Group } from './group.entity.js';

/** All ids of the counted groups are those that the actor has read already. */
const COUNTS = `
  SELECT group_id AS id, count(*)::integer AS members FROM group_members WHERE group_id = ANY($1) GROUP BY group_id`;

/** Who is in which group. */
@Injectable()
export class GroupMembers {
  constructor(
    private readonly members: MembersService,
    private readonly clock: Clock,
  ) {}

  /** The users in a group that the actor may see, by name. */
  list(ctx: Ctx, group: Group, page: PageRequest): Promise<Page<User>> {
    const query = ctx.em
      .createQueryBuilder(User, 'person')
      .innerJoin(GroupMember, 'link', 'link.userId = person.id AND link.groupId = :groupId', { groupId: group.id })
      .where('true');
    if (page.search)
      query.andWhere('(person.name ILIKE :text OR person.email ILIKE :text)', { text: containing(page.search) });
    return keysetPage(query, page, { expression: 'person.name', type: 'text', direction: 'ASC' });
  }

  /** How many users are in each group; none has no entry. */
  async countOf(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await ctx.em.query<{ id: string; members: number }[]>(COUNTS, [groupIds]);
    return new Map(rows.map((row) => [row.id, row.members]));
  }

  /** @throws DomainError not_found for somebody who is no member of the organization */
  async add(ctx: Ctx, group: Group, userIds: readonly string[]): Promise<Group> {
    const users = await this.members.requireMembers(ctx, group.organizationId, [...new Set(userIds)]);
    const present = await ctx.em.findBy(GroupMember, { groupId: group.id, userId: In(userIds) });
    const added = users.filter(({ id }) => !present.some((member) => member.userId === id));
    await this.touch(ctx, group);
    const place = { groupId: group.id, organizationId: group.organizationId };
    await ctx.em.save(added.map(({ id }) => ctx.em.create(GroupMember, { ...place, userId: id })));
    return group;
  }

  async remove(ctx: Ctx, group: Group, userIds: readonly string[]): Promise<Group> {
    await this.touch(ctx, group);
    await ctx.em.remove(await ctx.em.findBy(GroupMember, { groupId: group.id, userId: In(userIds) }));
    return group;
  }

  async removeAll(ctx: Ctx, group: Group): Promise<void> {
    await ctx.em.delete(GroupMember, { groupId: group.id });
  }

  /** So that the history of the group itself shows that who is in it has changed. */
  private async touch(ctx: Ctx, group: Group): Promise<void> {
    await ctx.em.save(Object.assign(group, { updatedAt: this.clock.now() }));
  }
}
