import { useMutation } from '@apollo/client/react';
import { Anchor, Text } from '@mantine/core';
import { IconBan, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { RevokeKeyDocument } from '../../gql/key-actions.js';
import { KeyListDocument, type KeyListQuery, type KeyListQueryVariables } from '../../gql/key-list.js';
import { type Session, useSession } from '../../lib/session.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../list/index.js';
import { MoreMenu } from '../more-menu.js';
import { Instant, StatusBadge } from '../values.js';
import type { KeyDialogs } from './key-dialogs.js';
import { keyState } from './key-status.js';
import { text } from './text.js';

type Row = KeyListQuery['keys']['items'][number];
type Variables = KeyListQueryVariables;

const ICON = 16;

const sourceOf = (teamId: string | null): ListSource<Row, KeyListQuery, Variables> => ({
  document: KeyListDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: {
      teamId: teamId ?? filters.teamId ?? null,
      organizationId: filters.organizationId ?? null,
      status: (filters.status as NonNullable<Variables['filter']>['status']) ?? null,
    },
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

const IDENTITY: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ id, name }) => (
      <Anchor component={Link} to={`/keys/${id}`} size="sm" fw={500} display="block" miw={160}>
        {name}
      </Anchor>
    ),
    value: ({ name }) => name,
  },
  {
    key: 'last_four',
    title: text.lastFour,
    sort: ['LAST_FOUR_ASC', 'LAST_FOUR_DESC'],
    render: ({ lastFour }) => (
      <Text span inherit ff="monospace">
        {text.ending(lastFour)}
      </Text>
    ),
    value: ({ lastFour }) => lastFour,
  },
];

const OWNERS: readonly Column<Row>[] = [
  {
    key: 'team',
    title: text.team,
    sort: ['TEAM_ASC', 'TEAM_DESC'],
    render: ({ team, organization }) => (
      <>
        {team && (
          <Anchor component={Link} to={`/teams/${team.id}`} size="sm" display="block" miw={160}>
            {team.name}
          </Anchor>
        )}
        <Text size="xs" c="dimmed">
          {organization.name}
        </Text>
      </>
    ),
    value: ({ team }) => team?.id,
  },
  {
    key: 'organization',
    title: text.organization,
    isOptional: true,
    sort: ['ORGANIZATION_ASC', 'ORGANIZATION_DESC'],
    render: ({ organization }) => (
      <Anchor component={Link} to={`/organizations/${organization.id}`} size="sm">
        {organization.name}
      </Anchor>
    ),
    value: ({ organization }) => organization.id,
  },
];

const STATE: readonly Column<Row>[] = [
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: (row) => <StatusBadge status={keyState(row)} />,
    value: keyState,
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
    render: ({ lastUsedAt }) => <Instant at={lastUsedAt} shape="ago" missing={text.notUsed} />,
    value: ({ lastUsedAt }) => lastUsedAt,
  },
  {
    key: 'created',
    title: text.created,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="date" />,
    value: ({ createdAt }) => createdAt,
  },
  { key: 'id', title: text.id, isOptional: true, render: ({ id }) => id, value: ({ id }) => id },
];

const COLUMNS = [...IDENTITY, ...OWNERS, ...STATE];
const COLUMNS_OF_TEAM = [...IDENTITY, ...STATE];

const RowActions = ({ row, dialogs }: { row: Row; dialogs: KeyDialogs }) => (
  <MoreMenu
    isQuiet
    label={text.actionsOf(row.name, row.lastFour)}
    items={[
      {
        label: text.rotate,
        icon: IconRefresh,
        action: 'key.rotate',
        isShown: keyState(row) === 'ACTIVE',
        onClick: () => dialogs.rotate(row),
      },
      {
        label: text.revoke,
        icon: IconBan,
        action: 'key.revoke',
        isShown: row.status === 'ACTIVE',
        danger: true,
        onClick: () => dialogs.revoke(row),
      },
    ]}
  />
);

function useBulk({ may }: Session): readonly BulkAction<Row>[] {
  const [revoke] = useMutation(RevokeKeyDocument);
  if (!may('key.revoke')) return [];
  return [
    {
      label: text.revoke,
      icon: <IconBan size={ICON} />,
      danger: true,
      confirm: { title: text.revokeManyTitle, message: text.revokeManyMessage, phrase: text.revokePhrase },
      run: ({ id }) => revoke({ variables: { id } }),
    },
  ];
}

interface KeyListProps {
  /** Only the keys of this team; then nothing is said of teams and organizations. */
  readonly teamId?: string;
  readonly dialogs: KeyDialogs;
  readonly extraFilters?: ReactNode;
  /** What the empty list offers. */
  readonly create: ReactNode;
  /** Buttons beside the filters. */
  readonly actions?: ReactNode;
}

/** Keys, with what can be done with each. */
export function KeyList({ teamId, dialogs, extraFilters, create, actions }: KeyListProps) {
  const session = useSession();
  const bulk = useBulk(session);
  const canAct = session.may('key.rotate') || session.may('key.revoke');
  return (
    <ListView
      noun={teamId ? text.nounOfTeam : text.noun}
      source={sourceOf(teamId ?? null)}
      columns={teamId ? COLUMNS_OF_TEAM : COLUMNS}
      defaultSort="CREATED_DESC"
      filters={FILTERS}
      searchLabel={text.searchLabel}
      extraFilters={extraFilters}
      bulk={bulk}
      actions={actions}
      empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
      {...(canAct && { rowActions: (row: Row) => <RowActions row={row} dialogs={dialogs} /> })}
    />
  );
}
