import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Skeleton } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { MoreMenu } from '../../components/more-menu.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { DetailPage } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { AccessGroupDocument } from '../../gql/access-group.js';
import { SetAccessGroupStatusDocument } from '../../gql/access-groups.js';
import { useSession } from '../../lib/session.js';
import { GroupAliases } from './group-aliases.js';
import { DeleteAccessGroup, type Details, EditAccessGroup } from './group-dialogs.js';
import { GroupTeams } from './group-teams.js';
import { text } from './text.js';

const ICON = 16;

/** Activates or deactivates at once; the toast offers the way back. */
function useSwitch({ id, displayName, status }: Details): () => Promise<void> {
  const [setStatus] = useMutation(SetAccessGroupStatusDocument, { refetchQueries: [AccessGroupDocument] });
  return async () => {
    const next = status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE';
    try {
      await setStatus({ variables: { id, status: next } });
      notifyDone(next === 'ACTIVE' ? text.activated(displayName) : text.deactivated(displayName), () =>
        setStatus({ variables: { id, status } }),
      );
    } catch (error) {
      notifyFailed(error);
    }
  };
}

function Actions({ group }: { group: Details }) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const change = useSwitch(group);
  const isOn = group.status === 'ACTIVE';
  const close = (): void => setDialog(null);
  return (
    <>
      <Can action="access_group.update">
        <Button
          variant="default"
          leftSection={isOn ? <IconPlayerPause size={ICON} /> : <IconPlayerPlay size={ICON} />}
          onClick={() => void change()}
        >
          {isOn ? text.deactivate : text.activate}
        </Button>
        <Button variant="default" leftSection={<IconPencil size={ICON} />} onClick={() => setDialog('edit')}>
          {text.edit}
        </Button>
      </Can>
      <MoreMenu
        items={[
          {
            label: text.remove,
            icon: IconTrash,
            action: 'access_group.delete',
            danger: true,
            onClick: () => setDialog('delete'),
          },
        ]}
      />
      {dialog === 'edit' && <EditAccessGroup group={group} onClose={close} />}
      {dialog === 'delete' && <DeleteAccessGroup group={group} onClose={close} />}
    </>
  );
}

function Content() {
  const { id = '' } = useParams();
  const { may } = useSession();
  const { data, error, refetch } = useQuery(AccessGroupDocument, { variables: { id } });
  const group = data?.accessGroup;
  if (!group) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={400} />;
  return (
    <DetailPage
      parent={{ label: text.title, to: '/model-access' }}
      title={group.displayName}
      id={group.id}
      status={group.status}
      about={[group.description, group.status === 'INACTIVE' && text.inactiveAbout].filter(Boolean).join(' ')}
      actions={<Actions group={group} />}
      tabs={[
        { key: 'aliases', label: text.aliases, render: () => <GroupAliases group={group} /> },
        {
          key: 'teams',
          label: text.teams,
          isShown: may('team.read'),
          render: () => <GroupTeams groupId={group.id} />,
        },
        {
          key: 'audit',
          label: text.audit,
          isShown: may('audit.read'),
          render: () => <AuditTrail entityType="AccessGroup" entityId={group.id} />,
        },
      ]}
    />
  );
}

/** One set of aliases: what is in it, who holds it, and what can be done with it. */
export const AccessGroup = () => (
  <Can action="access_group.read" page>
    <Content />
  </Can>
);
