import { Button, Divider, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendar, IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { dateTime } from '../lib/format.js';
import { type ListControl } from '../lib/list-state.js';
import { fromLocalField, isRangeName, type RangeName, RANGES, timeRange, toLocalField } from '../lib/time-range.js';
import { text } from './text.js';

const LABELS: Readonly<Record<RangeName, string>> = text.ranges;

function labelOf(filters: Readonly<Record<string, string>>): string {
  const { range } = filters;
  if (isRangeName(range)) return LABELS[range];
  const { from, to } = timeRange(filters);
  if (from && to) return text.rangeBetween(dateTime(from), dateTime(to));
  if (from) return text.rangeSince(dateTime(from));
  return to ? text.rangeUntil(dateTime(to)) : text.anyTime;
}

interface CustomRangeProps {
  readonly filters: Readonly<Record<string, string>>;
  readonly onApply: (range: { from: string | null; to: string | null }) => void;
}

function CustomRange({ filters, onApply }: CustomRangeProps) {
  const now = timeRange(filters);
  const [from, setFrom] = useState(toLocalField(now.from));
  const [to, setTo] = useState(toLocalField(now.to));
  const isReversed = from !== '' && to !== '' && from >= to;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReversed) onApply({ from: fromLocalField(from), to: fromLocalField(to) });
      }}
    >
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          size="xs"
          label={text.rangeFrom}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          size="xs"
          label={text.rangeTo}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={isReversed ? text.rangeReversed : null}
        />
        <Group justify="flex-end">
          <Button type="submit" size="xs" disabled={from === '' && to === ''}>
            {text.rangeApply}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A range of time as a filter of a list: some that end now, and any other. See lib/time-range. */
export function TimeRangeFilter({ control }: { control: ListControl }) {
  const [isOpen, { close, toggle }] = useDisclosure();
  const { filters } = control.state;
  const choose = (change: { range?: string; from?: string | null; to?: string | null }): void => {
    control.change({ range: null, from: null, to: null, ...change });
    close();
  };
  const isAny = !isRangeName(filters.range) && !filters.from && !filters.to;
  const preset = (label: string, isChosen: boolean, onClick: () => void) => (
    <Button
      key={label}
      variant="subtle"
      color="gray"
      size="compact-sm"
      justify="space-between"
      fullWidth
      c="var(--mantine-color-text)"
      fw={isChosen ? 600 : 400}
      aria-pressed={isChosen}
      rightSection={isChosen ? <IconCheck size={14} /> : null}
      onClick={onClick}
    >
      {label}
    </Button>
  );
  return (
    <Popover opened={isOpen} onChange={close} position="bottom-start" trapFocus width={240}>
      <Popover.Target>
        <Button
          variant="default"
          fw={400}
          leftSection={<IconCalendar size={16} />}
          rightSection={<IconChevronDown size={14} />}
          onClick={toggle}
        >
          {labelOf(filters)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {preset(text.anyTime, isAny, () => choose({}))}
        {(Object.keys(RANGES) as RangeName[]).map((name) =>
          preset(LABELS[name], filters.range === name, () => choose({ range: name })),
        )}
        <Divider my="xs" label={text.rangeCustom} labelPosition="left" />
        <CustomRange filters={filters} onApply={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}
