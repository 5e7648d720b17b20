import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { ScrollTable } from '../../../components/scroll-table.js';
import { typeWords } from '../filters/audit-query.js';
import { text } from '../text.js';
import { type Change, diffOf, type FieldDiff } from './diff.js';
import './diff.css';

function badgeOf({ before, after }: Change): { label: string; color: string } {
  if (!before) return { label: text.created, color: 'teal' };
  return after ? { label: text.changed, color: 'blue' } : { label: text.removed, color: 'red' };
}

/** A value with a sign for what happened to it, so that the colour is not all that says it. */
function Value({ value, mark }: { value: string | null; mark: 'old' | 'new' | undefined }) {
  if (value === null)
    return (
      <Text span size="xs" c="dimmed" px={6}>
        {text.none}
      </Text>
    );
  return (
    <span className="diff-value" data-mark={mark}>
      {value}
    </span>
  );
}

const Row = ({ field }: { field: FieldDiff }) => {
  const isSame = field.kind === 'same';
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="xs" ff="monospace" c={isSame ? 'dimmed' : undefined} pt={2}>
          {field.path}
        </Text>
      </Table.Td>
      <Table.Td>
        <Value value={field.before} mark={isSame ? undefined : 'old'} />
      </Table.Td>
      <Table.Td>
        <Value value={field.after} mark={isSame ? undefined : 'new'} />
      </Table.Td>
    </Table.Tr>
  );
};

/** One thing before and after, side by side; what stayed as it was is folded away. */
export function ChangeDiff({ change }: { change: Change }) {
  const [isWhole, setWhole] = useState(false);
  const fields = diffOf(change);
  const same = fields.filter(({ kind }) => kind === 'same').length;
  const shown = isWhole ? fields : fields.filter(({ kind }) => kind !== 'same');
  const { label, color } = badgeOf(change);
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {typeWords(change.entity)}
        </Text>
        <Text size="xs" ff="monospace" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {change.id}
        </Text>
        <Badge variant="dot" color={color} tt="none" fw={500} size="sm">
          {label}
        </Badge>
      </Group>
      <ScrollTable label={`${text.changes}: ${change.entity} ${change.id}`} minWidth={420}>
        <Table className="diff" layout="fixed" verticalSpacing={4} horizontalSpacing={6} withTableBorder>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="28%">{text.field}</Table.Th>
              <Table.Th>{text.before}</Table.Th>
              <Table.Th>{text.after}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((field) => (
              <Row key={field.path} field={field} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollTable>
      {same > 0 && !isWhole && (
        <Group>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setWhole(true)}>
            {text.showSame(same)}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
