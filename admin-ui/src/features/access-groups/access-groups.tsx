import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Page } from '../../components/page.js';
import { Count, Instant, StatusBadge } from '../../components/values.js';
import {
  AccessGroupsDocument,
  type AccessGroupsQuery,
  type AccessGroupsQueryVariables,
  SetAccessGroupStatusDocument,
} from '../../gql/access-groups.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { CreateAccessGroup } from './create-access-group.js';
import { text } from './text.js';

type Row = AccessGroupsQuery['accessGroups']['items'][number];

const ICON = 16;

const source: ListSource<Row, AccessGroupsQuery, AccessGroupsQueryVariables> = {
  document: AccessGroupsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as AccessGroupsQueryVariables['orderBy'],
    filter: { status: (filters.status as 'ACTIVE' | 'INACTIVE' | undefined) ?? null },
  }),
  page: (data) => data.accessGroups,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.filterStatus,
    options: [
      { value: 'ACTIVE', label: text.active },
      { value: 'INACTIVE', label: text.inactive },
    ],
  },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    render: ({ id, displayName }) => (
      <>
        <Anchor component={Link} to={`/model-access/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {displayName}
        </Anchor>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {id}
        </Text>
      </>
    ),
    value: (row) => row.displayName,
    sort: ['DISPLAY_NAME_ASC', 'DISPLAY_NAME_DESC'],
  },
  {
    key: 'id',
    title: text.id,
    render: (row) => row.id,
    value: (row) => row.id,
    sort: ['ID_ASC', 'ID_DESC'],
    isOptional: true,
  },
  {
    key: 'description',
    title: text.description,
    render: (row) => (
      <Text size="sm" c="dimmed" lineClamp={2} maw={420}>
        {row.description}
      </Text>
    ),
    value: (row) => row.description,
  },
  {
    key: 'aliases',
    title: text.aliases,
    align: 'right',
    render: (row) => <Count value={row.aliasCount} />,
    value: (row) => row.aliasCount,
    sort: ['ALIAS_COUNT_ASC', 'ALIAS_COUNT_DESC'],
  },
  {
    key: 'teams',
    title: text.teams,
    align: 'right',
    render: (row) => <Count value={row.teamCount} />,
    value: (row) => row.teamCount,
    sort: ['TEAM_COUNT_ASC', 'TEAM_COUNT_DESC'],
  },
  {
    key: 'status',
    title: text.status,
    render: (row) => <StatusBadge status={row.status} />,
    value: (row) => row.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
  },
  {
    key: 'created',
    title: text.createdAt,
    render: (row) => <Instant at={row.createdAt} shape="date" />,
    value: (row) => row.createdAt,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
  },
];

function useBulk(): readonly BulkAction<Row>[] {
  const [setStatus] = useMutation(SetAccessGroupStatusDocument);
  if (!useSession().may('access_group.update')) return [];
  return [
    {
      label: text.activate,
      icon: <IconPlayerPlay size={ICON} />,
      run: ({ id }) => setStatus({ variables: { id, status: 'ACTIVE' } }),
    },
    {
      label: text.deactivate,
      icon: <IconPlayerPause size={ICON} />,
      danger: true,
      confirm: { title: text.deactivateTitle, message: text.deactivateMessage, phrase: text.deactivatePhrase },
      run: ({ id }) => setStatus({ variables: { id, status: 'INACTIVE' } }),
    },
  ];
}

/** The sets of aliases that are granted to teams. */
export function AccessGroups() {
  const { may } = useSession();
  const bulk = useBulk();
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: may('access_group.create') ? open : undefined });
  const create = (
    <Can action="access_group.create">
      <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
        {text.create}
      </Button>
    </Can>
  );
  return (
    <Can action="access_group.read" page>
      <Page title={text.title} about={text.about} actions={create}>
        <ListView
          noun={text.noun}
          source={source}
          columns={COLUMNS}
          defaultSort="DISPLAY_NAME_ASC"
          filters={FILTERS}
          searchLabel={text.searchLabel}
          bulk={bulk}
          empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
        />
        {isCreating && may('access_group.create') && <CreateAccessGroup onClose={close} />}
      </Page>
    </Can>
  );
}
