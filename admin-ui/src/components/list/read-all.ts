import type { ApolloClient, OperationVariables } from '@apollo/client';
import type { ListState } from '../../lib/list-state.js';
import type { ListSource, Row } from './list-types.js';

/** The most rows the server gives at once. */
const BATCH = 200;

export interface Reading {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Reads every row that matches, page after page, past the cache.
 * @throws DOMException AbortError when stopped
 */
export async function readAll<R extends Row, Data, Variables extends OperationVariables>(
  client: ApolloClient,
  source: ListSource<R, Data, Variables>,
  state: ListState,
  { signal, onProgress }: Reading,
): Promise<R[]> {
  const rows: R[] = [];
  let after: string | null = null;
  do {
    signal.throwIfAborted();
    const variables = source.variables({ ...state, size: BATCH, after });
    const { data } = await client.query<Data, OperationVariables>({
      query: source.document,
      variables,
      fetchPolicy: 'no-cache',
    });
    const page = source.page(data as Data);
    rows.push(...page.items);
    onProgress(rows.length, page.total);
    after = page.nextCursor;
  } while (after);
  return rows;
}
