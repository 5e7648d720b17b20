import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Card, SimpleGrid, Skeleton, Stack, Title } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { UsagePanel } from '../../components/charts/usage-panel.js';
import { Facts } from '../../components/facts.js';
import { MoreMenu } from '../../components/more-menu.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { DetailPage } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { CopyableId, Instant } from '../../components/values.js';
import { AliasDocument } from '../../gql/alias.js';
import { SetAliasStatusDocument } from '../../gql/aliases.js';
import { useSession } from '../../lib/session.js';
import { DeleteAlias, EditAlias } from './alias-dialogs.js';
import type { Details } from './targets/chain.js';
import { ChainCard } from './targets/chain-card.js';
import { GroupsCard } from './groups-card.js';
import { PriceCard } from './price-card.js';
import { TestCall } from './test-call/test-call.js';
import { text } from './text.js';

const ICON = 16;

/** Activates or deactivates at once; the toast offers the way back. */
function useSwitch({ id, name, status }: Details): () => Promise<void> {
  const [setStatus] = useMutation(SetAliasStatusDocument, { refetchQueries: [AliasDocument] });
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

function Actions({ alias }: { alias: Details }) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const change = useSwitch(alias);
  const isOn = alias.status === 'ACTIVE';
  const close = (): void => setDialog(null);
  return (
    <>
      <Can action="alias.update">
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
            action: 'alias.delete',
            danger: true,
            onClick: () => setDialog('delete'),
          },
        ]}
      />
      {dialog === 'edit' && <EditAlias alias={alias} onClose={close} />}
      {dialog === 'delete' && <DeleteAlias alias={alias} onClose={close} />}
    </>
  );
}

const Overview = ({ alias }: { alias: Details }) => (
  <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
    <Stack gap="md">
      <ChainCard alias={alias} />
      <GroupsCard alias={alias} />
    </Stack>
    <Stack gap="md">
      <PriceCard alias={alias} />
      <Card withBorder padding="md">
        <Title order={2} size="h5" mb="sm">
          {text.facts}
        </Title>
        <Facts
          items={[
            [text.sent, <CopyableId key="name" id={alias.name} />],
            [text.displayName, alias.displayName],
            [text.createdAt, <Instant key="created" at={alias.createdAt} />],
            [text.updatedAt, <Instant key="updated" at={alias.updatedAt} />],
          ]}
        />
      </Card>
    </Stack>
  </SimpleGrid>
);

function Content() {
  const { id = '' } = useParams();
  const { may } = useSession();
  const { data, error, refetch } = useQuery(AliasDocument, { variables: { id } });
  const alias = data?.alias;
  if (!alias) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={400} />;
  return (
    <DetailPage
      parent={{ label: text.title, to: '/model-aliases' }}
      title={alias.name}
      id={alias.id}
      status={alias.status}
      about={alias.description}
      actions={<Actions alias={alias} />}
      tabs={[
        { key: 'overview', label: text.overview, render: () => <Overview alias={alias} /> },
        {
          key: 'usage',
          label: text.usage,
          isShown: may('usage.read'),
          render: () => <UsagePanel title={text.usageTitle} filter={{ alias: alias.name }} />,
        },
        {
          key: 'test',
          label: text.test,
          isShown: may('alias.test'),
          render: () => <TestCall alias={alias} />,
        },
        {
          key: 'audit',
          label: text.audit,
          isShown: may('audit.read'),
          render: () => <AuditTrail entityType="Alias" entityId={alias.id} />,
        },
      ]}
    />
  );
}

/** One alias: where it leads, what it costs, who may call it, and a test of it. */
export const Alias = () => (
  <Can action="alias.read" page>
    <Content />
  </Can>
);
