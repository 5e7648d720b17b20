import { ActionIcon, Checkbox, Popover, Stack, Tooltip } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconColumns3 } from '@tabler/icons-react';
import { text } from '../text.js';
import type { Column, Row } from './list-types.js';

/** The columns that are shown, by choice of the viewer, kept in this browser. */
export function useColumns<R extends Row>(noun: string, columns: readonly Column<R>[]) {
  const standard = columns.filter((column) => !column.isOptional).map((column) => column.key);
  const [shown, setShown] = useLocalStorage<string[]>({
    key: `tollkeeper:columns:${noun}`,
    defaultValue: standard,
    getInitialValueInEffect: false,
  });
  return { shown: columns.filter((column) => shown.includes(column.key)), keys: shown, setKeys: setShown };
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
