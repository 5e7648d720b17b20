import { Anchor, Badge, Button, Group, type MantineColor, Select, Stack, Text } from '@mantine/core';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { kindName } from '../../../components/catalog/provider-marks.js';
import { ListFooter, ListToolbar } from '../../../components/list/index.js';
import { NoMatchState } from '../../../components/states.js';
import { type ListControl, useListState } from '../../../lib/list-state.js';
import { ChangeLines } from './change-lines.js';
import { canImport, countOf, type Difference, DIFFERENCES, matching, type PreviewRow } from './rows.js';
import { text } from './text.js';

const COLORS: Readonly<Record<Difference, MantineColor>> = {
  NEW: 'teal',
  CHANGED: 'blue',
  UNCHANGED: 'gray',
  MISSING: 'yellow',
  INVALID: 'red',
};
const DIFFERENCE = 'difference';
const KIND = 'kind';

const Name = ({ row }: { row: PreviewRow }) => (
  <Stack gap={0} miw={170}>
    {row.modelId ? (
      <Anchor component={Link} to={`/models/${row.modelId}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {row.name}
      </Anchor>
    ) : (
      <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {row.name ?? text.nameless}
      </Text>
    )}
    <Text size="xs" c="dimmed">
      {row.providerKind && kindName(row.providerKind)}
    </Text>
  </Stack>
);

const Source = ({ row }: { row: PreviewRow }) => (
  <Stack gap={0} miw={170} maw={230}>
    <Text size="xs">{row.source}</Text>
    <Text size="xs" c="dimmed">
      {[row.asOf && text.asOf(row.asOf), row.note].filter(Boolean).join(' · ')}
    </Text>
  </Stack>
);

const COLUMNS: DataTableColumn<PreviewRow>[] = [
  { accessor: 'name', title: text.model, render: (row) => <Name row={row} /> },
  {
    accessor: 'difference',
    title: text.difference,
    render: ({ difference }) => (
      <Badge variant="dot" color={COLORS[difference]} tt="none" fw={500} miw="max-content">
        {text.differences[difference]}
      </Badge>
    ),
  },
  { accessor: 'changes', title: text.prices, render: (row) => <ChangeLines row={row} /> },
  { accessor: 'source', title: text.listed, render: (row) => <Source row={row} /> },
];

interface ChoiceProps {
  /** All of the preview, or those that match. */
  readonly rows: readonly PreviewRow[];
  readonly chosen: readonly PreviewRow[];
  readonly onChoose: (rows: PreviewRow[]) => void;
}

function ChoiceBar({ rows, chosen, onChoose }: ChoiceProps) {
  const offered = rows.filter(canImport);
  return (
    <Group gap="xs" mih={30}>
      <Text size="sm" aria-live="polite">
        {text.chosen(chosen.length)}
      </Text>
      {offered.length > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={() => onChoose([...new Set([...chosen, ...offered])])}>
          {text.choose(offered.length)}
        </Button>
      )}
      {chosen.length > 0 && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onChoose([])}>
          {text.chooseNone}
        </Button>
      )}
    </Group>
  );
}

interface FurtherFiltersProps {
  readonly rows: readonly PreviewRow[];
  readonly control: ListControl;
}

function FurtherFilters({ rows, control: { state, change } }: FurtherFiltersProps) {
  const kinds = [...new Set(rows.flatMap(({ providerKind }) => providerKind ?? []))].sort();
  const counted = DIFFERENCES.map((each) => ({
    value: each,
    label: text.counted(text.differences[each], countOf(rows, each)),
  }));
  return (
    <>
      <Select
        aria-label={text.difference}
        placeholder={text.difference}
        clearable
        w={170}
        data={counted}
        value={state.filters[DIFFERENCE] ?? null}
        onChange={(value) => change({ [DIFFERENCE]: value })}
      />
      <Select
        aria-label={text.kind}
        placeholder={text.anyKind}
        clearable
        w={170}
        data={kinds.map((kind) => ({ value: kind, label: kindName(kind) }))}
        value={state.filters[KIND] ?? null}
        onChange={(value) => change({ [KIND]: value })}
      />
    </>
  );
}

/** The rows of a preview, by difference, kind and name, from which those to import are chosen. */
export function DiffTable({ rows, chosen, onChoose, actions }: ChoiceProps & { readonly actions: ReactNode }) {
  const control = useListState('');
  const { search, size, after, filters } = control.state;
  const found = matching(rows, { difference: filters[DIFFERENCE], kind: filters[KIND], search });
  const begin = Math.min(Number(after) || 0, found.length);
  const end = begin + size;
  const page = {
    items: found.slice(begin, end),
    total: found.length,
    nextCursor: end < found.length ? String(end) : null,
  };
  const extra = <FurtherFilters rows={rows} control={control} />;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {DIFFERENCES.map((each) => text.counted(text.differences[each], countOf(rows, each))).join(' · ')}
      </Text>
      <ListToolbar searchLabel={text.search} filters={[]} control={control} extra={extra} actions={actions} />
      <ChoiceBar rows={found} chosen={chosen} onChoose={onChoose} />
      {found.length === 0 ? (
        <NoMatchState onClear={() => control.change({ q: null, [DIFFERENCE]: null, [KIND]: null })} />
      ) : (
        <DataTable<PreviewRow>
          withTableBorder
          borderRadius="md"
          highlightOnHover
          verticalSpacing="xs"
          records={page.items}
          columns={COLUMNS}
          selectedRecords={[...chosen]}
          onSelectedRecordsChange={onChoose}
          isRecordSelectable={canImport}
          allRecordsSelectionCheckboxProps={{ 'aria-label': text.choosePage }}
          getRecordSelectionCheckboxProps={(row) => ({ 'aria-label': text.chooseRow(row.name ?? row.id) })}
        />
      )}
      <ListFooter page={page} control={control} />
    </Stack>
  );
}
