import { Anchor, Button, Text } from '@mantine/core';
import { Link } from 'react-router';
import { type Column, type ListSource, ListView } from '../../components/list/index.js';
import { Count, StatusBadge } from '../../components/values.js';
import {
  AccessGroupTeamsDocument,
  type AccessGroupTeamsQuery,
  type AccessGroupTeamsQueryVariables,
} from '../../gql/access-group.js';
import { text } from './text.js';

type Row = AccessGroupTeamsQuery['teams']['items'][number];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.team,
    render: ({ id, name }) => (
      <>
        <Anchor component={Link} to={`/teams/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed">
          {id}
        </Text>
      </>
    ),
    value: (row) => row.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
  },
  {
    key: 'organization',
    title: text.organization,
    render: ({ organization }) => (
      <Anchor component={Link} to={`/organizations/${organization.id}`} size="sm">
        {organization.name}
      </Anchor>
    ),
    value: (row) => row.organization.id,
    sort: ['ORGANIZATION_ASC', 'ORGANIZATION_DESC'],
  },
  {
    key: 'keys',
    title: text.keys,
    align: 'right',
    render: (row) => <Count value={row.activeKeyCount} />,
    value: (row) => row.activeKeyCount,
    sort: ['ACTIVE_KEY_COUNT_ASC', 'ACTIVE_KEY_COUNT_DESC'],
  },
  {
    key: 'status',
    title: text.status,
    render: (row) => <StatusBadge status={row.status} />,
    value: (row) => row.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
  },
];

/** The teams that hold a group. */
export function GroupTeams({ groupId }: { groupId: string }) {
  const source: ListSource<Row, AccessGroupTeamsQuery, AccessGroupTeamsQueryVariables> = {
    document: AccessGroupTeamsDocument,
    variables: ({ size, after, search, sort }) => ({
      first: size,
      after,
      search: search || null,
      orderBy: sort as AccessGroupTeamsQueryVariables['orderBy'],
      accessGroupId: groupId,
    }),
    page: (data) => data.teams,
  };
  const action = (
    <Button component={Link} to="/teams" variant="default">
      {text.teamsEmptyAction}
    </Button>
  );
  return (
    <ListView
      noun="access-group-teams"
      source={source}
      columns={COLUMNS}
      defaultSort="NAME_ASC"
      searchLabel={text.teamsSearch}
      empty={{ title: text.teamsEmptyTitle, message: text.teamsEmptyMessage, action }}
    />
  );
}
