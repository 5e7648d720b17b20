import { useMutation } from '@apollo/client/react';
import { ActionIcon, Anchor, Menu, Text } from '@mantine/core';
import { IconBan, IconDots, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { RevokeKeyDocument } from '../../gql/key-actions.js';
import { KeyListDocument, type KeyListQuery, type KeyListQueryVariables } from '../../gql/key-list.js';
import { type Session, useSession } from '../../lib/session.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../list/index.js';
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
    render: ({ team }) =>
      team && (
        <Anchor component={Link} to={`/teams/${team.id}`} size="sm">
          {team.name}
        </Anchor>
      ),
    value: ({ team }) => team?.id,
  },
  {
    key: 'organization',
    title: text.organization,
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

function RowActions({ row, dialogs, may }: { row: Row; dialogs: KeyDialogs; may: Session['may'] }) {
  const mayRotate = may('key.rotate') && keyState(row) === 'ACTIVE';
  const mayRevoke = may('key.revoke') && row.status === 'ACTIVE';
  if (!mayRotate && !mayRevoke) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.actionsOf(row.name, row.lastFour)}>
          <IconDots size={ICON} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayRotate && (
          <Menu.Item leftSection={<IconRefresh size={ICON} />} onClick={() => dialogs.rotate(row)}>
            {text.rotate}
          </Menu.Item>
        )}
        {mayRevoke && (
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconBan size={ICON} />}
            onClick={() => dialogs.revoke(row)}
          >
            {text.revoke}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

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
  /** Button of the empty list. */
  readonly create: ReactNode;
}

/** Keys, with what can be done with each. */
export function KeyList({ teamId, dialogs, extraFilters, create }: KeyListProps) {
  const session = useSession();
  const { may } = session;
  const bulk = useBulk(session);
  const canAct = may('key.rotate') || may('key.revoke');
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
      empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
      {...(canAct && { rowActions: (row: Row) => <RowActions row={row} dialogs={dialogs} may={may} /> })}
    />
  );
}
