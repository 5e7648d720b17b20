import type { TypedDocumentNode } from '@apollo/client';
import type { ReactNode } from 'react';
import type { ListState } from '../../lib/list-state.js';

/** What every row of a list has. */
export interface Row {
  readonly id: string;
}

export interface ListPageData<R extends Row> {
  readonly items: readonly R[];
  readonly total: number;
  readonly nextCursor: string | null;
}

export interface Column<R extends Row> {
  /** Name of the column, also in exports. */
  readonly key: string;
  readonly title: string;
  readonly render: (row: R) => ReactNode;
  /** The value in exports: plain text, a number or a decimal string. */
  readonly value: (row: R) => unknown;
  /** Names of the server's orders, ascending and descending. */
  readonly sort?: readonly [ascending: string, descending: string];
  readonly align?: 'right';
  readonly width?: number | string;
  /** Hidden until somebody chooses it. */
  readonly isOptional?: boolean;
}

export interface FilterOption {
  readonly value: string;
  readonly label: string;
}

/** A filter, kept in the address bar under its key. Up to four options show as a segmented control, more as a menu. */
export interface Filter {
  readonly key: string;
  readonly label: string;
  readonly options: readonly FilterOption[];
  /** What stands for no choice; "All" when left out. For a second control beside another. */
  readonly allLabel?: string;
}

export interface BulkAction<R extends Row> {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  /** The word to type before it runs; without one it runs at once. */
  readonly confirm?: { readonly title: string; readonly message: string; readonly phrase: string };
  /** Runs for one row; a rejection is counted and reported, and the others go on. */
  readonly run: (row: R) => Promise<unknown>;
}

export interface ListSource<R extends Row, Data, Variables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  /** `first`, `after`, `search`, `orderBy` and the filter, from the address bar. */
  readonly variables: (state: ListState) => Variables;
  readonly page: (data: Data) => ListPageData<R>;
}

export interface ListProps<R extends Row, Data, Variables> {
  /** Plural, in lower case: "teams". Names the file of an export. */
  readonly noun: string;
  readonly source: ListSource<R, Data, Variables>;
  readonly columns: readonly Column<R>[];
  readonly defaultSort: string;
  readonly filters?: readonly Filter[];
  /** Left out: the list cannot be searched. */
  readonly searchLabel?: string;
  readonly bulk?: readonly BulkAction<R>[];
  /** Shown when there is nothing at all. */
  readonly empty: { readonly title: string; readonly message: ReactNode; readonly action?: ReactNode };
  /** Buttons for one row, in the last column. */
  readonly rowActions?: (row: R) => ReactNode;
  /** Further controls beside the filters, such as a range of time. */
  readonly extraFilters?: ReactNode;
  /** Replaces the exports built from the rows, where the server has an export of its own. */
  readonly exportMenu?: ReactNode;
  /** Buttons at the right of all others, for a list in a tab. */
  readonly actions?: ReactNode;
  readonly pollMs?: number;
}
