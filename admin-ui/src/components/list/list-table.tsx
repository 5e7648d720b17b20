import { DataTable, type DataTableColumn } from 'mantine-datatable';
import type { ReactNode } from 'react';
import type { ListControl } from '../../lib/list-state.js';
import { text } from '../text.js';
import type { Column, ListPageData, Row } from './list-types.js';

interface ListTableProps<R extends Row> {
  readonly noun: string;
  readonly page: ListPageData<R>;
  readonly columns: readonly Column<R>[];
  readonly control: ListControl;
  readonly isReloading: boolean;
  readonly rowActions: ((row: R) => ReactNode) | undefined;
  /** Null where nothing can be done with many rows at once. */
  readonly selection: { readonly rows: R[]; readonly onChange: (rows: R[]) => void } | null;
}

function tableColumns<R extends Row>(
  columns: readonly Column<R>[],
  rowActions: ((row: R) => ReactNode) | undefined,
): DataTableColumn<R>[] {
  const shown = columns.map(({ key, title, render, sort, align, width }): DataTableColumn<R> => ({
    accessor: key,
    title,
    render,
    sortable: sort !== undefined,
    ...(align && { textAlign: align }),
    ...(width !== undefined && { width }),
  }));
  if (!rowActions) return shown;
  const title = <span className="visually-hidden">{text.more}</span>;
  return [...shown, { accessor: ':actions', title, render: rowActions, textAlign: 'right', titleStyle: { width: 1 } }];
}

/** The rows of a page as a table, sorted by the server. */
export function ListTable<R extends Row>(props: ListTableProps<R>) {
  const { noun, page, columns, control, isReloading, rowActions, selection } = props;
  const { sort } = control.state;
  const sorted = columns.find((column) => column.sort?.includes(sort));
  return (
    <DataTable<R>
      withTableBorder
      borderRadius="md"
      highlightOnHover
      verticalSpacing="xs"
      fetching={isReloading}
      records={[...page.items]}
      columns={tableColumns(columns, rowActions)}
      sortStatus={{ columnAccessor: sorted?.key ?? '', direction: sorted?.sort?.[0] === sort ? 'asc' : 'desc' }}
      onSortStatusChange={({ columnAccessor, direction }) => {
        const orders = columns.find((column) => column.key === columnAccessor)?.sort;
        if (orders) control.change({ sort: orders[direction === 'asc' ? 0 : 1] });
      }}
      selectedRecords={selection?.rows}
      onSelectedRecordsChange={selection?.onChange}
      allRecordsSelectionCheckboxProps={{ 'aria-label': text.selectPage(noun) }}
      getRecordSelectionCheckboxProps={(row) => ({ 'aria-label': text.selectRow(row.id) })}
    />
  );
}
