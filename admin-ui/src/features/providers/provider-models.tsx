import { Anchor, Button } from '@mantine/core';
import { Link } from 'react-router';
import { Price } from '../../components/catalog/price.js';
import { type Column, type ListSource, ListView } from '../../components/list/index.js';
import { Count, StatusBadge } from '../../components/values.js';
import {
  ProviderModelsDocument,
  type ProviderModelsQuery,
  type ProviderModelsQueryVariables,
} from '../../gql/provider.js';
import { text } from './text.js';

type Row = ProviderModelsQuery['models']['items'][number];

const binding = ({ providerId }: Row): string => (providerId ? text.bindingOwn : text.bindingKind);

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.model,
    render: (row) => (
      <Anchor component={Link} to={`/models/${row.id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {row.name}
      </Anchor>
    ),
    value: (row) => row.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
  },
  { key: 'binding', title: text.binding, render: binding, value: binding },
  {
    key: 'context_window',
    title: text.contextWindow,
    align: 'right',
    render: ({ contextWindow }) => (contextWindow === null ? text.noFigure : <Count value={contextWindow} />),
    value: (row) => row.contextWindow,
    sort: ['CONTEXT_WINDOW_ASC', 'CONTEXT_WINDOW_DESC'],
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
  {
    key: 'status',
    title: text.status,
    render: (row) => <StatusBadge status={row.status} />,
    value: (row) => row.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
  },
];

/** The models that a provider may serve: its own, and those of its kind that name no provider. */
export function ProviderModels({ providerId }: { providerId: string }) {
  const source: ListSource<Row, ProviderModelsQuery, ProviderModelsQueryVariables> = {
    document: ProviderModelsDocument,
    variables: ({ size, after, search, sort }) => ({
      first: size,
      after,
      search: search || null,
      orderBy: sort as ProviderModelsQueryVariables['orderBy'],
      providerId,
    }),
    page: (data) => data.models,
  };
  const action = (
    <Button component={Link} to="/models" variant="default">
      {text.modelsEmptyAction}
    </Button>
  );
  return (
    <ListView
      noun="provider-models"
      source={source}
      columns={COLUMNS}
      defaultSort="NAME_ASC"
      searchLabel={text.modelsSearch}
      empty={{ title: text.modelsEmptyTitle, message: text.modelsEmptyMessage, action }}
    />
  );
}
