/** Where a limit, an account, an alert or an audit entry points. */
export const SCOPE_TYPES = ['platform', 'organization', 'group', 'team', 'project', 'user', 'key'] as const;
export type ScopeType = (typeof SCOPE_TYPES)[number];

export interface Scope {
  readonly type: ScopeType;
  readonly id: string;
}

export const scope = (type: ScopeType, id: string): Scope => Object.freeze({ type, id });
export const PLATFORM_SCOPE = scope('platform', '*');
