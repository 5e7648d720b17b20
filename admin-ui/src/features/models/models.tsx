import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Group, Select, Text } from '@mantine/core';
import { IconFileImport, IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { Price } from '../../components/catalog/price.js';
import { anyOfKind, isSimulator, KINDS, SimulatorMark } from '../../components/catalog/provider-marks.js';
import { planNames } from '../../components/plans.js';
import { EntitySelect } from '../../components/entity-select.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Page } from '../../components/page.js';
import { Count, Instant, StatusBadge } from '../../components/values.js';
import {
  ModelsDocument,
  type ModelsQuery,
  type ModelsQueryVariables,
  SetModelStatusDocument,
} from '../../gql/models.js';
import { useListState } from '../../lib/list-state.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { capabilityNames } from './capability-names.js';
import { CreateModel } from './create-model.js';
import { text } from './text.js';

type Row = ModelsQuery['models']['items'][number];

const DEFAULT_SORT = 'NAME_ASC';
const ICON = 16;

const source: ListSource<Row, ModelsQuery, ModelsQueryVariables> = {
  document: ModelsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as ModelsQueryVariables['orderBy'],
    filter: {
      status: (filters.status as 'ACTIVE' | 'INACTIVE' | undefined) ?? null,
      providerKind: filters.kind ?? null,
      servedBy: filters.provider ?? null,
    },
  }),
  page: (data) => data.models,
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

const Tokens = ({ value }: { value: number | null }) =>
  value === null ? (
    <Text span inherit c="dimmed">
      {text.tokensMissing}
    </Text>
  ) : (
    <Count value={value} />
  );

const Name = ({ row }: { row: Row }) => (
  <Group gap={8} miw={150}>
    <Anchor component={Link} to={`/models/${row.id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
      {row.name}
    </Anchor>
    {isSimulator(row.providerKind) && <SimulatorMark />}
  </Group>
);

const Served = ({ row: { provider, providerKind } }: { row: Row }) =>
  provider ? (
    <Anchor component={Link} to={`/providers/${provider.id}`} size="sm">
      {provider.name}
    </Anchor>
  ) : (
    <Text span inherit c="dimmed">
      {anyOfKind(providerKind)}
    </Text>
  );

const FIGURES: readonly Column<Row>[] = [
  {
    key: 'context_window',
    title: text.contextWindow,
    align: 'right',
    render: (row) => <Tokens value={row.contextWindow} />,
    value: (row) => row.contextWindow,
    sort: ['CONTEXT_WINDOW_ASC', 'CONTEXT_WINDOW_DESC'],
  },
  {
    key: 'max_output',
    title: text.maxOutput,
    align: 'right',
    render: (row) => <Tokens value={row.maxOutputTokens} />,
    value: (row) => row.maxOutputTokens,
    isOptional: true,
  },
  {
    key: 'input_price',
    title: text.inputPrice,
    align: 'right',
    render: (row) => <Price prices={row.currentPrice?.prices} of="input" />,
    value: (row) => row.currentPrice?.prices.input,
  },
  {
    key: 'output_price',
    title: text.outputPrice,
    align: 'right',
    render: (row) => <Price prices={row.currentPrice?.prices} of="output" />,
    value: (row) => row.currentPrice?.prices.output,
  },
  {
    key: 'aliases',
    title: text.aliases,
    align: 'right',
    render: (row) => <Count value={row.aliasCount} />,
    value: (row) => row.aliasCount,
    sort: ['ALIAS_COUNT_ASC', 'ALIAS_COUNT_DESC'],
  },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    render: (row) => <Name row={row} />,
    value: (row) => row.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
  },
  {
    key: 'provider',
    title: text.provider,
    render: (row) => <Served row={row} />,
    value: (row) => row.provider?.name ?? row.providerKind,
    sort: ['PROVIDER_KIND_ASC', 'PROVIDER_KIND_DESC'],
  },
  {
    key: 'capabilities',
    title: text.capabilities,
    render: (row) => (
      <Text size="xs" c="dimmed" maw={220}>
        {capabilityNames(row.capabilities)}
      </Text>
    ),
    value: (row) => row.capabilities.join(' '),
  },
  ...FIGURES,
  {
    key: 'plans',
    title: text.plans,
    render: (row) => planNames(row.plans) || text.everyPlan,
    value: (row) => row.plans.join(' '),
    isOptional: true,
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
  const [setStatus] = useMutation(SetModelStatusDocument);
  if (!useSession().may('model.update')) return [];
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

function FurtherFilters({ mayProviders }: { mayProviders: boolean }) {
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
      {mayProviders && (
        <EntitySelect
          kind="provider"
          aria-label={text.provider}
          placeholder={text.anyProvider}
          clearable
          w={170}
          value={state.filters.provider ?? null}
          onChange={(provider) => change({ provider })}
        />
      )}
    </>
  );
}

/** What providers serve, with the prices that hold now. */
export function Models() {
  const { may } = useSession();
  const bulk = useBulk();
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: may('model.create') ? open : undefined });
  const create = (
    <Can action="model.create">
      <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
        {text.create}
      </Button>
    </Can>
  );
  const actions = (
    <>
      <Can action="price.import">
        <Button variant="default" component={Link} to="/models/import" leftSection={<IconFileImport size={ICON} />}>
          {text.importPrices}
        </Button>
      </Can>
      {create}
    </>
  );
  return (
    <Can action="model.read" page>
      <Page title={text.title} about={text.about} actions={actions}>
        <ListView
          noun={text.noun}
          source={source}
          columns={COLUMNS}
          defaultSort={DEFAULT_SORT}
          filters={FILTERS}
          extraFilters={<FurtherFilters mayProviders={may('provider.read')} />}
          searchLabel={text.searchLabel}
          bulk={bulk}
          empty={{ title: text.emptyTitle, message: text.emptyMessage, action: actions }}
        />
        {isCreating && may('model.create') && <CreateModel onClose={close} />}
      </Page>
    </Can>
  );
}
