import { Button, Group, Paper, Progress, Text } from '@mantine/core';
import { useApolloClient } from '@apollo/client/react';
import type { OperationVariables } from '@apollo/client';
import { useState } from 'react';
import { failureOf } from '../../lib/failure.js';
import { count } from '../../lib/format.js';
import type { ListState } from '../../lib/list-state.js';
import { ConfirmByTyping } from '../confirm-by-typing.js';
import { notifyDone, notifyFailed } from '../notify.js';
import { text } from '../text.js';
import type { BulkAction, ListSource, Row } from './list-types.js';
import { readAll } from './read-all.js';

/** Mutations that run at the same time; each is a transaction of its own with its own audit row. */
const AT_ONCE = 4;

interface BulkBarProps<R extends Row, Data, Variables> {
  readonly actions: readonly BulkAction<R>[];
  readonly selected: readonly R[];
  readonly total: number;
  readonly source: ListSource<R, Data, Variables>;
  readonly state: ListState;
  readonly onSelect: (rows: R[]) => void;
  /** Called after an action has run, to read the list again. */
  readonly onChanged: () => Promise<unknown>;
}

interface Running {
  readonly done: number;
  readonly all: number;
}

/** Runs the work for each row, a few at a time. */
async function forEach<R>(rows: readonly R[], run: (row: R) => Promise<unknown>, onProgress: (done: number) => void) {
  const waiting = [...rows];
  const failures: unknown[] = [];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      await run(row).catch((error: unknown) => failures.push(error));
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failures;
}

const BulkProgress = ({ done, all }: Running) => (
  <Paper withBorder p="xs" role="status">
    <Text size="sm" mb={6}>
      {text.bulkProgress(done, all)}
    </Text>
    <Progress value={(done / all) * 100} aria-label={text.bulkProgress(done, all)} />
  </Paper>
);

function useBulk<R extends Row, Data, Variables extends OperationVariables>(props: BulkBarProps<R, Data, Variables>) {
  const { selected, source, state, onSelect, onChanged } = props;
  const client = useApolloClient();
  const [running, setRunning] = useState<Running | null>(null);
  const run = async (action: BulkAction<R>): Promise<void> => {
    setRunning({ done: 0, all: selected.length });
    const failures = await forEach(selected, action.run, (done) => setRunning({ done, all: selected.length }));
    setRunning(null);
    const done = selected.length - failures.length;
    if (done > 0) notifyDone(text.bulkDone(done));
    if (failures.length > 0) notifyFailed(new Error(text.bulkFailed(failures.length, failureOf(failures[0]).message)));
    onSelect([]);
    await onChanged();
  };
  const selectAll = async (): Promise<void> => {
    const reading = { signal: new AbortController().signal, onProgress: () => undefined };
    try {
      onSelect(await readAll(client, source, state, reading));
    } catch (error) {
      notifyFailed(error);
    }
  };
  return { running, run, selectAll };
}

/** What can be done with the rows that are selected; also with all that match, beyond the page. */
export function BulkBar<R extends Row, Data, Variables extends OperationVariables>(
  props: BulkBarProps<R, Data, Variables>,
) {
  const { actions, selected, total, onSelect } = props;
  const [asked, setAsked] = useState<BulkAction<R> | null>(null);
  const { running, run, selectAll } = useBulk(props);
  if (running) return <BulkProgress {...running} />;
  return (
    <Paper withBorder p="xs" role="region" aria-label={text.selected(selected.length)}>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {selected.length === total ? text.allSelected(count(total)) : text.selected(selected.length)}
        </Text>
        {selected.length < total && (
          <Button size="compact-sm" variant="subtle" onClick={() => void selectAll()}>
            {text.selectAll(count(total))}
          </Button>
        )}
        {actions.map((action) => (
          <Button
            key={action.label}
            size="compact-sm"
            variant="light"
            color={action.danger ? 'red' : undefined}
            leftSection={action.icon}
            onClick={() => (action.confirm ? setAsked(action) : void run(action))}
          >
            {action.label}
          </Button>
        ))}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onSelect([])}>
          {text.clearSelection}
        </Button>
      </Group>
      {asked?.confirm && (
        <ConfirmByTyping
          {...asked.confirm}
          confirmLabel={asked.label}
          onConfirm={() => {
            void run(asked);
            return Promise.resolve();
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </Paper>
  );
}
