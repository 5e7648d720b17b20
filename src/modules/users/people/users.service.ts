import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { Member } from '../members/member.entity.js';
import { requirePlatformAuthority } from './authority.js';
import { lockOwners, requireAnotherOwner } from './owners.js';
import { User, UserStatus } from './user.entity.js';
import { type UpdateUserInput, type UserFilter, UserOrder } from './users.inputs.js';

/** As User.platformRole has it. */
const PLATFORM_ROLE = ['owner', 'admin', 'auditor']
  .map((role) => `WHEN '${role}' IN (person.manualRole, person.directoryRole) THEN '${role}'`)
  .reduce((cases, each) => `${cases} ${each}`, 'CASE')
  .concat(' END');
const COLUMNS: SortColumns<UserOrder> = {
  created: ['person.createdAt', 'timestamptz'],
  name: ['person.name', 'text'],
  email: ['person.email', 'text'],
  status: ['person.status', 'text'],
  platform_role: [PLATFORM_ROLE, 'text', 'nullable'],
  last_sign_in: ['person.lastSignInAt', 'timestamptz', 'nullable'],
};

/** Users as the platform's administrators see and change them. */
@Injectable()
export class UsersService {
  constructor(private readonly clock: Clock) {}

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<User> {
    const user = await ctx.em.findOneBy(User, { id });
    if (!user || user.status === UserStatus.DELETED) throw notFound('User', id);
    return user;
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, User>> {
    const users = await ctx.em.findBy(User, { id: In(ids) });
    return new Map(users.map((user) => [user.id, user]));
  }

  list(ctx: Ctx, page: PageRequest, filter: UserFilter = {}, order = UserOrder.CREATED_DESC): Promise<Page<User>> {
    const query = ctx.em.createQueryBuilder(User, 'person');
    if (filter.status) query.where('person.status = :status', { status: filter.status });
    else query.where('person.status <> :deleted', { deleted: UserStatus.DELETED });
    if (filter.platformRole) query.andWhere(`${PLATFORM_ROLE} = :role`, { role: filter.platformRole });
    if (page.search)
      query.andWhere('(person.name ILIKE :text OR person.email ILIKE :text OR person.id ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /**
   * @throws DomainError forbidden when somebody holds more than the actor or would; conflict for the last owner, and
   * when the directory would give the role all the same
   */
  async update(ctx: Ctx, id: string, input: UpdateUserInput): Promise<User> {
    const user = await this.take(ctx, id);
    const { platformRole } = input;
    if (platformRole !== undefined && platformRole !== user.manualRole) {
      requirePlatformAuthority(ctx, platformRole);
      if (platformRole !== 'owner' && user.directoryRole !== 'owner') await requireAnotherOwner(ctx.em, user);
      user.manualRole = platformRole;
    }
    user.name = input.name ?? user.name;
    return ctx.em.save(user);
  }

  /** The next request of the user is refused. @throws DomainError conflict for oneself and for the last owner */
  async suspend(ctx: Ctx, id: string): Promise<User> {
    const user = await this.takeAway(ctx, id, 'suspend');
    return ctx.em.save(Object.assign(user, { status: UserStatus.SUSPENDED }));
  }

  async resume(ctx: Ctx, id: string): Promise<User> {
    const user = await this.take(ctx, id);
    return ctx.em.save(Object.assign(user, { status: UserStatus.ACTIVE }));
  }

  /** Leaves a tombstone without any role. @throws DomainError conflict for oneself and for the last owner */
  async delete(ctx: Ctx, id: string): Promise<User> {
    const user = await this.takeAway(ctx, id, 'delete');
    const gone = { status: UserStatus.DELETED, manualRole: null, directoryRole: null, deletedAt: this.clock.now() };
    await ctx.em.save(Object.assign(user, gone));
    await ctx.em.remove(await ctx.em.findBy(Member, { userId: id }));
    return user;
  }

  /** A user whom the actor may change, while no other transaction ends or begins an ownership. */
  private async take(ctx: Ctx, id: string): Promise<User> {
    await lockOwners(ctx.em);
    const user = await this.get(ctx, id);
    requirePlatformAuthority(ctx, user.platformRole);
    return user;
  }

  private async takeAway(ctx: Ctx, id: string, verb: string): Promise<User> {
    const user = await this.take(ctx, id);
    if (ctx.actor.kind === 'user' && ctx.actor.id === id)
      throw new DomainError('conflict', `You cannot ${verb} yourself`);
    await requireAnotherOwner(ctx.em, user);
    return user;
  }
}
