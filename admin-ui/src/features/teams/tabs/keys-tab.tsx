import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Can } from '../../../components/can.js';
import { useKeyDialogs } from '../../../components/keys/key-dialogs.js';
import { KeyList } from '../../../components/keys/key-list.js';
import { text as ofKeys } from '../../../components/keys/text.js';
import { useSession } from '../../../lib/session.js';
import { useShortcuts } from '../../../lib/shortcuts.js';
import type { TeamData } from '../team-data.js';

/** The keys of the team. */
export function KeysTab({ team }: { team: TeamData }) {
  const dialogs = useKeyDialogs();
  const { may } = useSession();
  const open = (): void => dialogs.create(team);
  useShortcuts({ n: may('key.create') ? open : undefined });
  const create = (
    <Can action="key.create">
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        {ofKeys.create}
      </Button>
    </Can>
  );
  return (
    <>
      <KeyList teamId={team.id} dialogs={dialogs} create={create} actions={create} />
      {dialogs.dialog}
    </>
  );
}
