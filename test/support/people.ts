import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { newId } from '../../src/core/id.js';
import type { OrganizationRole, PlatformRole } from '../../src/core/roles.js';
import { IdentityResolver } from '../../src/infra/access/index.js';
import { People } from '../../src/modules/users/index.js';
import type { TestApp } from './app.js';

const USER = 'x-test-user';

/** Headers of a request of a user, once `letUsersIn` was called. */
export function asUser(userId: string, organizationId?: string): Record<string, string> {
  return {
    'x-admin-key': '',
    [USER]: userId,
    ...(organizationId && { 'x-tollkeeper-organization': organizationId }),
  };
}

/**
 * Takes the word of a header for who a user is, in place of a session; what the user may do comes from People as ever.
 */
export function letUsersIn({ app }: TestApp): void {
  const resolver = app.get(IdentityResolver, { strict: false });
  const people = app.get(People, { strict: false });
  const identify = resolver.identify.bind(resolver);
  resolver.identify = (request: FastifyRequest) => {
    const userId = request.headers[USER];
    if (typeof userId !== 'string') return identify(request);
    return people.identityOf(userId, (request.headers['x-tollkeeper-organization'] as string | undefined) ?? null);
  };
}

export interface UserOptions {
  readonly role?: PlatformRole;
  readonly directoryRole?: PlatformRole;
  /** Organization id > role. */
  readonly memberships?: Readonly<Record<string, OrganizationRole>>;
  readonly name?: string;
}

/** An active user with roles given by hand; gives the id. */
export async function makeUser({ db }: Pick<TestApp, 'db'>, options: UserOptions = {}): Promise<string> {
  const id = newId('user');
  const name = options.name ?? `Person ${randomBytes(3).toString('hex')}`;
  await db.query('INSERT INTO users (id, email, name, manual_role, directory_role) VALUES ($1, $2, $3, $4, $5)', [
    id,
    `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
    name,
    options.role ?? null,
    options.directoryRole ?? null,
  ]);
  for (const [organizationId, role] of Object.entries(options.memberships ?? {}))
    await db.query('INSERT INTO members (id, organization_id, user_id, role) VALUES ($1, $2, $3, $4)', [
      newId('member'),
      organizationId,
      id,
      role,
    ]);
  return id;
}
