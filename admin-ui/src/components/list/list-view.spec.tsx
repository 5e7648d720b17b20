import { describe, expect, it } from '@jest/globals';
import { gql, type TypedDocumentNode } from '@apollo/client';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answer, show } from '../../../test/render.js';
import type { ListState } from '../../lib/list-state.js';
import type { Column } from './list-types.js';
import { ListView } from './list-view.js';

interface Thing {
  readonly id: string;
  readonly name: string;
}
interface Data {
  readonly things: { readonly items: Thing[]; readonly total: number; readonly nextCursor: string | null };
}
type Variables = Record<'first' | 'after' | 'search' | 'orderBy', string | number | null>;

const THINGS: TypedDocumentNode<Data, Variables> = gql`
  query Things($first: Int, $after: String, $search: String, $orderBy: String) {
    things(first: $first, after: $after, search: $search, orderBy: $orderBy) {
      total
      nextCursor
      items {
        id
        name
      }
    }
  }
`;

const COLUMNS: readonly Column<Thing>[] = [
  {
    key: 'name',
    title: 'Name',
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ name }) => name,
    value: ({ name }) => name,
  },
  { key: 'id', title: 'Id', render: ({ id }) => id, value: ({ id }) => id },
];

const all = Array.from({ length: 30 }, (_, at) => ({ __typename: 'Thing', id: `t${at}`, name: `Thing ${at}` }));

/** A server of thirty things, which pages by position and searches in names. */
function serve(variables: Record<string, unknown>): Data {
  const matching = all.filter(({ name }) => name.includes((variables.search as string | undefined) ?? ''));
  const from = Number(variables.after ?? 0);
  const to = from + Number(variables.first);
  const nextCursor = to < matching.length ? String(to) : null;
  const page = { __typename: 'ThingPage', items: matching.slice(from, to), total: matching.length, nextCursor };
  return { things: page };
}

const variables = (state: ListState): Variables => ({
  first: state.size,
  after: state.after,
  search: state.search || null,
  orderBy: state.sort,
});

function showThings(server: (variables: Record<string, unknown>) => object = serve, path = '/things') {
  const source = { document: THINGS, variables, page: (data: Data) => data.things };
  const empty = { title: 'No things yet', message: 'Make one.' };
  return show(
    <ListView
      {...{ noun: 'things', source, columns: COLUMNS, empty }}
      defaultSort="NAME_ASC"
      searchLabel="Search things"
    />,
    { answers: [answer(THINGS, server)], path },
  );
}

describe('ListView', () => {
  it('pages forth and back, and says where it is', async () => {
    const router = showThings();
    expect(await screen.findByText('1–25 of 30')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
    expect(await screen.findByText('26–30 of 30')).toBeTruthy();
    expect(router.state.location.search).toBe('?after=25&page=2');
    await userEvent.click(screen.getByRole('button', { name: 'Previous page' }));
    expect(await screen.findByText('1–25 of 30')).toBeTruthy();
    expect(router.state.location.search).toBe('');
  });

  it('searches on the server and keeps the text in the address', async () => {
    const router = showThings();
    await userEvent.type(await screen.findByLabelText('Search things'), 'Thing 2');
    await waitFor(() => expect(router.state.location.search).toBe('?q=Thing+2'));
    expect(await screen.findByText('1–11 of 11')).toBeTruthy();
  });

  it('sorts by a column on the server', async () => {
    const router = showThings();
    await screen.findByText('1–25 of 30');
    await userEvent.click(screen.getByText('Name'));
    await waitFor(() => expect(router.state.location.search).toBe('?sort=NAME_DESC'));
  });

  it('tells "nothing yet" from "nothing matches"', async () => {
    showThings(() => serve({ search: 'x', first: 25 }), '/things?q=x');
    expect(await screen.findByText('Nothing matches')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(await screen.findByText('No things yet')).toBeTruthy();
  });
});
