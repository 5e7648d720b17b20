import { ActionIcon, Checkbox, Popover, Stack, Tooltip } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconColumns3 } from '@tabler/icons-react';
import { text } from '../text.js';
import type { Column, Row } from './list-types.js';

/**
 * The columns that are shown, by choice of the viewer, kept in this browser. Only what differs from the standard is
 * kept, so that a column that is new, or that a new right brings, shows.
 */
export function useColumns<R extends Row>(noun: string, columns: readonly Column<R>[]) {
  const [chosen, setChosen] = useLocalStorage<Readonly<Record<string, boolean>>>({
    key: `tollkeeper:columns:${noun}`,
    defaultValue: {},
    getInitialValueInEffect: false,
  });
  const isStandard = (column: Column<R>): boolean => !column.isOptional;
  const shown = columns.filter((column) => chosen[column.key] ?? isStandard(column));
  const setKeys = (keys: readonly string[]): void => {
    const differing = columns.filter((column) => keys.includes(column.key) !== isStandard(column));
    setChosen(Object.fromEntries(differing.map((column) => [column.key, !isStandard(column)])));
  };
  return { shown, keys: shown.map((column) => column.key), setKeys };
}

interface ColumnMenuProps<R extends Row> {
  readonly columns: readonly Column<R>[];
  readonly keys: readonly string[];
  readonly onChange: (keys: string[]) => void;
}

export function ColumnMenu<R extends Row>({ columns, keys, onChange }: ColumnMenuProps<R>) {
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Tooltip label={text.columns}>
          <ActionIcon variant="default" size={36} aria-label={text.columns}>
            <IconColumns3 size={18} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.columns}>
        <Stack gap="xs">
          {columns.map(({ key, title }, at) => (
            <Checkbox
              key={key}
              label={title}
              checked={keys.includes(key)}
              disabled={at === 0}
              onChange={(event) =>
                onChange(event.currentTarget.checked ? [...keys, key] : keys.filter((each) => each !== key))
              }
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
