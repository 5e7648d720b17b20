import type { PlanTier } from '../gql/organizations.js';
import { text } from './text.js';

export type { PlanTier };

/** What organizations subscribe to, from the least to the most. */
export const PLANS = (Object.keys(text.plans) as PlanTier[]).map((value) => ({ value, label: text.plans[value] }));

/** The names of some plans; empty for none. */
export const planNames = (plans: readonly PlanTier[]): string => plans.map((plan) => text.plans[plan]).join(', ');
