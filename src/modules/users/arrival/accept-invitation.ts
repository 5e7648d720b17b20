import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import { ORGANIZATION_ROLES, PLATFORM_ROLES, strongest } from '../../../core/roles.js';
import { Organization, OrganizationStatus } from '../../organizations/index.js';
import { hashInvitationToken } from '../invitations/invitation-token.js';
import { Invitation, InvitationStatus } from '../invitations/invitation.entity.js';
import { Member, MemberSource } from '../members/member.entity.js';
import { type User, UserStatus } from '../people/user.entity.js';
import { type DirectoryIdentity, findPerson, lockPerson, newPerson } from './person.js';

interface Acceptance {
  readonly token: string;
  readonly person: DirectoryIdentity;
  readonly now: Date;
}

/** One answer for every link that does not work, so that guessing tells nothing. */
const noLink = (): DomainError =>
  new DomainError('not_found', 'This invitation link is unknown, used, revoked or expired; ask for a new one');

/** Gives the role of an invitation to whoever brings its token, and spends it. */
export async function acceptInvitation(ctx: Ctx, { token, person, now }: Acceptance): Promise<{ userId: string }> {
  await lockPerson(ctx, person);
  const invitation = await ctx.em.findOne(Invitation, {
    where: { tokenHash: hashInvitationToken(token) },
    lock: { mode: 'pessimistic_write' },
  });
  if (invitation?.statusAt(now) !== InvitationStatus.OPEN) throw noLink();
  const user = await userFor(ctx, person);
  if (invitation.platformRole) user.manualRole = strongest(PLATFORM_ROLES, [user.manualRole, invitation.platformRole]);
  await ctx.em.save(user);
  if (invitation.organizationId) await join(ctx, user, invitation);
  await ctx.em.save(Object.assign(invitation, { acceptedAt: now, acceptedBy: user.id }));
  return { userId: user.id };
}

/** A deleted user stays deleted: the tombstone lets go of the person, who is new here. */
async function userFor(ctx: Ctx, person: DirectoryIdentity): Promise<User> {
  const known = await findPerson(ctx, person);
  if (!known) return newPerson(ctx, person);
  if (known.status === UserStatus.SUSPENDED) throw new DomainError('forbidden', `'${known.name}' is suspended`);
  if (known.status === UserStatus.ACTIVE) return known;
  await ctx.em.save(Object.assign(known, { directoryTenantId: null, directoryObjectId: null }));
  return newPerson(ctx, person);
}

/** An invitation never weakens what somebody holds already. */
async function join(ctx: Ctx, user: User, { organizationId, organizationRole }: Invitation): Promise<void> {
  const organization = await ctx.em.findOneBy(Organization, { id: organizationId! });
  if (!organization || organization.status === OrganizationStatus.DELETED) throw noLink();
  const where = { organizationId: organization.id, userId: user.id, source: MemberSource.MANUAL };
  const member = (await ctx.em.findOneBy(Member, where)) ?? ctx.em.create(Member, { ...where, id: newId('member') });
  member.role = strongest(ORGANIZATION_ROLES, [member.role ?? null, organizationRole])!;
  await ctx.em.save(member);
}
