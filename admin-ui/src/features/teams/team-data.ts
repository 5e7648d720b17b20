import type { TeamQuery } from '../../gql/team.js';

/** What the page of a team has read, as its tabs show it. */
export type TeamData = TeamQuery['team'];
