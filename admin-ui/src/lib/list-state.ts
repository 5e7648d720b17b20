import { useCallback, useMemo } from 'react';
import { useLocation, useSearchParams } from 'react-router';

export const PAGE_SIZES = [10, 25, 50, 100] as const;
const DEFAULT_SIZE = 25;
const OWN = new Set(['q', 'sort', 'size', 'after', 'page', 'tab', 'window', 'entry', 'new']);

/** What the address bar says of a list. */
export interface ListState {
  readonly search: string;
  /** Of the server's order enum, for example CREATED_DESC. */
  readonly sort: string;
  readonly size: number;
  /** Cursor of the page shown; null on the first. */
  readonly after: string | null;
  /** From 1; only for the words below the list, since the cursor alone says where the page begins. */
  readonly page: number;
  /** Further parameters by name. */
  readonly filters: Readonly<Record<string, string>>;
}

export type ListChange = Partial<Record<string, string | number | null>>;

function write(before: URLSearchParams, changes: ListChange): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changes))
    if (value === null || value === undefined || value === '') next.delete(name);
    else next.set(name, String(value));
  return next;
}

export interface ListControl {
  readonly state: ListState;
  /** Changes search, sort, size or filters, in place, and goes back to the first page. */
  readonly change: (changes: ListChange) => void;
  /** Goes to the page behind a cursor, as a step of its own in the history. */
  readonly next: (cursor: string) => void;
  /** Goes to the page before, or to the first when nobody knows how this page was reached. */
  readonly previous: () => void;
}

interface Trail {
  /** Cursors of the pages before this one; null is the first page. */
  readonly trail?: readonly (string | null)[];
}

/** The state of a list, kept in the address bar. */
export function useListState(defaultSort: string): ListControl {
  const [params, setParams] = useSearchParams();
  const location = useLocation();
  const trail = (location.state as Trail | null)?.trail ?? [];
  const state = useMemo<ListState>(() => {
    const size = Number(params.get('size'));
    return {
      search: params.get('q') ?? '',
      sort: params.get('sort') ?? defaultSort,
      size: (PAGE_SIZES as readonly number[]).includes(size) ? size : DEFAULT_SIZE,
      after: params.get('after'),
      page: params.has('after') ? Math.max(Number(params.get('page')) || 1, 1) : 1,
      filters: Object.fromEntries([...params].filter(([name]) => !OWN.has(name))),
    };
  }, [params, defaultSort]);
  const change = useCallback(
    (changes: ListChange) =>
      setParams((before) => write(before, { ...changes, after: null, page: null }), { replace: true }),
    [setParams],
  );
  const next = (cursor: string): void =>
    setParams((before) => write(before, { after: cursor, page: state.page + 1 }), {
      state: { trail: [...trail, state.after] } satisfies Trail,
    });
  const previous = (): void => {
    const after = trail.at(-1) ?? null;
    setParams((before) => write(before, { after, page: after ? state.page - 1 : null }), {
      state: { trail: trail.slice(0, -1) } satisfies Trail,
    });
  };
  return { state, change, next, previous };
}
