import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page } from '../../../core/page.js';
import type { OrganizationRole } from '../../../core/roles.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { Organization, OrganizationsService, OrganizationStatus } from '../../organizations/index.js';
import { requireOrganizationAuthority } from '../people/authority.js';
import { isMember, User, UserStatus } from '../people/user.entity.js';
import { UsersService } from '../people/users.service.js';
import { Member, MemberSource } from './member.entity.js';
import { type AddMemberInput, MemberOrder, type MemberPageArgs } from './members.inputs.js';

const COLUMNS: SortColumns<MemberOrder> = {
  name: ['person.name', 'text'],
  email: ['person.email', 'text'],
  role: ['member.role', 'text'],
  source: ['member.source', 'text'],
  status: ['person.status', 'text'],
  created: ['member.createdAt', 'timestamptz'],
};

/** Who belongs to an organization, and as what. */
@Injectable()
export class MembersService {
  constructor(
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
  ) {}

  /** @throws DomainError not_found, also for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Member> {
    const member = await ctx.em.findOneBy(Member, { id });
    if (!member) throw notFound('Member', id);
    return member;
  }

  list(ctx: Ctx, organizationId: string, page: MemberPageArgs): Promise<Page<Member>> {
    const { filter, orderBy } = page;
    const query = ctx.em
      .createQueryBuilder(Member, 'member')
      .innerJoin(User, 'person', 'person.id = member.userId')
      .where('member.organizationId = :organizationId', { organizationId });
    if (filter?.role) query.andWhere('member.role = :role', { role: filter.role });
    if (filter?.source) query.andWhere('member.source = :source', { source: filter.source });
    if (page.search)
      query.andWhere('(person.name ILIKE :text OR person.email ILIKE :text)', { text: containing(page.search) });
    return keysetPage(query, page, orderOf(COLUMNS, orderBy ?? MemberOrder.NAME_ASC));
  }

  /** The memberships of each user in organizations that are not deleted, as far as the actor sees them. */
  async ofUsers(ctx: Ctx, userIds: readonly string[]): Promise<Map<string, Member[]>> {
    const members = await ctx.em
      .createQueryBuilder(Member, 'member')
      .innerJoin(Organization, 'organization', 'organization.id = member.organizationId')
      .where({ userId: In(userIds) })
      .andWhere('organization.status <> :deleted', { deleted: OrganizationStatus.DELETED })
      .orderBy('member.organizationId')
      .addOrderBy('member.source')
      .getMany();
    return groupBy(members, (member) => member.userId);
  }

  /**
   * The users of the ids, in their order, each of whom is a member of the organization.
   * @throws DomainError not_found naming the first who is none, alike for a foreign and for an unknown id
   */
  async requireMembers(ctx: Ctx, organizationId: string, userIds: readonly string[]): Promise<User[]> {
    const users = await ctx.em
      .createQueryBuilder(User, 'person')
      .where('person.id = ANY(:userIds)', { userIds })
      .andWhere('person.status <> :deleted', { deleted: UserStatus.DELETED })
      .andWhere(isMember('person.id').replaceAll(':visibleTo', ':memberOf'), { memberOf: organizationId })
      .getMany();
    const byId = new Map(users.map((user) => [user.id, user]));
    return userIds.map((id) => {
      const user = byId.get(id);
      if (!user) throw notFound('Member', id);
      return user;
    });
  }

  /**
   * Makes an existing user a member. Whom the actor cannot see can only be invited.
   * @throws DomainError not_found for organization or user, conflict for one who is a member already
   */
  async add(ctx: Ctx, { organizationId, userId, role }: AddMemberInput): Promise<Member> {
    const organization = await this.organizations.get(ctx, organizationId);
    const user = await this.users.get(ctx, userId);
    requireOrganizationAuthority(ctx, role);
    const values = { id: newId('member'), organizationId: organization.id, userId: user.id, role };
    const taken = new DomainError('conflict', `'${user.name}' is a member already`, { field: 'userId' });
    return insertNew(ctx.em, Member, { ...values, source: MemberSource.MANUAL }, taken);
  }

  /** @throws DomainError forbidden beyond what the actor holds, conflict for the last owner or a role of the directory */
  async setRole(ctx: Ctx, id: string, role: OrganizationRole): Promise<Member> {
    const member = await this.take(ctx, id);
    requireOrganizationAuthority(ctx, role);
    if (role !== 'owner') await this.requireAnotherOwner(ctx, member);
    return ctx.em.save(Object.assign(member, { role }));
  }

  /** @throws DomainError as setRole */
  async remove(ctx: Ctx, id: string): Promise<Member> {
    const member = await this.take(ctx, id);
    await this.requireAnotherOwner(ctx, member);
    await ctx.em.remove(Member, { ...member });
    return member;
  }

  /** A membership that the actor may change, while no other transaction changes one of the same organization. */
  private async take(ctx: Ctx, id: string): Promise<Member> {
    const { organizationId } = await this.get(ctx, id);
    await ctx.em.query('SELECT 1 FROM organizations WHERE id = $1 FOR NO KEY UPDATE', [organizationId]);
    const member = await this.get(ctx, id);
    if (member.source === MemberSource.DIRECTORY)
      throw new DomainError(
        'conflict',
        'This membership comes from the directory; change it there, or its role mapping',
      );
    requireOrganizationAuthority(ctx, member.role);
    return member;
  }

  /** The platform may leave an organization without an owner, and give it another; its own people may not. */
  private async requireAnotherOwner(ctx: Ctx, member: Member): Promise<void> {
    if (member.role !== 'owner' || ctx.organizationId === ALL_ORGANIZATIONS) return;
    const others = await ctx.em
      .createQueryBuilder(Member, 'member')
      .innerJoin(User, 'person', 'person.id = member.userId')
      .where('member.organizationId = :organizationId', member)
      .andWhere("member.role = 'owner' AND member.id <> :id", member)
      .andWhere('person.status = :active', { active: UserStatus.ACTIVE })
      .getCount();
    if (others === 0) throw new DomainError('conflict', 'This is the last owner of the organization');
  }
}
