import {
  type ComboboxItem,
  Loader,
  MultiSelect,
  type MultiSelectProps,
  Select,
  type SelectProps,
  Stack,
  Text,
} from '@mantine/core';
import { useState } from 'react';
import { failureOf } from '../lib/failure.js';
import { type Choice, type EntityKind, useChoices, useChosen } from './entity-choices.js';
import { text } from './text.js';

interface EntityProps {
  readonly kind: EntityKind;
  /** Only what belongs to this organization; for teams and providers. */
  readonly organizationId?: string | null | undefined;
}

type Own =
  | 'data'
  | 'filter'
  | 'limit'
  | 'renderOption'
  | 'searchValue'
  | 'onSearchChange'
  | 'searchable'
  | 'onChange'
  | 'onDropdownOpen'
  | 'nothingFoundMessage'
  | 'openOnFocus';

export type EntitySelectProps = EntityProps &
  Omit<SelectProps, Own> & { readonly value: string | null; readonly onChange: (id: string | null) => void };
export type EntityMultiSelectProps = EntityProps &
  Omit<MultiSelectProps, Own> & { readonly value: string[]; readonly onChange: (ids: string[]) => void };

const item = ({ id, title }: Choice): ComboboxItem => ({ value: id, label: title });

const Option = ({ choice }: { choice: Choice | undefined }) => (
  <Stack gap={0} miw={0}>
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      {choice?.title}
    </Text>
    {choice?.subtitle && (
      <Text size="xs" opacity={0.85} style={{ overflowWrap: 'anywhere' }}>
        {choice.subtitle}
      </Text>
    )}
  </Stack>
);

/** What single and multiple choice have in common: the entries, and what is said while there are none. */
function useEntities({ kind, organizationId = null }: EntityProps, ids: readonly string[], typed: string) {
  const [isOpened, setOpened] = useState(false);
  const [picked, setPicked] = useState<readonly Choice[]>([]);
  const chosen = useChosen(kind, ids, picked);
  // The field shows the title of what is chosen; that is no search.
  const asked = chosen.some(({ title }) => title === typed) ? '' : typed;
  const { found, isLooking, error } = useChoices({ kind, organizationId, typed: asked, isOpened });
  const foundIds = new Set(found.map(({ id }) => id));
  const all = [...found, ...chosen.filter(({ id }) => !foundIds.has(id))];
  const fits = (id: string): boolean => {
    const choice = found.find((each) => each.id === id);
    return `${choice?.title} ${choice?.subtitle}`.toLowerCase().includes(asked.trim().toLowerCase());
  };
  const shared = {
    searchable: true,
    // A dialog puts the focus into its first field; the menu waits for a key or a click.
    openOnFocus: false,
    data: all.map(item),
    // The server has filtered; what is only here for its label stays out of the menu. While the server looks, what it
    // found before stays only as far as it fits, so that Enter takes nothing else.
    filter: ({ options }: { options: unknown }) =>
      (options as ComboboxItem[]).filter(({ value }) => foundIds.has(value) && (!isLooking || fits(value))),
    renderOption: ({ option }: { option: ComboboxItem }) => (
      <Option choice={found.find(({ id }) => id === option.value)} />
    ),
    nothingFoundMessage: error ? failureOf(error).message : isLooking ? text.loading : text.nothingToChoose,
    rightSection: isOpened && isLooking ? <Loader size={16} /> : undefined,
    maxDropdownHeight: 280,
    onDropdownOpen: () => setOpened(true),
  };
  /** Keeps the titles of what is chosen, when the search that found them is over. */
  const keep = (chosenIds: readonly string[]): void => setPicked(all.filter(({ id }) => chosenIds.includes(id)));
  return { shared, keep };
}

/** Chooses one entity by a search on the server. */
export function EntitySelect({ kind, organizationId, value, onChange, ...rest }: EntitySelectProps) {
  const [typed, setTyped] = useState('');
  const { shared, keep } = useEntities({ kind, organizationId }, value ? [value] : [], typed);
  return (
    <Select
      placeholder={text.searching}
      {...rest}
      {...shared}
      value={value}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id) => {
        keep(id ? [id] : []);
        // The title of a new value is written next; a field that only picks stays empty for the next pick.
        setTyped('');
        onChange(id);
      }}
    />
  );
}

/** Chooses any number of entities by a search on the server. */
export function EntityMultiSelect(props: EntityMultiSelectProps) {
  const { kind, organizationId, value, onChange, placeholder = text.searching, ...rest } = props;
  const [typed, setTyped] = useState('');
  const { shared, keep } = useEntities({ kind, organizationId }, value, typed);
  return (
    <MultiSelect
      hidePickedOptions
      {...rest}
      {...shared}
      placeholder={value.length === 0 ? placeholder : undefined}
      value={value}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(ids) => {
        keep(ids);
        onChange(ids);
      }}
    />
  );
}
