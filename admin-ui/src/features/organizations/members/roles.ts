import { text } from '../text.js';

/** Roles within an organization, from the most powerful to the least, as they are chosen. */
export const ROLE_CHOICES = (['OWNER', 'ADMIN', 'VIEWER', 'MEMBER'] as const).map((value) => ({
  value,
  label: text.roles[value],
}));

export type Role = (typeof ROLE_CHOICES)[number]['value'];
