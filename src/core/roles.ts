import type { Action } from './action.js';

/** From the most powerful to the least. */
export const PLATFORM_ROLES = ['owner', 'admin', 'auditor'] as const;
export const ORGANIZATION_ROLES = ['owner', 'admin', 'viewer', 'member'] as const;
export type PlatformRole = (typeof PLATFORM_ROLES)[number];
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

interface Holders {
  readonly platform: readonly PlatformRole[];
  /** Within their own organization. */
  readonly organization: readonly OrganizationRole[];
}

const PLATFORM = { all: PLATFORM_ROLES, admins: ['owner', 'admin'], owner: ['owner'], none: [] } as const;
const ORGANIZATION = {
  all: ORGANIZATION_ROLES,
  readers: ['owner', 'admin', 'viewer'],
  admins: ['owner', 'admin'],
  owner: ['owner'],
  none: [],
} as const;

const holds = (platform: keyof typeof PLATFORM, organization: keyof typeof ORGANIZATION): Holders =>
  Object.freeze({ platform: PLATFORM[platform], organization: ORGANIZATION[organization] });

/**
 * Who may do what: the one policy. The catalogue, prices, credits and margins are the platform's business; an
 * organization runs its teams, projects, groups, keys and members. docs/security.md shows it as a table.
 */
const POLICY: Readonly<Record<Action, Holders>> = Object.freeze({
  'organization.read': holds('all', 'all'),
  'organization.create': holds('admins', 'none'),
  'organization.update': holds('admins', 'owner'),
  'organization.suspend': holds('admins', 'none'),
  'organization.resume': holds('admins', 'none'),
  'organization.delete': holds('admins', 'none'),
  'team.read': holds('all', 'all'),
  'team.create': holds('admins', 'admins'),
  'team.update': holds('admins', 'admins'),
  'team.suspend': holds('admins', 'admins'),
  'team.pause': holds('admins', 'admins'),
  'team.resume': holds('admins', 'admins'),
  'team.delete': holds('admins', 'admins'),
  'team.grant_access': holds('admins', 'admins'),
  'project.read': holds('all', 'all'),
  'project.create': holds('admins', 'admins'),
  'project.update': holds('admins', 'admins'),
  'project.suspend': holds('admins', 'admins'),
  'project.resume': holds('admins', 'admins'),
  'project.delete': holds('admins', 'admins'),
  'project.grant_access': holds('admins', 'admins'),
  'project.set_cache': holds('admins', 'admins'),
  'project.empty_cache': holds('admins', 'admins'),
  'project.set_retention': holds('admins', 'admins'),
  'project.delete_bodies': holds('admins', 'admins'),
  'provider.read': holds('all', 'none'),
  'provider.create': holds('admins', 'none'),
  'provider.update': holds('admins', 'none'),
  'provider.delete': holds('admins', 'none'),
  'model.read': holds('all', 'none'),
  'model.create': holds('admins', 'none'),
  'model.update': holds('admins', 'none'),
  'model.delete': holds('admins', 'none'),
  'price.create': holds('admins', 'none'),
  'price.import': holds('admins', 'none'),
  'alias.read': holds('all', 'all'),
  'alias.create': holds('admins', 'none'),
  'alias.update': holds('admins', 'none'),
  'alias.delete': holds('admins', 'none'),
  'alias.test': holds('admins', 'none'),
  'access_group.read': holds('all', 'all'),
  'access_group.create': holds('admins', 'none'),
  'access_group.update': holds('admins', 'none'),
  'access_group.delete': holds('admins', 'none'),
  'key.read': holds('all', 'readers'),
  'key.create': holds('admins', 'admins'),
  'key.update': holds('admins', 'admins'),
  'key.revoke': holds('admins', 'admins'),
  'key.rotate': holds('admins', 'admins'),
  'credit.read': holds('all', 'readers'),
  'credit.add': holds('admins', 'none'),
  'credit.remove': holds('admins', 'none'),
  'credit.replenish': holds('admins', 'none'),
  'credit.gift': holds('admins', 'none'),
  'credit.adjust': holds('admins', 'none'),
  'credit.refund': holds('admins', 'none'),
  'credit.set_mode': holds('admins', 'none'),
  'credit.set_refill': holds('admins', 'none'),
  'balance.top_up': holds('admins', 'none'),
  'balance.adjust': holds('admins', 'none'),
  'billing.update': holds('admins', 'none'),
  'limit.read': holds('all', 'readers'),
  'limit.create': holds('admins', 'admins'), // Those of the organization itself are set by the platform.
  'limit.update': holds('admins', 'admins'),
  'limit.delete': holds('admins', 'admins'),
  'limit.grant': holds('admins', 'none'),
  'rate_limit.read': holds('all', 'readers'),
  'rate_limit.create': holds('admins', 'admins'),
  'rate_limit.update': holds('admins', 'admins'),
  'rate_limit.delete': holds('admins', 'admins'),
  'ledger.read': holds('all', 'none'),
  'ledger.correct': holds('admins', 'none'),
  'ledger.reconcile': holds('admins', 'none'),
  'job.read': holds('all', 'readers'),
  'call_body.read': holds('admins', 'admins'), // What people wrote, not what it cost.
  'usage.read': holds('all', 'readers'),
  'margin.read': holds('all', 'none'),
  'tenant.read': holds('all', 'readers'),
  'audit.read': holds('all', 'admins'),
  'audit.export': holds('all', 'admins'),
  'user.read': holds('all', 'none'),
  'user.create': holds('none', 'none'), // Somebody who arrives by the set-up link or the directory makes themselves.
  'user.sync': holds('none', 'none'),
  'user.update': holds('admins', 'none'),
  'user.suspend': holds('admins', 'none'),
  'user.resume': holds('admins', 'none'),
  'user.delete': holds('admins', 'none'),
  'member.read': holds('all', 'readers'),
  'member.add': holds('admins', 'admins'),
  'member.update': holds('admins', 'admins'),
  'member.remove': holds('admins', 'admins'),
  'group.read': holds('all', 'readers'),
  'group.create': holds('admins', 'admins'),
  'group.update': holds('admins', 'admins'),
  'group.delete': holds('admins', 'admins'),
  'invitation.read': holds('all', 'admins'),
  'invitation.create': holds('admins', 'admins'),
  'invitation.revoke': holds('admins', 'admins'),
  'invitation.accept': holds('none', 'none'),
  'role_mapping.read': holds('all', 'none'),
  'role_mapping.create': holds('owner', 'none'),
  'role_mapping.delete': holds('owner', 'none'),
  'session.read': holds('all', 'none'),
  'session.create': holds('all', 'all'),
  'session.end': holds('admins', 'none'),
  'session.end_own': holds('all', 'all'),
  'viewer.read': holds('all', 'all'),
});

const actionsWhere = (test: (holders: Holders) => boolean): ReadonlySet<Action> =>
  new Set((Object.keys(POLICY) as Action[]).filter((action) => test(POLICY[action])));

const OF_PLATFORM = new Map(
  PLATFORM_ROLES.map((role) => [role, actionsWhere(({ platform }) => platform.includes(role))] as const),
);
const OF_ORGANIZATION = new Map(
  ORGANIZATION_ROLES.map((role) => [role, actionsWhere(({ organization }) => organization.includes(role))] as const),
);

export const platformActions = (role: PlatformRole): ReadonlySet<Action> => OF_PLATFORM.get(role)!;

/** What a member may do within the organization. */
export const organizationActions = (role: OrganizationRole): ReadonlySet<Action> => OF_ORGANIZATION.get(role)!;

/** What roles of several sources add up to. */
export const union = (sets: readonly ReadonlySet<Action>[]): ReadonlySet<Action> =>
  new Set(sets.flatMap((each) => [...each]));

/** Nobody grants more than they hold: whether a holder of `own` may hand out `other`. */
export const covers = (own: ReadonlySet<Action>, other: ReadonlySet<Action>): boolean =>
  [...other].every((action) => own.has(action));

/** The most powerful of some roles, by a list that goes from the most powerful down; null when there is none. */
export const strongest = <R>(order: readonly R[], held: readonly (R | null)[]): R | null =>
  order.find((role) => held.includes(role)) ?? null;
