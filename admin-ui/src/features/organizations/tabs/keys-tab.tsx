import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { Instant, StatusBadge } from '../../../components/values.js';
import {
  OrganizationKeysDocument,
  type OrganizationKeysQuery,
  type OrganizationKeysQueryVariables,
} from '../../../gql/organization.js';
import { text } from '../text.js';

type Row = OrganizationKeysQuery['keys']['items'][number];
type Variables = OrganizationKeysQueryVariables;

const sourceOf = (organizationId: string): ListSource<Row, OrganizationKeysQuery, Variables> => ({
  document: OrganizationKeysDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    organizationId,
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    status: (filters.status as Variables['status']) ?? null,
  }),
  page: (data) => data.keys,
});

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.status,
    options: [
      { value: 'ACTIVE', label: text.active },
      { value: 'EXPIRED', label: text.expired },
      { value: 'REVOKED', label: text.revoked },
    ],
  },
];

/** A key that has run out is refused like a revoked one, so it does not read as active. */
const statusOf = ({ status, isExpired }: Row): string => (status === 'ACTIVE' && isExpired ? 'EXPIRED' : status);

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ id, name }) => (
      <Anchor component={Link} to={`/keys/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Anchor>
    ),
    value: ({ name }) => name,
  },
  {
    key: 'last_four',
    title: text.lastFour,
    sort: ['LAST_FOUR_ASC', 'LAST_FOUR_DESC'],
    render: ({ lastFour }) => `…${lastFour}`,
    value: ({ lastFour }) => lastFour,
  },
  {
    key: 'team',
    title: text.team,
    sort: ['TEAM_ASC', 'TEAM_DESC'],
    render: ({ team }) =>
      team && (
        <Anchor component={Link} to={`/teams/${team.id}`} size="sm">
          {team.name}
        </Anchor>
      ),
    value: ({ team }) => team?.id,
  },
  {
    key: 'expires',
    title: text.expires,
    sort: ['EXPIRES_ASC', 'EXPIRES_DESC'],
    render: ({ expiresAt }) => <Instant at={expiresAt} shape="date" />,
    value: ({ expiresAt }) => expiresAt,
  },
  {
    key: 'last_used',
    title: text.lastUsed,
    sort: ['LAST_USED_ASC', 'LAST_USED_DESC'],
    render: ({ lastUsedAt }) => <Instant at={lastUsedAt} shape="ago" />,
    value: ({ lastUsedAt }) => lastUsedAt,
  },
  {
    key: 'created',
    title: text.created,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="date" />,
    value: ({ createdAt }) => createdAt,
  },
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: (row) => <StatusBadge status={statusOf(row)} />,
    value: statusOf,
  },
];

/** The keys of the teams of one organization. */
export const KeysTab = ({ organizationId }: { organizationId: string }) => (
  <ListView
    noun={text.keysNoun}
    source={sourceOf(organizationId)}
    columns={COLUMNS}
    defaultSort="CREATED_DESC"
    filters={FILTERS}
    searchLabel={text.keysSearch}
    empty={{ title: text.keysEmpty, message: text.keysEmptyMessage }}
  />
);
