/**
 * One string `noun.verb`: the permission, the audit action, the scope of an admin credential and the gate of a button.
 * `true` marks an action that changes something and therefore leaves an audit row.
 */
const MUTATES = {
  'organization.read': false,
  'organization.create': true,
  'organization.update': true,
  'organization.suspend': true,
  'organization.resume': true,
  'organization.delete': true,
  'team.read': false,
  'team.create': true,
  'team.update': true,
  'team.suspend': true,
  'team.pause': true,
  'team.resume': true,
  'team.delete': true,
  'team.grant_access': true,
  'provider.read': false,
  'provider.create': true,
  'provider.update': true,
  'provider.delete': true,
  'model.read': false,
  'model.create': true,
  'model.update': true,
  'model.delete': true,
  'price.create': true,
  'alias.read': false,
  'alias.create': true,
  'alias.update': true,
  'alias.delete': true,
  'access_group.read': false,
  'access_group.create': true,
  'access_group.update': true,
  'access_group.delete': true,
  'key.read': false,
  'key.create': true,
  'key.revoke': true,
  'key.rotate': true,
  'credit.read': false,
  'credit.add': true,
  'credit.remove': true,
  'credit.replenish': true,
  'ledger.read': false,
  'job.read': false,
  'tenant.read': false,
  'audit.read': false,
} as const;

export type Action = keyof typeof MUTATES;
export const ACTIONS = Object.freeze(Object.keys(MUTATES) as Action[]);
export const mutates = (action: Action): boolean => MUTATES[action];
