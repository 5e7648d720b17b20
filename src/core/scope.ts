/**
 * What limits, usage and alerts point at. A pair (`x_in_y`) names the member x within the place y.
 * The order is that of docs and lists, widest first.
 */
export const SCOPE_TYPES = [
  'organization',
  'group',
  'project',
  'team',
  'user',
  'key',
  'group_in_project',
  'user_in_project',
  'user_in_group',
] as const;
export type ScopeType = (typeof SCOPE_TYPES)[number];

export interface Scope {
  readonly type: ScopeType;
  /** Of a pair the place: the project or the group. */
  readonly id: string;
  /** Of a pair the member in it, or null for each member by itself; null for all other scopes. */
  readonly memberId: string | null;
}

/** As people say it: "team 'search'", "user 'usr_1' in project 'prj_2'", "each user in project 'prj_2'". */
export function scopeWords({ type, id, memberId }: Scope): string {
  const [member, place] = type.split('_in_');
  if (place === undefined) return `${type} '${id}'`;
  return memberId === null ? `each ${member} in ${place} '${id}'` : `${member} '${memberId}' in ${place} '${id}'`;
}

/** Everything that a call is charged to: a set, not a tree. */
export interface CallPlace {
  readonly organizationId: string;
  readonly keyId: string;
  readonly teamId: string | null;
  readonly projectId: string | null;
  /** The person whose token calls; verified, unlike a user id that a client sends along. */
  readonly userId: string | null;
}
