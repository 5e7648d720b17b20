import { ActionIcon, Group, Paper, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { text } from './text.js';

interface FilterPillProps {
  readonly label: string;
  readonly value: string;
  readonly onRemove: () => void;
}

/** A filter that somebody came with through a link, such as the jobs of one key; it can only be taken away. */
export const FilterPill = ({ label, value, onRemove }: FilterPillProps) => (
  <Paper withBorder h={36} pl="sm" pr={6} maw="100%">
    <Group gap={6} h="100%" wrap="nowrap">
      <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text size="sm" fw={500} truncate>
        {value}
      </Text>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={text.removeFilter(label)} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </Group>
  </Paper>
);
