import { Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ListControl } from '../../lib/list-state.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { text } from '../text.js';
import type { Filter } from './list-types.js';

const DEBOUNCE_MS = 250;
const SEGMENTS = 4;

function SearchBox({ label, control }: { label: string; control: ListControl }) {
  const { search } = control.state;
  const [typed, setTyped] = useState(search);
  const box = useRef<HTMLInputElement>(null);
  const send = useDebouncedCallback((q: string) => control.change({ q: q.trim() }), DEBOUNCE_MS);
  useEffect(() => setTyped((before) => (before.trim() === search ? before : search)), [search]);
  useShortcuts({ '/': () => box.current?.focus() });
  return (
    <TextInput
      ref={box}
      type="search"
      aria-label={label}
      placeholder={label}
      maxLength={200}
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        send(event.currentTarget.value);
      }}
      flex={{ base: '1 0 100%', xs: '1 1 200px' }}
      maw={{ xs: 300 }}
    />
  );
}

function FilterControl({ filter, control }: { filter: Filter; control: ListControl }) {
  const value = control.state.filters[filter.key] ?? '';
  const change = (chosen: string | null): void => control.change({ [filter.key]: chosen });
  if (filter.options.length <= SEGMENTS)
    return (
      <SegmentedControl
        aria-label={filter.label}
        value={value}
        onChange={change}
        data={[{ value: '', label: filter.allLabel ?? text.all }, ...filter.options]}
      />
    );
  return (
    <Select
      aria-label={filter.label}
      placeholder={filter.label}
      clearable
      searchable
      value={value === '' ? null : value}
      onChange={change}
      data={[...filter.options]}
      w={170}
    />
  );
}

interface ListToolbarProps {
  readonly searchLabel: string | undefined;
  readonly filters: readonly Filter[];
  readonly control: ListControl;
  readonly extra: ReactNode;
  readonly actions: ReactNode;
}

/** Search, filters and what else stands above a list. */
export const ListToolbar = ({ searchLabel, filters, control, extra, actions }: ListToolbarProps) => (
  <Group justify="space-between" align="flex-start" gap="xs">
    <Group gap="xs" flex={{ base: '1 1 100%', sm: '1 1 0' }} miw={0}>
      {searchLabel && <SearchBox label={searchLabel} control={control} />}
      {filters.map((filter) => (
        <FilterControl key={filter.key} filter={filter} control={control} />
      ))}
      {extra}
    </Group>
    <Group gap="xs">{actions}</Group>
  </Group>
);
