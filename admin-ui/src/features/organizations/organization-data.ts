import type { OrganizationQuery } from '../../gql/organization.js';

/** What the page of an organization has read, as its tabs show it. */
export type OrganizationData = OrganizationQuery['organization'];
