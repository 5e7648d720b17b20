import type { Action } from '../../core/action.js';
import { isOwn, whenBound } from '../../infra/database/index.js';
import { isGrantedAlias, isGrantedGroup, isGrantedModel } from '../catalog/index.js';
import { isMember } from '../users/index.js';
import { SearchHitType } from './search-hit.js';

/** How things of one type are found. All expressions are over the row `it`. */
interface Search {
  /** What the actor must hold to find them. */
  readonly action: Action;
  readonly from: string;
  readonly where: string;
  readonly title: string;
  readonly subtitle: string;
  readonly organizationId: string;
  readonly teamId: string;
  /** Texts that may match in whole, at the start or anywhere. */
  readonly texts: readonly string[];
  /** For ids that are found by their start alone, through their index; $5 and $6 are the range of the text. */
  readonly range?: string;
}

const NONE = 'NULL';
const ORGANIZATION = '$7';
const own = isOwn('it.organization_id', ORGANIZATION);
/** What is of its own, as the module of the thing says it; everything for those who reach every organization. */
const visible = (condition: (id: string) => string): string =>
  whenBound(ORGANIZATION, condition('it.id').replaceAll(':visibleTo', ORGANIZATION));

/** One entry a type; the order decides between hits that match alike. */
export const SEARCHES: Readonly<Record<SearchHitType, Search>> = {
  [SearchHitType.ORGANIZATION]: {
    action: 'organization.read',
    from: 'organizations it',
    where: `it.status <> 'deleted' AND ${isOwn('it.id', ORGANIZATION)}`,
    title: 'it.name',
    subtitle: 'it.id',
    organizationId: 'it.id',
    teamId: NONE,
    texts: ['it.id', 'it.name'],
  },
  [SearchHitType.TEAM]: {
    action: 'team.read',
    from: 'teams it JOIN organizations organization ON organization.id = it.organization_id',
    where: `it.status <> 'deleted' AND ${own}`,
    title: 'it.name',
    subtitle: "it.id || ' in ' || organization.name",
    organizationId: 'it.organization_id',
    teamId: 'it.id',
    texts: ['it.id', 'it.name'],
  },
  [SearchHitType.KEY]: {
    action: 'key.read',
    from: 'keys it LEFT JOIN teams team ON team.id = it.team_id',
    where: own,
    title: 'it.name',
    subtitle: "'ends in ' || it.last_four || coalesce(', ' || team.name, '')",
    organizationId: 'it.organization_id',
    teamId: 'it.team_id',
    texts: ['it.name', 'it.last_four', 'it.id'],
  },
  [SearchHitType.ALIAS]: {
    action: 'alias.read',
    from: 'aliases it',
    where: `it.status <> 'deleted' AND ${visible(isGrantedAlias)}`,
    title: 'it.name',
    subtitle: 'it.display_name',
    organizationId: NONE,
    teamId: NONE,
    texts: ['it.name', 'it.display_name', 'it.id'],
  },
  [SearchHitType.ACCESS_GROUP]: {
    action: 'access_group.read',
    from: 'access_groups it',
    where: visible(isGrantedGroup),
    title: 'it.display_name',
    subtitle: 'it.id',
    organizationId: NONE,
    teamId: NONE,
    texts: ['it.id', 'it.display_name'],
  },
  [SearchHitType.PROVIDER]: {
    action: 'provider.read',
    from: 'providers it',
    where: `it.status <> 'deleted' AND ${own}`,
    title: 'it.name',
    subtitle: 'it.kind',
    organizationId: 'it.organization_id',
    teamId: NONE,
    texts: ['it.name', 'it.id'],
  },
  [SearchHitType.MODEL]: {
    action: 'model.read',
    from: 'models it',
    where: `it.status <> 'deleted' AND ${visible(isGrantedModel)}`,
    title: 'it.name',
    subtitle: 'it.provider_kind',
    organizationId: NONE,
    teamId: NONE,
    texts: ['it.name', 'it.id'],
  },
  [SearchHitType.JOB]: {
    action: 'job.read',
    from: 'jobs it',
    where: own,
    title: 'it.job_type',
    subtitle: "it.id::text || ', ' || it.status",
    organizationId: 'it.organization_id',
    teamId: 'it.team_id',
    texts: [],
    range: 'it.id',
  },
  [SearchHitType.USER]: {
    action: 'user.read',
    from: 'users it',
    where: `it.status <> 'deleted' AND ${visible(isMember)}`,
    title: 'it.name',
    subtitle: 'it.email',
    organizationId: NONE,
    teamId: NONE,
    texts: ['it.name', 'it.email', 'it.id'],
  },
};

/**
 * Selects the best hits of one type. $1 the text, $2 and $3 the patterns of its start and of it anywhere, $4 how many,
 * $5 and $6 the range of ids that start with it, null when no id does; $7 the organization.
 */
export function sqlOf(type: SearchHitType, place: number): string {
  const { from, where, title, subtitle, organizationId, teamId, texts, range } = SEARCHES[type];
  const any = (test: (text: string) => string): string => texts.map(test).join(' OR ') || 'false';
  const rank = `CASE WHEN ${any((text) => `lower(${text}) = lower($1)`)} THEN 0
    WHEN ${any((text) => `${text} ILIKE $2`)} THEN 1 ELSE 2 END`;
  const found = range ? `${range} BETWEEN $5::uuid AND $6::uuid` : any((text) => `${text} ILIKE $3`);
  const order = range ? `${range} DESC` : 'rank, title, id';
  return `(SELECT '${type}' AS type, it.id::text AS id, ${title} AS title, ${subtitle} AS subtitle,
      ${organizationId} AS "organizationId", ${teamId} AS "teamId", ${range ? '1' : rank} AS rank, ${place} AS place
    FROM ${from} WHERE ${where} AND (${found}) ORDER BY ${order} LIMIT $4)`;
}
