import { Injectable } from '@nestjs/common';
import type { Action } from '../../../core/action.js';
import { Clock } from '../../../core/clock.js';
import { ANONYMOUS, Ctx, type Origin } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { RefusalRecorder, systemCtx, type Target } from '../../../infra/access/index.js';
import { Database } from '../../../infra/database/index.js';
import { AuditService } from '../../audit/index.js';
import { Member } from '../members/member.entity.js';
import { lockOwners, otherOwners } from '../people/owners.js';
import { User, UserStatus } from '../people/user.entity.js';
import { acceptInvitation } from './accept-invitation.js';
import { replaceDirectoryMemberships } from './directory-memberships.js';
import { type DirectoryClaims, type DirectoryRoles, mappingsFor, rolesOf } from './directory-roles.js';
import { type DirectoryIdentity, findPerson, lockPerson, newPerson } from './person.js';

export type DirectoryPerson = DirectoryIdentity & DirectoryClaims;

/** Who becomes the first owner; without an identity in the directory when there is no directory yet. */
export type NewOwner = Pick<DirectoryIdentity, 'email' | 'name'> & Partial<DirectoryIdentity>;

export type Arrival = { readonly userId: string } | { readonly refused: keyof typeof REFUSALS };

const REFUSALS = Object.freeze({
  no_role: 'holds no role any more',
  suspended: 'is suspended or deleted',
  not_invited: 'is not known here and has no role in the directory',
});

const A_SESSION: Target = Object.freeze({ type: 'Session', id: null, arguments: {} });

/** The ways in which a person becomes a user, or comes back as one. Each leaves its audit row. */
@Injectable()
export class DirectorySignIn {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly refusals: RefusalRecorder,
    private readonly clock: Clock,
  ) {}

  /**
   * Somebody whom the directory vouches for. What it gives now replaces what it gave at the last sign-in; roles given
   * here stay. A refusal is audited too.
   */
  async signIn(origin: Origin, person: DirectoryPerson): Promise<Arrival> {
    const arrival = await this.run(origin, 'user.sync', 'directory', (ctx) => this.sync(ctx, person));
    if ('userId' in arrival) return arrival;
    const anonymous = new Ctx({ ...this.ctxFor(origin, 'directory'), actor: ANONYMOUS });
    const message = `${person.email} (${person.tenantId}/${person.objectId}) ${REFUSALS[arrival.refused]}`;
    await this.refusals.refused(anonymous, { action: 'session.create', target: A_SESSION, message });
    return arrival;
  }

  /**
   * Spends a one-time link: whoever opens it gets its role, whatever their e-mail.
   * @throws DomainError not_found when the link is unknown, used, revoked or expired; forbidden for a suspended user
   */
  bindInvitation(origin: Origin, token: string, person: DirectoryIdentity): Promise<{ userId: string }> {
    return this.run(origin, 'invitation.accept', 'invitation', (ctx) =>
      acceptInvitation(ctx, { token, person, now: this.clock.now() }),
    );
  }

  /**
   * Makes the first owner of the platform, or makes a known person owner.
   * @throws DomainError conflict when there is an active owner
   */
  createOwner(origin: Origin, person: NewOwner): Promise<{ userId: string }> {
    return this.run(origin, 'user.create', 'first owner', async (ctx) => {
      await lockPerson(ctx, person);
      await lockOwners(ctx.em);
      if ((await otherOwners(ctx.em, null)) > 0) throw new DomainError('conflict', 'The platform has an owner already');
      const user = (await findPerson(ctx, person)) ?? newPerson(ctx, person);
      if (user.status !== UserStatus.ACTIVE)
        throw new DomainError('forbidden', `'${user.name}' is suspended or deleted`);
      user.manualRole = 'owner';
      await ctx.em.save(user);
      return { userId: user.id };
    });
  }

  private async sync(ctx: Ctx, person: DirectoryPerson): Promise<Arrival> {
    await lockPerson(ctx, person);
    const known = await findPerson(ctx, person);
    if (known && known.status !== UserStatus.ACTIVE) return { refused: 'suspended' };
    const roles = rolesOf(person.appRoles, await mappingsFor(ctx, person));
    const given = roles.platformRole !== null || roles.memberships.size > 0;
    if (!known && !given) return { refused: 'not_invited' };
    const user = known ?? newPerson(ctx, person);
    Object.assign(user, { email: person.email, name: person.name, lastSignInAt: this.clock.now() });
    user.directoryRole = await this.directoryRole(ctx, user, roles);
    await ctx.em.save(user);
    await replaceDirectoryMemberships(ctx, user.id, roles.memberships);
    const holds = user.platformRole !== null || (await ctx.em.countBy(Member, { userId: user.id })) > 0;
    return holds ? { userId: user.id } : { refused: 'no_role' };
  }

  /** A slip in the directory must not lock everybody out: the last owner stays one until there is another. */
  private async directoryRole(ctx: Ctx, user: User, roles: DirectoryRoles): Promise<User['directoryRole']> {
    const stopsOwning = user.directoryRole === 'owner' && user.manualRole !== 'owner' && roles.platformRole !== 'owner';
    if (!stopsOwning) return roles.platformRole;
    await lockOwners(ctx.em);
    return (await otherOwners(ctx.em, user.id)) > 0 ? roles.platformRole : 'owner';
  }

  private run<T>(origin: Origin, action: Action, task: string, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    return this.audit.transaction(this.ctxFor(origin, task), action, work);
  }

  /** Nobody is signed in yet, so the product itself acts, on every organization. */
  private ctxFor({ requestId, address, userAgent }: Origin, task: string): Ctx {
    return new Ctx({ ...systemCtx(this.database, task, requestId), address, userAgent });
  }
}
