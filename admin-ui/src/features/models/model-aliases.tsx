import { Anchor, Button, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Price } from '../../components/catalog/price.js';
import { type Column, type ListSource, ListView } from '../../components/list/index.js';
import { StatusBadge } from '../../components/values.js';
import { ModelAliasesDocument, type ModelAliasesQuery, type ModelAliasesQueryVariables } from '../../gql/model.js';
import { text } from './text.js';

type Row = ModelAliasesQuery['aliases']['items'][number];

function place({ targets, targetCount }: Row, modelId: string): string {
  const target = targets?.find((each) => each.modelId === modelId);
  return target ? text.positionOf(target.position + 1, targetCount) : text.tokensMissing;
}

const columnsOf = (modelId: string): readonly Column<Row>[] => [
  {
    key: 'name',
    title: text.alias,
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
  },
  {
    key: 'position',
    title: text.position,
    render: (row) => place(row, modelId),
    value: (row) => place(row, modelId),
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
    key: 'status',
    title: text.status,
    render: (row) => <StatusBadge status={row.status} />,
    value: (row) => row.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
  },
];

/** The aliases that lead to a model, and what clients pay through them. */
export function ModelAliases({ modelId }: { modelId: string }) {
  const source: ListSource<Row, ModelAliasesQuery, ModelAliasesQueryVariables> = {
    document: ModelAliasesDocument,
    variables: ({ size, after, search, sort }) => ({
      first: size,
      after,
      search: search || null,
      orderBy: sort as ModelAliasesQueryVariables['orderBy'],
      modelId,
    }),
    page: (data) => data.aliases,
  };
  const action = (
    <Button component={Link} to="/model-aliases?new" variant="default">
      {text.aliasesEmptyAction}
    </Button>
  );
  return (
    <ListView
      noun="model-aliases"
      source={source}
      columns={columnsOf(modelId)}
      defaultSort="NAME_ASC"
      searchLabel={text.aliasesSearch}
      empty={{ title: text.aliasesEmptyTitle, message: text.aliasesEmptyMessage, action }}
    />
  );
}
