import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useSearchParams } from 'react-router';
import { Can } from '../../components/can.js';
import { Page, PageTabs } from '../../components/page.js';
import { useOpenedByUrl } from '../../lib/opened-by-url.js';
import { useSession } from '../../lib/session.js';
import { useShortcuts } from '../../lib/shortcuts.js';
import { Invitations } from './invitations/invitations.js';
import { Invite } from './invitations/invite.js';
import { CreateMapping } from './mappings/create-mapping.js';
import { Mappings } from './mappings/mappings.js';
import { text } from './text.js';
import { UsersList } from './users-list.js';

const MAPPINGS = 'mappings';

const Create = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <Button leftSection={<IconPlus size={16} />} onClick={onClick}>
    {label}
  </Button>
);

/** People, the invitations of those who are still to come, and what the directory gives. */
export function Users() {
  const { may } = useSession();
  const [params] = useSearchParams();
  const [isInviting, invitation] = useOpenedByUrl();
  const [isMapping, mapping] = useDisclosure();
  const [mayInvite, mayMap] = [may('invitation.create'), may('role_mapping.create')];
  const isAtMappings = params.get('tab') === MAPPINGS;
  useShortcuts({ n: isAtMappings ? (mayMap ? mapping.open : undefined) : mayInvite ? invitation.open : undefined });
  const invite = mayInvite && <Create label={text.invite} onClick={invitation.open} />;
  const map = mayMap && <Create label={text.mappingNew} onClick={mapping.open} />;
  const tabs = [
    { key: 'users', label: text.tabUsers, render: () => <UsersList invite={invite} /> },
    {
      key: 'invitations',
      label: text.tabInvitations,
      isShown: may('invitation.read'),
      render: () => <Invitations invite={invite} />,
    },
    {
      key: MAPPINGS,
      label: text.tabMappings,
      isShown: may('role_mapping.read'),
      render: () => <Mappings create={map} />,
    },
  ];
  return (
    <Can action="user.read" page>
      <Page title={text.title} about={text.about} actions={isAtMappings ? map : invite}>
        <PageTabs tabs={tabs} />
        {mayInvite && <Invite isOpen={isInviting} onClose={invitation.close} />}
        {mayMap && isMapping && <CreateMapping onClose={mapping.close} />}
      </Page>
    </Can>
  );
}
