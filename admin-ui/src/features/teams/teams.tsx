import { useMutation } from '@apollo/client/react';
import { Anchor, Box, Button, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { CreditsBar } from '../../components/credits-bar.js';
import { type BulkAction, type Column, type ListSource, ListView } from '../../components/list/index.js';
import { Page } from '../../components/page.js';
import { Count, Credits, Instant } from '../../components/values.js';
import {
  ResumeTeamDocument,
  SuspendTeamDocument,
  TeamsDocument,
  type TeamsQuery,
  type TeamsQueryVariables,
} from '../../gql/teams.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { type Session, useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { CreateTeam } from './dialogs/create-team.js';
import { TeamFilters } from './team-filters.js';
import { TeamStatus } from './team-status.js';
import { text } from './text.js';

type Row = TeamsQuery['teams']['items'][number];
type Variables = TeamsQueryVariables;

const ICON = 16;

const sourceOf = (canCredits: boolean): ListSource<Row, TeamsQuery, Variables> => ({
  document: TeamsDocument,
  variables: ({ size, after, search, sort, filters }) => {
    const { status, budgetMode, organizationId, accessGroupId } = filters;
    const filter = { status, budgetMode, organizationId, accessGroupId } as Variables['filter'];
    return { first: size, after, search: search || null, orderBy: sort as Variables['orderBy'], filter, canCredits };
  },
  page: (data) => data.teams,
});

const IDENTITY: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ id, name, status, isDefault }) => (
      <Box miw={170}>
        {status === 'DELETED' ? (
          <Text size="sm">{name}</Text>
        ) : (
          <Anchor component={Link} to={`/teams/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Anchor>
        )}
        <Text size="xs" c="dimmed" title={isDefault ? text.defaultTeam : undefined}>
          {id}
        </Text>
      </Box>
    ),
    value: ({ name }) => name,
  },
  {
    key: 'id',
    title: text.id,
    isOptional: true,
    sort: ['ID_ASC', 'ID_DESC'],
    render: ({ id }) => id,
    value: ({ id }) => id,
  },
  {
    key: 'organization',
    title: text.organization,
    sort: ['ORGANIZATION_ASC', 'ORGANIZATION_DESC'],
    render: ({ organization }) => (
      <Anchor component={Link} to={`/organizations/${organization.id}`} size="sm" display="block" miw={110}>
        {organization.name}
      </Anchor>
    ),
    value: ({ organization }) => organization.id,
  },
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: (row) => <TeamStatus team={row} />,
    value: ({ status }) => status,
  },
  {
    key: 'budget_mode',
    title: text.budgetMode,
    sort: ['BUDGET_MODE_ASC', 'BUDGET_MODE_DESC'],
    render: ({ budgetMode }) => <span title={text.modeHelp[budgetMode]}>{text.modes[budgetMode]}</span>,
    value: ({ budgetMode }) => budgetMode,
  },
];

const CREDITS: readonly Column<Row>[] = [
  {
    key: 'credits_remaining',
    title: text.credits,
    width: 200,
    sort: ['CREDITS_REMAINING_ASC', 'CREDITS_REMAINING_DESC'],
    render: ({ credits }) => credits && <CreditsBar {...credits} />,
    value: ({ credits }) => credits?.remaining,
  },
  {
    key: 'credits_used',
    title: text.creditsUsed,
    align: 'right',
    isOptional: true,
    sort: ['CREDITS_USED_ASC', 'CREDITS_USED_DESC'],
    render: ({ credits }) => credits && <Credits amount={credits.used} />,
    value: ({ credits }) => credits?.used,
  },
  {
    key: 'credits_allocated',
    title: text.creditsAllocated,
    align: 'right',
    isOptional: true,
    sort: ['CREDITS_ALLOCATED_ASC', 'CREDITS_ALLOCATED_DESC'],
    render: ({ credits }) => credits && <Credits amount={credits.allocated} />,
    value: ({ credits }) => credits?.allocated,
  },
];

const REST: readonly Column<Row>[] = [
  {
    key: 'keys',
    title: text.keys,
    align: 'right',
    sort: ['ACTIVE_KEY_COUNT_ASC', 'ACTIVE_KEY_COUNT_DESC'],
    render: ({ activeKeyCount }) => <Count value={activeKeyCount} />,
    value: ({ activeKeyCount }) => activeKeyCount,
  },
  {
    key: 'created',
    title: text.created,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="date" />,
    value: ({ createdAt }) => createdAt,
  },
];

function useBulk({ may }: Session): readonly BulkAction<Row>[] {
  const [suspend] = useMutation(SuspendTeamDocument);
  const [resume] = useMutation(ResumeTeamDocument);
  const resuming: BulkAction<Row> = {
    label: text.resume,
    icon: <IconPlayerPlay size={ICON} />,
    run: ({ id }) => resume({ variables: { id } }),
  };
  const suspending: BulkAction<Row> = {
    label: text.suspend,
    icon: <IconPlayerPause size={ICON} />,
    danger: true,
    confirm: { title: text.suspendManyTitle, message: text.suspendManyMessage, phrase: text.suspendPhrase },
    run: ({ id }) => suspend({ variables: { id } }),
  };
  return [...(may('team.resume') ? [resuming] : []), ...(may('team.suspend') ? [suspending] : [])];
}

/** Every team that the viewer may see. */
export function Teams() {
  const session = useSession();
  const mayCreate = session.may('team.create');
  const canCredits = session.may('credit.read');
  const bulk = useBulk(session);
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: mayCreate ? open : undefined });
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
      {text.create}
    </Button>
  );
  return (
    <Can action="team.read" page>
      <Page title={text.title} about={text.about} actions={create}>
        <ListView
          noun={text.noun}
          source={sourceOf(canCredits)}
          columns={[...IDENTITY, ...(canCredits ? CREDITS : []), ...REST]}
          defaultSort="CREATED_DESC"
          searchLabel={text.searchLabel}
          extraFilters={<TeamFilters />}
          bulk={bulk}
          empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
        />
        {mayCreate && <CreateTeam isOpen={isCreating} onClose={close} />}
      </Page>
    </Can>
  );
}
