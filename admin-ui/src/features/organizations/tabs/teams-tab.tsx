import { useMutation } from '@apollo/client/react';
import { Anchor, Badge, Box, Button, Group, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import {
  type BulkAction,
  type Column,
  type Filter,
  type ListSource,
  ListView,
} from '../../../components/list/index.js';
import { Count, Credits, Instant, StatusBadge } from '../../../components/values.js';
import {
  OrganizationTeamsDocument,
  type OrganizationTeamsQuery,
  type OrganizationTeamsQueryVariables,
  ResumeOrganizationTeamDocument,
  SuspendOrganizationTeamDocument,
} from '../../../gql/organization.js';
import { words } from '../../../lib/format.js';
import { useSession } from '../../../lib/session.js';
import { text } from '../text.js';

type Row = OrganizationTeamsQuery['teams']['items'][number];
type Variables = OrganizationTeamsQueryVariables;

const ICON = 16;

const sourceOf = (organizationId: string, canCredits: boolean): ListSource<Row, OrganizationTeamsQuery, Variables> => ({
  document: OrganizationTeamsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    organizationId,
    canCredits,
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    status: (filters.status as Row['status'] | undefined) ?? null,
  }),
  page: (data) => data.teams,
});

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.status,
    options: ['ACTIVE', 'PAUSED', 'SUSPENDED'].map((value) => ({ value, label: words(value) })),
  },
];

const CREDITS: readonly Column<Row>[] = [
  {
    key: 'credits_remaining',
    title: text.creditsLeft,
    align: 'right',
    sort: ['CREDITS_REMAINING_ASC', 'CREDITS_REMAINING_DESC'],
    render: ({ credits }) => credits && <Credits amount={credits.remaining} />,
    value: ({ credits }) => credits?.remaining,
  },
  {
    key: 'credits_allocated',
    title: text.creditsAllocated,
    align: 'right',
    sort: ['CREDITS_ALLOCATED_ASC', 'CREDITS_ALLOCATED_DESC'],
    render: ({ credits }) => credits && <Credits amount={credits.allocated} />,
    value: ({ credits }) => credits?.allocated,
  },
];

const columnsFor = (canCredits: boolean): readonly Column<Row>[] => [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ id, name, isDefault }) => (
      <Box miw={150}>
        <Group gap={8} wrap="nowrap">
          <Anchor component={Link} to={`/teams/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Anchor>
          {isDefault && (
            <Badge variant="default" size="xs" tt="none" fw={500}>
              {text.defaultTeam}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {id}
        </Text>
      </Box>
    ),
    value: ({ id }) => id,
  },
  {
    key: 'budget_mode',
    title: text.budgetMode,
    sort: ['BUDGET_MODE_ASC', 'BUDGET_MODE_DESC'],
    render: ({ budgetMode }) => text.modes[budgetMode],
    value: ({ budgetMode }) => budgetMode,
  },
  {
    key: 'keys',
    title: text.keys,
    align: 'right',
    sort: ['ACTIVE_KEY_COUNT_ASC', 'ACTIVE_KEY_COUNT_DESC'],
    render: ({ activeKeyCount }) => <Count value={activeKeyCount} />,
    value: ({ activeKeyCount }) => activeKeyCount,
  },
  ...(canCredits ? CREDITS : []),
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
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
];

function useBulk(): readonly BulkAction<Row>[] {
  const { may } = useSession();
  const [suspend] = useMutation(SuspendOrganizationTeamDocument);
  const [resume] = useMutation(ResumeOrganizationTeamDocument);
  const resuming: BulkAction<Row> = {
    label: text.resume,
    icon: <IconPlayerPlay size={ICON} />,
    run: ({ id }) => resume({ variables: { id } }),
  };
  const suspending: BulkAction<Row> = {
    label: text.suspend,
    icon: <IconPlayerPause size={ICON} />,
    danger: true,
    confirm: { title: text.suspendTeams, message: text.suspendTeamsMessage, phrase: text.suspendPhrase },
    run: ({ id }) => suspend({ variables: { id } }),
  };
  return [...(may('team.resume') ? [resuming] : []), ...(may('team.suspend') ? [suspending] : [])];
}

/** The teams of one organization. */
export function TeamsTab({ organizationId }: { organizationId: string }) {
  const { may } = useSession();
  const canCredits = may('credit.read');
  const create = may('team.create') && (
    <Button
      component={Link}
      to={`/teams?new&organizationId=${organizationId}`}
      variant="default"
      leftSection={<IconPlus size={ICON} />}
    >
      {text.newTeam}
    </Button>
  );
  return (
    <ListView
      noun={text.teamsNoun}
      source={sourceOf(organizationId, canCredits)}
      columns={columnsFor(canCredits)}
      defaultSort="NAME_ASC"
      filters={FILTERS}
      searchLabel={text.searchLabel}
      bulk={useBulk()}
      extraFilters={create}
      empty={{ title: text.teamsEmpty, message: text.teamsEmptyMessage, action: create }}
    />
  );
}
