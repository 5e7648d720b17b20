import { useLazyQuery } from '@apollo/client/react';
import { Loader } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import {
  type Icon,
  IconBriefcase,
  IconBuilding,
  IconCpu,
  IconKey,
  IconLockAccess,
  IconPlugConnected,
  IconPlus,
  IconRoute,
  IconSearch,
  IconUser,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { PaletteDocument, type PaletteQuery } from '../gql/palette.js';
import { useSession } from '../lib/session.js';
import { PLACES } from './navigation.js';
import { text } from './text.js';

type Hit = PaletteQuery['search'][number];

const ICON = 18;
const DEBOUNCE_MS = 150;

const HITS: Readonly<Record<Hit['type'], { icon: Icon; path: (hit: Hit) => string }>> = {
  ORGANIZATION: { icon: IconBuilding, path: ({ id }) => `/organizations/${id}` },
  TEAM: { icon: IconUsersGroup, path: ({ id }) => `/teams/${id}` },
  KEY: { icon: IconKey, path: ({ id }) => `/keys/${id}` },
  ALIAS: { icon: IconRoute, path: ({ id }) => `/model-aliases/${id}` },
  ACCESS_GROUP: { icon: IconLockAccess, path: ({ id }) => `/model-access/${id}` },
  PROVIDER: { icon: IconPlugConnected, path: ({ id }) => `/providers/${id}` },
  MODEL: { icon: IconCpu, path: ({ id }) => `/models/${id}` },
  JOB: { icon: IconBriefcase, path: ({ id }) => `/jobs/${id}` },
  USER: { icon: IconUser, path: ({ id }) => `/users/${id}` },
};

/** What can be made from the palette: the list's page opens with its dialog. */
const CREATE = [
  { label: 'New organization', path: '/organizations?new', action: 'organization.create' },
  { label: 'New team', path: '/teams?new', action: 'team.create' },
  { label: 'New key', path: '/keys?new', action: 'key.create' },
  { label: 'New alias', path: '/model-aliases?new', action: 'alias.create' },
  { label: 'Invite a person', path: '/users?new', action: 'invitation.create' },
];

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: Icon;
}

const entry = (navigate: (path: string) => unknown, path: string, { icon: EntryIcon, ...rest }: Entry) => ({
  ...rest,
  leftSection: <EntryIcon size={ICON} />,
  onClick: () => void navigate(path),
});

/** What the server finds for the text; nothing until two characters are typed. */
function useHits(): [readonly Hit[], boolean, (typed: string) => void] {
  const [find, { data, loading }] = useLazyQuery(PaletteDocument, { fetchPolicy: 'network-only' });
  const [isLong, setLong] = useState(false);
  const search = useDebouncedCallback((asked: string) => void find({ variables: { text: asked } }), DEBOUNCE_MS);
  const onType = (typed: string): void => {
    const asked = typed.trim();
    setLong(asked.length > 1);
    if (asked.length > 1) search(asked);
  };
  return [isLong ? (data?.search ?? []) : [], loading, onType];
}

/** Ctrl+K: pages, actions, and whatever the server finds. */
export function Palette() {
  const { may } = useSession();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [hits, isSearching, onType] = useHits();
  const isShown = ({ action, label }: { action: string; label: string }): boolean =>
    may(action) && label.toLowerCase().includes(query.trim().toLowerCase());
  const found = hits.map((hit) =>
    entry(navigate, HITS[hit.type].path(hit), {
      id: `${hit.type}:${hit.id}`,
      label: hit.title,
      description: hit.subtitle ?? '',
      icon: HITS[hit.type].icon,
    }),
  );
  const actions = CREATE.filter(isShown).map(({ label, path }) =>
    entry(navigate, path, { id: path, label, icon: IconPlus }),
  );
  const pages = PLACES.filter(isShown).map(({ label, path, icon }) =>
    entry(navigate, path, { id: path, label: text.paletteGo(label), icon }),
  );
  const groups: SpotlightActionGroupData[] = [
    { group: text.found, actions: found },
    { group: text.actions, actions },
    { group: text.pages, actions: pages },
  ].filter((group) => group.actions.length > 0);
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={(typed) => {
        setQuery(typed);
        onType(typed);
      }}
      // The server has filtered already; what it found need not contain the text in its title.
      filter={(_query, all) => all}
      shortcut={['mod + K']}
      scrollable
      overlayProps={{ backgroundOpacity: 0.4, blur: 2 }}
      maxHeight={480}
      nothingFound={isSearching ? <Loader size="sm" /> : text.paletteNothing}
      attributes={{ content: { 'aria-label': text.palette } }}
      searchProps={{
        leftSection: <IconSearch size={ICON} />,
        placeholder: text.paletteHint,
        'aria-label': text.search,
      }}
    />
  );
}
