import type { Ctx } from '../../../core/ctx.js';
import { newId } from '../../../core/id.js';
import { User, UserStatus } from '../people/user.entity.js';

/** A person as the directory knows them; the pair of tenant and object id never changes hands. */
export interface DirectoryIdentity {
  readonly tenantId: string;
  readonly objectId: string;
  readonly email: string;
  readonly name: string;
}

type Known = Partial<DirectoryIdentity>;

/** Makes arrivals of one person queue up, so that two first sign-ins at once make one user. */
export async function lockPerson(ctx: Ctx, { tenantId, objectId }: Known): Promise<void> {
  if (!tenantId || !objectId) return;
  await ctx.em.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`person ${tenantId}/${objectId}`]);
}

export function findPerson(ctx: Ctx, { tenantId, objectId }: Known): Promise<User | null> {
  if (!tenantId || !objectId) return Promise.resolve(null);
  return ctx.em.findOneBy(User, { directoryTenantId: tenantId, directoryObjectId: objectId });
}

/** An active user without a role, not yet saved. */
export function newPerson(ctx: Ctx, person: Pick<DirectoryIdentity, 'email' | 'name'> & Known): User {
  return ctx.em.create(User, {
    id: newId('user'),
    email: person.email,
    name: person.name,
    status: UserStatus.ACTIVE,
    manualRole: null,
    directoryRole: null,
    directoryTenantId: person.tenantId ?? null,
    directoryObjectId: person.objectId ?? null,
  });
}
