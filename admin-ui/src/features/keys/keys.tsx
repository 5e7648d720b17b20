import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Can } from '../../components/can.js';
import { EntitySelect } from '../../components/entity-select.js';
import { CreateKey } from '../../components/keys/create-key.js';
import { useKeyDialogs } from '../../components/keys/key-dialogs.js';
import { KeyList } from '../../components/keys/key-list.js';
import { Page } from '../../components/page.js';
import { useListState } from '../../lib/list-state.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { text } from './text.js';

const WIDTH = { base: '100%', xs: 180 };

function OwnerFilters() {
  const { state, change } = useListState('CREATED_DESC');
  const { teamId = null, organizationId = null } = state.filters;
  const { viewer } = useSession();
  return (
    <>
      {!viewer.organizationId && (
        <EntitySelect
          kind="organization"
          aria-label={text.organization}
          placeholder={text.anyOrganization}
          clearable
          value={organizationId}
          onChange={(id) => change({ organizationId: id, teamId: null })}
          w={WIDTH}
        />
      )}
      <EntitySelect
        kind="team"
        organizationId={organizationId}
        aria-label={text.team}
        placeholder={text.anyTeam}
        clearable
        value={teamId}
        onChange={(id) => change({ teamId: id })}
        w={WIDTH}
      />
    </>
  );
}

/** Every key that the viewer may see. */
export function Keys() {
  const mayCreate = useSession().may('key.create');
  const dialogs = useKeyDialogs();
  const [isCreating, { open, close }] = useOpenedByUrl();
  useShortcuts({ n: mayCreate ? open : undefined });
  const create = mayCreate && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {text.create}
    </Button>
  );
  return (
    <Can action="key.read" page>
      <Page title={text.title} about={text.about} actions={create}>
        <KeyList dialogs={dialogs} extraFilters={<OwnerFilters />} create={create} />
      </Page>
      {isCreating && mayCreate && <CreateKey team={null} onIssued={dialogs.issued} onClose={close} />}
      {dialogs.dialog}
    </Can>
  );
}
