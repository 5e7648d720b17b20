import { ActionIcon, Group, Select, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { count } from '../../lib/format.js';
import { type ListControl, PAGE_SIZES } from '../../lib/list-state.js';
import { text } from '../text.js';
import type { ListPageData, Row } from './list-types.js';

/** How many rows there are and which of them are shown, the page size, and the way to the pages beside. */
export function ListFooter<R extends Row>({ page, control }: { page: ListPageData<R>; control: ListControl }) {
  const { state, change, next, previous } = control;
  const from = (state.page - 1) * state.size + 1;
  const range = text.range(from, from + page.items.length - 1, count(page.total));
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" aria-live="polite">
        {page.items.length === 0 ? text.nothing : range}
      </Text>
      <Group gap="xs">
        <Select
          aria-label={text.rows}
          w={76}
          size="xs"
          allowDeselect={false}
          data={PAGE_SIZES.map(String)}
          value={String(state.size)}
          onChange={(size) => change({ size })}
          comboboxProps={{ withinPortal: true }}
        />
        <ActionIcon
          variant="default"
          size={30}
          aria-label={text.previousPage}
          disabled={!state.after}
          onClick={previous}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={text.nextPage}
          disabled={!page.nextCursor}
          onClick={() => page.nextCursor && next(page.nextCursor)}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
      </Group>
    </Group>
  );
}
