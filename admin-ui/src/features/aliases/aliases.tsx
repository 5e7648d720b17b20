import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { Price } from '../../components/catalog/price.js';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Page } from '../../components/page.js';
import { Instant, StatusBadge } from '../../components/values.js';
import {
  AliasesDocument,
  type AliasesQuery,
  type AliasesQueryVariables,
  SetAliasStatusDocument,
} from '../../gql/aliases.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { AliasFilters } from './alias-filters.js';
import { CreateAlias } from './create-alias.js';
import { Groups, Targets } from './row-cells.js';
import { targetName } from './targets/target-names.js';
import { text } from './text.js';

type Row = AliasesQuery['aliases']['items'][number];

const ICON = 16;

const source: ListSource<Row, AliasesQuery, AliasesQueryVariables> = {
  document: AliasesDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as AliasesQueryVariables['orderBy'],
    filter: {
      status: (filters.status as 'ACTIVE' | 'INACTIVE' | undefined) ?? null,
      providerKind: filters.kind ?? null,
      accessGroupId: filters.group ?? null,
    },
  }),
  page: (data) => data.aliases,
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

const NAME: Column<Row> = {
  key: 'name',
  title: text.name,
  render: ({ id, name, displayName }) => (
    <>
      <Anchor component={Link} to={`/model-aliases/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Anchor>
      {displayName !== name && (
        <Text size="xs" c="dimmed">
          {displayName}
        </Text>
      )}
    </>
  ),
  value: (row) => row.name,
  sort: ['NAME_ASC', 'NAME_DESC'],
};

const COLUMNS: readonly Column<Row>[] = [
  NAME,
  {
    key: 'display_name',
    title: text.displayName,
    render: (row) => row.displayName,
    value: (row) => row.displayName,
    sort: ['DISPLAY_NAME_ASC', 'DISPLAY_NAME_DESC'],
    isOptional: true,
  },
  {
    key: 'targets',
    title: text.targets,
    render: (row) => <Targets alias={row} />,
    value: (row) => row.targets?.map(({ model }) => targetName(model)).join(' > '),
    sort: ['PROVIDER_ASC', 'PROVIDER_DESC'],
  },
  {
    key: 'input_price',
    title: text.inputPrice,
    align: 'right',
    render: (row) => <Price prices={row.currentPrice} of="input" />,
    value: (row) => row.currentPrice?.input,
    sort: ['INPUT_PRICE_ASC', 'INPUT_PRICE_DESC'],
  },
  {
    key: 'output_price',
    title: text.outputPrice,
    align: 'right',
    render: (row) => <Price prices={row.currentPrice} of="output" />,
    value: (row) => row.currentPrice?.output,
    sort: ['OUTPUT_PRICE_ASC', 'OUTPUT_PRICE_DESC'],
  },
  {
    key: 'access_groups',
    title: text.accessGroups,
    render: (row) => <Groups alias={row} />,
    value: (row) => row.accessGroups.map(({ id }) => id).join(' '),
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
  const [setStatus] = useMutation(SetAliasStatusDocument);
  if (!useSession().may('alias.update')) return [];
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

/** The names that clients use for models, where they lead, and what they cost. */
export function Aliases() {
  const { may } = useSession();
  const bulk = useBulk();
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: may('alias.create') ? open : undefined });
  const create = (
    <Can action="alias.create">
      <Button leftSection={<IconPlus size={ICON} />} onClick={open}>
        {text.create}
      </Button>
    </Can>
  );
  return (
    <Can action="alias.read" page>
      <Page title={text.title} about={text.about} actions={create}>
        <ListView
          noun={text.noun}
          source={source}
          columns={COLUMNS}
          defaultSort="NAME_ASC"
          filters={FILTERS}
          extraFilters={<AliasFilters />}
          searchLabel={text.searchLabel}
          bulk={bulk}
          empty={{ title: text.emptyTitle, message: text.emptyMessage, action: create }}
        />
        {isCreating && may('alias.create') && <CreateAlias onClose={close} />}
      </Page>
    </Can>
  );
}
