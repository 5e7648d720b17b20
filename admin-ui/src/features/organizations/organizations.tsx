import { useMutation } from '@apollo/client/react';
import { Anchor, Box, Button, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { PLANS, planNames } from '../../components/plans.js';
import { Page } from '../../components/page.js';
import { Count, Credits, Instant, Money, StatusBadge } from '../../components/values.js';
import {
  OrganizationsDocument,
  type OrganizationsQuery,
  type OrganizationsQueryVariables,
  ResumeOrganizationDocument,
  SuspendOrganizationDocument,
} from '../../gql/organizations.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { type Session, useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { CreateOrganization } from './create-organization.js';
import { text } from './text.js';

type Row = OrganizationsQuery['organizations']['items'][number];
type Variables = OrganizationsQueryVariables;

const ICON = 16;

const source: ListSource<Row, OrganizationsQuery, Variables> = {
  document: OrganizationsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: {
      status: (filters.status as Row['status'] | undefined) ?? null,
      plan: (filters.plan as Row['plan'] | undefined) ?? null,
    },
  }),
  page: (data) => data.organizations,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.status,
    options: [
      { value: 'ACTIVE', label: text.active },
      { value: 'SUSPENDED', label: text.suspended },
    ],
  },
  { key: 'plan', label: text.plan, options: PLANS, allLabel: text.anyPlan },
];

const IDENTITY: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ id, name }) => (
      <Box miw={150}>
        <Anchor component={Link} to={`/organizations/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed">
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
    key: 'teams',
    title: text.teams,
    align: 'right',
    sort: ['TEAM_COUNT_ASC', 'TEAM_COUNT_DESC'],
    render: ({ teamCount }) => <Count value={teamCount} />,
    value: ({ teamCount }) => teamCount,
  },
  {
    key: 'keys',
    title: text.keys,
    align: 'right',
    sort: ['ACTIVE_KEY_COUNT_ASC', 'ACTIVE_KEY_COUNT_DESC'],
    render: ({ activeKeyCount }) => <Count value={activeKeyCount} />,
    value: ({ activeKeyCount }) => activeKeyCount,
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
  {
    key: 'credits_used',
    title: text.creditsUsed,
    align: 'right',
    isOptional: true,
    sort: ['CREDITS_USED_ASC', 'CREDITS_USED_DESC'],
    render: ({ credits }) => credits && <Credits amount={credits.used} />,
    value: ({ credits }) => credits?.used,
  },
];

const SPENT: Column<Row> = {
  key: 'total_spent',
  title: text.spent,
  align: 'right',
  sort: ['TOTAL_SPENT_ASC', 'TOTAL_SPENT_DESC'],
  render: ({ totalSpent }) => totalSpent && <Money usd={totalSpent} />,
  value: ({ totalSpent }) => totalSpent,
};

const STATE: readonly Column<Row>[] = [
  {
    key: 'plan',
    title: text.plan,
    sort: ['PLAN_ASC', 'PLAN_DESC'],
    render: ({ plan }) => planNames([plan]),
    value: ({ plan }) => plan,
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
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
];

/** Nobody gets empty columns of what their role does not show. */
const columnsFor = ({ may }: Session): Column<Row>[] => [
  ...IDENTITY,
  ...(may('credit.read') ? CREDITS : []),
  ...(may('usage.read') ? [SPENT] : []),
  ...STATE,
];

function useBulk({ may }: Session): readonly BulkAction<Row>[] {
  const [suspend] = useMutation(SuspendOrganizationDocument);
  const [resume] = useMutation(ResumeOrganizationDocument);
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
  return [...(may('organization.resume') ? [resuming] : []), ...(may('organization.suspend') ? [suspending] : [])];
}

/** Every organization that the viewer may see. */
export function Organizations() {
  const session = useSession();
  const mayCreate = session.may('organization.create');
  const bulk = useBulk(session);
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: mayCreate ? open : undefined });
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
      {text.create}
    </Button>
  );
  return (
    <Can action="organization.read" page>
      <Page title={text.title} about={text.about} actions={create}>
        <ListView
          noun={text.noun}
          source={source}
          columns={columnsFor(session)}
          defaultSort="CREATED_DESC"
          filters={FILTERS}
          searchLabel={text.searchLabel}
          bulk={bulk}
          empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
        />
        {mayCreate && <CreateOrganization isOpen={isCreating} onClose={close} />}
      </Page>
    </Can>
  );
}
