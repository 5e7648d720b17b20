import type { ApolloClient, TypedDocumentNode } from '@apollo/client';
import { useApolloClient, useQuery } from '@apollo/client/react';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import * as gql from '../gql/entity-select.js';
import { anyOfKind, kindName } from './catalog/provider-marks.js';

/** Something that can be chosen. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  /** What tells it from others of the same title. */
  readonly subtitle: string;
}

export interface ChoiceVariables {
  readonly search: string | null;
  readonly organizationId: string | null;
}

interface Source {
  /** The first entries that match, from the server. */
  readonly list: TypedDocumentNode<unknown, ChoiceVariables>;
  readonly choices: (data: unknown) => Choice[];
  /** One entry, for the label of what is chosen already; without it the id is the label. */
  readonly one?: TypedDocumentNode<unknown, { id: string }>;
  readonly choice: (data: unknown) => Choice;
}

interface SourceOf<List, One, Item> {
  readonly list: TypedDocumentNode<List, never>;
  readonly items: (data: List) => readonly Item[];
  readonly one?: TypedDocumentNode<One, { id: string }>;
  readonly item?: (data: One) => Item;
  readonly choice: (item: Item) => Choice;
}

/** Forgets the types of one kind, so that all kinds stand in one table; inside they were checked. */
const source = <List, One, Item>({ list, items, one, item, choice }: SourceOf<List, One, Item>): Source => ({
  list: list as unknown as Source['list'],
  choices: (data) => items(data as List).map(choice),
  ...(one && { one }),
  choice: (data) => choice(item!(data as One)),
});

const join = (...parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join(' · ');

const SOURCES = {
  organization: source({
    list: gql.OrganizationChoicesDocument,
    items: (data) => data.organizations.items,
    one: gql.OrganizationChoiceDocument,
    item: (data) => data.organization,
    choice: ({ id, name }) => ({ id, title: name, subtitle: id }),
  }),
  team: source({
    list: gql.TeamChoicesDocument,
    items: (data) => data.teams.items,
    one: gql.TeamChoiceDocument,
    item: (data) => data.team,
    choice: ({ id, name, organizationId }) => ({ id, title: name, subtitle: join(id, organizationId) }),
  }),
  access_group: source({
    list: gql.AccessGroupChoicesDocument,
    items: (data) => data.accessGroups.items,
    one: gql.AccessGroupChoiceDocument,
    item: (data) => data.accessGroup,
    choice: ({ id, displayName }) => ({ id, title: displayName, subtitle: id }),
  }),
  alias: source({
    list: gql.AliasChoicesDocument,
    items: (data) => data.aliases.items,
    one: gql.AliasChoiceDocument,
    item: (data) => data.alias,
    choice: ({ id, name, displayName }) => ({ id, title: name, subtitle: displayName === name ? '' : displayName }),
  }),
  /** An alias by the name that clients send, which is how teams and calls refer to it. */
  alias_name: source({
    list: gql.AliasChoicesDocument,
    items: (data) => data.aliases.items,
    choice: ({ name, displayName }) => ({ id: name, title: name, subtitle: displayName === name ? '' : displayName }),
  }),
  model: source({
    list: gql.ModelChoicesDocument,
    items: (data) => data.models.items,
    one: gql.ModelChoiceDocument,
    item: (data) => data.model,
    choice: ({ id, name, providerKind, provider }) => ({
      id,
      title: name,
      subtitle: provider?.name ?? anyOfKind(providerKind),
    }),
  }),
  provider: source({
    list: gql.ProviderChoicesDocument,
    items: (data) => data.providers.items,
    one: gql.ProviderChoiceDocument,
    item: (data) => data.provider,
    choice: ({ id, name, kind, organizationId }) => ({
      id,
      title: name,
      subtitle: join(kindName(kind), organizationId),
    }),
  }),
  user: source({
    list: gql.UserChoicesDocument,
    items: (data) => data.users.items,
    one: gql.UserChoiceDocument,
    item: (data) => data.user,
    choice: ({ id, name, email }) => ({ id, title: name, subtitle: email }),
  }),
};

export type EntityKind = keyof typeof SOURCES;

const DEBOUNCE_MS = 200;

interface Asked {
  readonly kind: EntityKind;
  /** Only what belongs to this organization; for teams and providers. */
  readonly organizationId: string | null;
  readonly typed: string;
  /** Nothing is asked before the menu was opened. */
  readonly isOpened: boolean;
}

/** What the server finds for the text typed; what it found before stays while it looks. */
export function useChoices({ kind, organizationId, typed, isOpened }: Asked) {
  const [search] = useDebouncedValue(typed.trim(), DEBOUNCE_MS);
  const { list, choices } = SOURCES[kind];
  const { data, previousData, loading, error } = useQuery(list, {
    variables: { search: search === '' ? null : search, organizationId },
    skip: !isOpened,
  });
  const read = data ?? previousData;
  const isLooking = loading || search !== typed.trim();
  return { found: read ? choices(read) : [], isLooking, error };
}

/** Something deleted, or that one may not see, goes by its id. */
const nameless = (id: string): Choice => ({ id, title: id, subtitle: '' });

async function readOne(client: ApolloClient, kind: EntityKind, id: string): Promise<Choice> {
  const { one, choice } = SOURCES[kind];
  if (!one) return nameless(id);
  try {
    const { data } = await client.query({ query: one, variables: { id } });
    return choice(data);
  } catch {
    return nameless(id);
  }
}

/** The titles of what is chosen already: by id, asked of the server once where nobody has shown them yet. */
export function useChosen(kind: EntityKind, ids: readonly string[], known: readonly Choice[]): Choice[] {
  const client = useApolloClient();
  const [asked, setAsked] = useState<readonly Choice[]>([]);
  const byId = new Map([...asked, ...known].map((each) => [each.id, each]));
  const missing = ids.filter((id) => !byId.has(id)).join(' ');
  useEffect(() => {
    if (missing === '') return;
    let isWanted = true;
    void Promise.all(missing.split(' ').map((id) => readOne(client, kind, id))).then((answers) => {
      if (isWanted) setAsked((before) => [...before, ...answers]);
    });
    return () => {
      isWanted = false;
    };
  }, [client, kind, missing]);
  return ids.map((id) => byId.get(id) ?? nameless(id));
}
