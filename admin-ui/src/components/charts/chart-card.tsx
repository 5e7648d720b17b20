import { ActionIcon, Card, Group, ScrollArea, Table, Title, Tooltip } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { text } from '../text.js';

interface ChartCardProps {
  readonly title: string;
  readonly chart: ReactNode;
  /** The same figures as a table, for those who would rather read, and for screen readers. */
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly ReactNode[])[] };
  readonly controls?: ReactNode;
}

const TABLE_HEIGHT = 280;

/** A chart with its title, and the same figures as a table one click away. */
export function ChartCard({ title, chart, table, controls }: ChartCardProps) {
  const [isTable, setTable] = useState(false);
  const label = isTable ? text.asChart : text.asTable;
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb="md" gap="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        <Group gap="xs">
          {controls}
          <Tooltip label={label}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${title}: ${label}`}
              onClick={() => setTable(!isTable)}
            >
              {isTable ? <IconChartBar size={18} /> : <IconTable size={18} />}
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {isTable ? <Figures title={title} {...table} /> : chart}
    </Card>
  );
}

const Figures = ({ title, head, rows }: ChartCardProps['table'] & { title: string }) => (
  <ScrollArea h={TABLE_HEIGHT} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': title, role: 'region' }}>
    <Table stickyHeader verticalSpacing={4} style={{ whiteSpace: 'nowrap' }}>
      <Table.Thead>
        <Table.Tr>
          {head.map((name, at) => (
            <Table.Th key={name} ta={at === 0 ? 'left' : 'right'}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row, at) => (
          <Table.Tr key={at}>
            {row.map((cell, column) => (
              <Table.Td key={column} ta={column === 0 ? 'left' : 'right'}>
                {cell}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </ScrollArea>
);
