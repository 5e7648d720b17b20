import type { EntityManager } from 'typeorm';
import { DomainError } from '../../../core/errors.js';
import type { User } from './user.entity.js';
import { UserStatus } from './user.entity.js';

/** Any number that no other advisory lock of the product uses. */
const OWNERS_LOCK = 7_300_417;

/**
 * Makes transactions that may end or begin somebody's ownership of the platform queue up until each has ended: two
 * owners who demote each other at once would else both find the other one left.
 */
export async function lockOwners(em: EntityManager): Promise<void> {
  await em.query('SELECT pg_advisory_xact_lock($1)', [OWNERS_LOCK]);
}

/** How many active owners the platform has besides one user. Only a manager of all organizations can tell. */
export async function otherOwners(em: EntityManager, exceptUserId: string | null): Promise<number> {
  const [row] = await em.query<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM users WHERE status = '${UserStatus.ACTIVE}'
       AND 'owner' IN (manual_role, directory_role) AND id IS DISTINCT FROM $1`,
    [exceptUserId],
  );
  return row!.count;
}

/**
 * To be called, after lockOwners, before a user stops being an active owner.
 * @throws DomainError conflict when nobody else is one
 */
export async function requireAnotherOwner(em: EntityManager, user: User): Promise<void> {
  if (user.platformRole !== 'owner' || user.status !== UserStatus.ACTIVE) return;
  if ((await otherOwners(em, user.id)) > 0) return;
  throw new DomainError('conflict', `'${user.name}' is the last owner of the platform; make somebody else owner first`);
}
