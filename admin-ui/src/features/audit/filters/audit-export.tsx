import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { Can } from '../../../components/can.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { saveBlob } from '../../../lib/csv.js';
import { useListState } from '../../../lib/list-state.js';
import { getFile } from '../../../lib/requests.js';
import { exportPath } from './audit-query.js';
import { text } from '../text.js';

const ICON = 16;

/** Saves every row that matches as the server writes it out: whole, in order, and signed where that is asked for. */
export function AuditExport() {
  const { state } = useListState('NEWEST');
  const [isBusy, setBusy] = useState(false);
  const save = async (format: 'csv' | 'jsonl'): Promise<void> => {
    setBusy(true);
    try {
      const name = `${text.noun}.${format}`;
      saveBlob(name, await getFile(exportPath(state, format)));
      notifyDone(text.exportDone(name));
    } catch (error) {
      notifyFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Can action="audit.export">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={ICON} />} loading={isBusy}>
            {text.export}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void save('csv')}>{text.exportCsv}</Menu.Item>
          <Menu.Item onClick={() => void save('jsonl')}>{text.exportJsonl}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Can>
  );
}
