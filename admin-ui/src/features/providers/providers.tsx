import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { HealthMark, kindName, KINDS, SimulatorMark } from '../../components/catalog/provider-marks.js';
import { EntitySelect } from '../../components/entity-select.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Page } from '../../components/page.js';
import { Count, Instant, StatusBadge } from '../../components/values.js';
import {
  ProvidersDocument,
  type ProvidersQuery,
  type ProvidersQueryVariables,
  SetProviderStatusDocument,
} from '../../gql/providers.js';
import { count } from '../../lib/format.js';
import { type ListState, useListState } from '../../lib/list-state.js';
import { useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { CreateProvider } from './create-provider.js';
import { Credential } from './credential.js';
import { text } from './text.js';

type Row = ProvidersQuery['providers']['items'][number];

const DEFAULT_SORT = 'NAME_ASC';
const ICON = 16;
const POLL_MS = 30_000;

const source: ListSource<Row, ProvidersQuery, ProvidersQueryVariables> = {
  document: ProvidersDocument,
  variables: ({ size, after, search, sort, filters }: ListState) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as ProvidersQueryVariables['orderBy'],
    filter: {
      status: (filters.status as 'ENABLED' | 'DISABLED' | undefined) ?? null,
      kind: filters.kind ?? null,
      organizationId: filters.organization ?? null,
    },
  }),
  page: (data) => data.providers,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.filterStatus,
    options: [
      { value: 'ENABLED', label: text.enabled },
      { value: 'DISABLED', label: text.disabled },
    ],
  },
];

const Name = ({ row }: { row: Row }) => (
  <Stack gap={0} miw={150}>
    <Group gap={8}>
      <Anchor component={Link} to={`/providers/${row.id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {row.name}
      </Anchor>
      {row.isSimulated && <SimulatorMark />}
    </Group>
    {row.baseUrl && (
      <Text size="xs" c="dimmed" truncate maw={280}>
        {row.baseUrl}
      </Text>
    )}
  </Stack>
);

const Health = ({ row }: { row: Row }) => (
  <Stack gap={0}>
    <HealthMark state={row.health.state} isDisabled={row.status === 'DISABLED'} />
    {row.health.calls > 0 && (
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {text.healthFigures(count(row.health.calls), count(row.health.errors))}
      </Text>
    )}
  </Stack>
);

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    render: (row) => <Name row={row} />,
    value: (row) => row.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
  },
  {
    key: 'kind',
    title: text.kind,
    render: (row) => kindName(row.kind),
    value: (row) => row.kind,
    sort: ['KIND_ASC', 'KIND_DESC'],
  },
  {
    key: 'organization',
    title: text.scope,
    render: ({ organization }) =>
      organization ? (
        <Anchor component={Link} to={`/organizations/${organization.id}`} size="sm">
          {organization.name}
        </Anchor>
      ) : (
        text.platform
      ),
    value: (row) => row.organization?.id ?? text.platform,
    sort: ['ORGANIZATION_ASC', 'ORGANIZATION_DESC'],
  },
  {
    key: 'health',
    title: text.healthHour,
    render: (row) => <Health row={row} />,
    value: (row) => row.health.state,
    sort: ['ERROR_RATE_ASC', 'ERROR_RATE_DESC'],
  },
  {
    key: 'models',
    title: text.models,
    align: 'right',
    render: (row) => <Count value={row.modelCount} />,
    value: (row) => row.modelCount,
    sort: ['MODEL_COUNT_ASC', 'MODEL_COUNT_DESC'],
  },
  {
    key: 'credential',
    title: text.credential,
    render: (row) => <Credential provider={row} />,
    value: (row) => row.credentialHint,
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
    isOptional: true,
  },
  { key: 'id', title: text.id, render: (row) => row.id, value: (row) => row.id, isOptional: true },
];

function useBulk(): readonly BulkAction<Row>[] {
  const [setStatus] = useMutation(SetProviderStatusDocument);
  if (!useSession().may('provider.update')) return [];
  return [
    {
      label: text.enable,
      icon: <IconPlayerPlay size={ICON} />,
      run: ({ id }) => setStatus({ variables: { id, status: 'ENABLED' } }),
    },
    {
      label: text.disable,
      icon: <IconPlayerPause size={ICON} />,
      danger: true,
      confirm: { title: text.disableManyTitle, message: text.disableManyMessage, phrase: text.disablePhrase },
      run: ({ id }) => setStatus({ variables: { id, status: 'DISABLED' } }),
    },
  ];
}

function FurtherFilters() {
  const { state, change } = useListState(DEFAULT_SORT);
  return (
    <>
      <Select
        aria-label={text.filterKind}
        placeholder={text.anyKind}
        clearable
        w={150}
        data={KINDS}
        value={state.filters.kind ?? null}
        onChange={(kind) => change({ kind })}
      />
      <EntitySelect
        kind="organization"
        aria-label={text.organization}
        placeholder={text.filterOrganization}
        clearable
        w={170}
        value={state.filters.organization ?? null}
        onChange={(organization) => change({ organization })}
      />
    </>
  );
}

/** The connections to vendors, with their health. */
export function Providers() {
  const { may } = useSession();
  const bulk = useBulk();
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: may('provider.create') ? open : undefined });
  const create = (
    <Can action="provider.create">
      <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
        {text.create}
      </Button>
    </Can>
  );
  return (
    <Can action="provider.read" page>
      <Page title={text.title} about={text.about} actions={create}>
        <ListView
          noun={text.noun}
          source={source}
          columns={COLUMNS}
          defaultSort={DEFAULT_SORT}
          filters={FILTERS}
          extraFilters={<FurtherFilters />}
          searchLabel={text.searchLabel}
          bulk={bulk}
          pollMs={POLL_MS}
          empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
        />
        {isCreating && may('provider.create') && <CreateProvider onClose={close} />}
      </Page>
    </Can>
  );
}
