import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Group, Skeleton } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { isSimulator, kindName, SimulatorMark } from '../../components/catalog/provider-marks.js';
import { MoreMenu } from '../../components/more-menu.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { DetailPage } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { ModelDocument } from '../../gql/model.js';
import { SetModelStatusDocument } from '../../gql/models.js';
import { useSession } from '../../lib/session.js';
import { ModelAliases } from './model-aliases.js';
import { DeleteModel, EditModel } from './model-dialogs.js';
import { type Details, Overview } from './model-overview.js';
import { text } from './text.js';

const ICON = 16;

/** Activates or deactivates at once; the toast offers the way back. */
function useSwitch({ id, name, status }: Details): () => Promise<void> {
  const [setStatus] = useMutation(SetModelStatusDocument, { refetchQueries: [ModelDocument] });
  return async () => {
    const next = status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE';
    try {
      await setStatus({ variables: { id, status: next } });
      notifyDone(next === 'ACTIVE' ? text.activated(name) : text.deactivated(name), () =>
        setStatus({ variables: { id, status } }),
      );
    } catch (error) {
      notifyFailed(error);
    }
  };
}

function Actions({ model }: { model: Details }) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const change = useSwitch(model);
  const isOn = model.status === 'ACTIVE';
  const close = (): void => setDialog(null);
  return (
    <>
      <Can action="model.update">
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
            action: 'model.delete',
            danger: true,
            onClick: () => setDialog('delete'),
          },
        ]}
      />
      {dialog === 'edit' && <EditModel model={model} onClose={close} />}
      {dialog === 'delete' && <DeleteModel model={model} onClose={close} />}
    </>
  );
}

function Content() {
  const { id = '' } = useParams();
  const { may } = useSession();
  const { data, error, refetch } = useQuery(ModelDocument, { variables: { id } });
  const model = data?.model;
  if (!model) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={400} />;
  return (
    <DetailPage
      parent={{ label: text.title, to: '/models' }}
      title={model.name}
      id={model.id}
      status={model.status}
      about={
        <Group gap="xs">
          {model.provider?.name ?? kindName(model.providerKind)}
          {isSimulator(model.providerKind) && <SimulatorMark />}
        </Group>
      }
      actions={<Actions model={model} />}
      tabs={[
        { key: 'overview', label: text.overview, render: () => <Overview model={model} /> },
        {
          key: 'aliases',
          label: text.aliases,
          isShown: may('alias.read'),
          render: () => <ModelAliases modelId={model.id} />,
        },
        {
          key: 'audit',
          label: text.audit,
          isShown: may('audit.read'),
          render: () => <AuditTrail entityType="Model" entityId={model.id} />,
        },
      ]}
    />
  );
}

/** One model: its prices over time, the aliases that lead to it, and what can be done with it. */
export const Model = () => (
  <Can action="model.read" page>
    <Content />
  </Can>
);
