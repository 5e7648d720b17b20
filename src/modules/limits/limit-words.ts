import { registerEnumType } from '@nestjs/graphql';
import type { ScopeType } from '../../core/scope.js';
import type { Period } from '../../core/window.js';

/** The words of limits: as people and the API write them, and as they are stored. */
export const LIMIT_SCOPE_TYPES = {
  ORGANIZATION: 'organization',
  GROUP: 'group',
  PROJECT: 'project',
  TEAM: 'team',
  USER: 'user',
  KEY: 'key',
  GROUP_IN_PROJECT: 'group_in_project',
  USER_IN_PROJECT: 'user_in_project',
  USER_IN_GROUP: 'user_in_group',
} as const satisfies Record<string, ScopeType>;
registerEnumType(LIMIT_SCOPE_TYPES, {
  name: 'LimitScopeType',
  description: 'What a limit is on. X_IN_Y is a pair: the member X within the place Y, or each member by itself.',
});

export const LIMIT_UNITS = {
  USD: 'nano_usd',
  CREDIT: 'micro_credit',
  TOKEN: 'token',
  REQUEST: 'request',
} as const;
export type LimitUnit = (typeof LIMIT_UNITS)[keyof typeof LIMIT_UNITS];
registerEnumType(LIMIT_UNITS, { name: 'LimitUnit' });

export const LIMIT_PERIODS = {
  DAY: 'day',
  WEEK: 'week',
  MONTH: 'month',
  TOTAL: 'total',
} as const satisfies Record<string, Period>;
registerEnumType(LIMIT_PERIODS, {
  name: 'LimitPeriod',
  description: 'Days, ISO weeks and months of the zone of the limit; TOTAL never ends.',
});

export const LIMIT_ENFORCEMENTS = { HARD: 'hard', SOFT: 'soft', OBSERVE: 'observe' } as const;
export type LimitEnforcement = (typeof LIMIT_ENFORCEMENTS)[keyof typeof LIMIT_ENFORCEMENTS];
registerEnumType(LIMIT_ENFORCEMENTS, {
  name: 'LimitEnforcement',
  description: 'HARD refuses calls, SOFT alerts only, OBSERVE counts and never stands in for another limit.',
});

export const LIMIT_STATUSES = { ACTIVE: 'active', DELETED: 'deleted' } as const;
export type LimitStatus = (typeof LIMIT_STATUSES)[keyof typeof LIMIT_STATUSES];
registerEnumType(LIMIT_STATUSES, { name: 'LimitStatus' });
