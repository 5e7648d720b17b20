import { Button, Group, Menu, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useApolloClient } from '@apollo/client/react';
import type { OperationVariables } from '@apollo/client';
import { IconDownload } from '@tabler/icons-react';
import { download, toCsv } from '../../lib/csv.js';
import { count } from '../../lib/format.js';
import type { ListState } from '../../lib/list-state.js';
import { notifyDone, notifyFailed } from '../notify.js';
import { text } from '../text.js';
import type { Column, ListSource, Row } from './list-types.js';
import { readAll } from './read-all.js';

interface ExportMenuProps<R extends Row, Data, Variables> {
  readonly noun: string;
  readonly source: ListSource<R, Data, Variables>;
  readonly columns: readonly Column<R>[];
  readonly state: ListState;
}

const Reading = ({ done, total, onStop }: { done: number; total: number; onStop: () => void }) => (
  <Stack gap={6}>
    <Progress value={total === 0 ? 100 : (done / total) * 100} aria-label={text.exporting(count(done), count(total))} />
    <Group justify="space-between">
      <Text size="xs">{text.exporting(count(done), count(total))}</Text>
      <Button size="compact-xs" variant="default" onClick={onStop}>
        {text.stop}
      </Button>
    </Group>
  </Stack>
);

/** Saves every row that matches, not only the page shown, with the progress in a toast. */
export function ExportMenu<R extends Row, Data, Variables extends OperationVariables>(
  props: ExportMenuProps<R, Data, Variables>,
) {
  const { noun, source, columns, state } = props;
  const client = useApolloClient();
  const run = async (format: 'csv' | 'json'): Promise<void> => {
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    const shown = { title: text.exportTitle(noun), autoClose: false as const, withCloseButton: false };
    const id = notifications.show({ ...shown, message: <Reading done={0} total={1} onStop={stop} /> });
    const onProgress = (done: number, total: number): void => {
      notifications.update({ ...shown, id, message: <Reading done={done} total={total} onStop={stop} /> });
    };
    try {
      const rows = await readAll(client, source, state, { signal: stopping.signal, onProgress });
      const cells = rows.map((row) => columns.map((column) => column.value(row)));
      const names = columns.map((column) => column.key);
      if (format === 'csv') download(`${noun}.csv`, 'text/csv', toCsv(names, cells));
      else download(`${noun}.json`, 'application/json', asJson(names, cells));
      notifyDone(text.exported(count(rows.length)));
    } catch (error) {
      if (stopping.signal.aborted) notifyDone(text.exportStopped);
      else notifyFailed(error);
    } finally {
      notifications.hide(id);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          {text.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void run('csv')}>{text.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => void run('json')}>{text.exportJson}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function asJson(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const objects = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}
