import { Skeleton, Stack } from '@mantine/core';
import type { OperationVariables } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { type ListState, useListState } from '../../lib/list-state.js';
import { usePoll } from '../../lib/poll.js';
import { EmptyState, ErrorState, NoMatchState } from '../states.js';
import { text } from '../text.js';
import { BulkBar } from './bulk-bar.js';
import { ColumnMenu, useColumns } from './column-menu.js';
import { ExportMenu } from './export-menu.js';
import { ListFooter } from './list-footer.js';
import { ListTable } from './list-table.js';
import { ListToolbar } from './list-toolbar.js';
import type { ListProps, Row } from './list-types.js';

const NEVER_MS = 2_147_483_647;
const SKELETON_ROWS = 8;

const Loading = () => (
  <Stack gap={6} role="status" aria-busy aria-label={text.loading}>
    <Skeleton h={42} />
    {Array.from({ length: SKELETON_ROWS }, (_, at) => (
      <Skeleton key={at} h={48} />
    ))}
  </Stack>
);

/** The rows that the address bar asks for; those of before stay while new ones are read. */
function usePage<R extends Row, Data, Variables extends OperationVariables>(
  { source, pollMs }: ListProps<R, Data, Variables>,
  state: ListState,
) {
  const { data, previousData, loading, error, refetch } = useQuery<Data, OperationVariables>(source.document, {
    variables: source.variables(state),
  });
  usePoll(refetch, pollMs ?? NEVER_MS);
  const read = data ?? previousData;
  return { page: read ? source.page(read) : null, isReloading: loading && !data, error, refetch };
}

/** A list as it stands on a page or in a tab: declared by its source, columns and filters. */
export function ListView<R extends Row, Data, Variables extends OperationVariables>(
  props: ListProps<R, Data, Variables>,
) {
  const { noun, source, columns, filters = [], searchLabel, bulk = [], empty, rowActions } = props;
  const control = useListState(props.defaultSort);
  const { state, change } = control;
  const { shown, keys, setKeys } = useColumns(noun, columns);
  const [selected, setSelected] = useState<R[]>([]);
  const { page, isReloading, error, refetch } = usePage(props, state);
  const retry = (): void => void refetch();
  const names = ['q', ...Object.keys(state.filters)];
  const isFiltered = state.search !== '' || names.length > 1;
  if (!page) return error ? <ErrorState error={error} onRetry={retry} /> : <Loading />;
  if (page.total === 0 && !isFiltered) return <EmptyState {...empty} />;
  const actions = (
    <>
      <ColumnMenu columns={columns} keys={keys} onChange={setKeys} />
      {props.exportMenu ?? <ExportMenu noun={noun} source={source} columns={columns} state={state} />}
      {props.actions}
    </>
  );
  const toolbar = { searchLabel, filters, control, extra: props.extraFilters, actions };
  const selection = bulk.length > 0 ? { rows: selected, onChange: setSelected } : null;
  return (
    <Stack gap="sm">
      <ListToolbar {...toolbar} />
      {error && <ErrorState error={error} onRetry={retry} />}
      {selected.length > 0 && (
        <BulkBar
          {...{ actions: bulk, selected, total: page.total, source, state, onSelect: setSelected, onChanged: refetch }}
        />
      )}
      {page.total === 0 ? (
        <NoMatchState onClear={() => change(Object.fromEntries(names.map((name) => [name, null])))} />
      ) : (
        <ListTable {...{ noun, page, columns: shown, control, isReloading, rowActions, selection }} />
      )}
      <ListFooter page={page} control={control} />
    </Stack>
  );
}
