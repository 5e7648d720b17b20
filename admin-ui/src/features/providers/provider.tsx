import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Anchor, Button, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconKey, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { HealthMark, kindName, SimulatorMark } from '../../components/catalog/provider-marks.js';
import { text as shared } from '../../components/catalog/text.js';
import { Facts } from '../../components/facts.js';
import { MoreMenu } from '../../components/more-menu.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { DetailPage } from '../../components/page.js';
import { StatTile } from '../../components/stat-tile.js';
import { ErrorState } from '../../components/states.js';
import { Count, Instant } from '../../components/values.js';
import { ProviderDocument, type ProviderQuery } from '../../gql/provider.js';
import { SetProviderStatusDocument } from '../../gql/providers.js';
import { duration, percent } from '../../lib/format.js';
import { usePoll } from '../../lib/poll.js';
import { useSession } from '../../lib/session.js';
import { Credential } from './credential.js';
import { DeleteProvider, EditProvider, ReplaceCredential } from './provider-dialogs.js';
import { ProviderModels } from './provider-models.js';
import { text } from './text.js';

type Details = ProviderQuery['provider'];

const ICON = 16;
const POLL_MS = 15_000;

function Health({ provider: { health, status } }: { provider: Details }) {
  const isDisabled = status === 'DISABLED';
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <StatTile
        label={text.state}
        value={<HealthMark state={health.state} isDisabled={isDisabled} />}
        detail={isDisabled ? text.stateDisabled : text.stateAbout[health.state]}
      />
      <StatTile label={text.requests} value={<Count value={health.calls} />} detail={text.requestsAbout} />
      <StatTile
        label={text.failed}
        value={<Count value={health.errors} />}
        detail={health.calls > 0 && text.failedPart(percent(health.errorRate))}
      />
      <StatTile
        label={text.latency}
        value={health.p50LatencyMs === null ? text.noFigure : duration(health.p50LatencyMs)}
        detail={text.latencyAbout}
      />
    </SimpleGrid>
  );
}

const Overview = ({ provider }: { provider: Details }) => (
  <Stack gap="md">
    <Health provider={provider} />
    {provider.health.lastErrorAt && (
      <Alert color="red" variant="light" title={text.lastError}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {provider.health.lastError}
        </Text>
        <Text size="xs" mt={4}>
          <Instant at={provider.health.lastErrorAt} shape="ago" />
        </Text>
      </Alert>
    )}
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="sm">
        {text.connection}
      </Title>
      {provider.isSimulated && (
        <Text size="sm" c="dimmed" mb="sm">
          {shared.simulatedAbout}
        </Text>
      )}
      <Facts
        items={[
          [text.kind, kindName(provider.kind)],
          [
            text.scope,
            provider.organization ? (
              <Anchor component={Link} to={`/organizations/${provider.organization.id}`} size="sm">
                {provider.organization.name}
              </Anchor>
            ) : (
              text.scopeAll
            ),
          ],
          [text.baseUrl, provider.isSimulated ? null : (provider.baseUrl ?? text.baseUrlVendor)],
          [text.credential, <Credential key="credential" provider={provider} />],
          [text.models, <Count key="models" value={provider.modelCount} />],
          [text.createdAt, <Instant key="created" at={provider.createdAt} />],
          [text.updatedAt, <Instant key="updated" at={provider.updatedAt} />],
        ]}
      />
    </Card>
  </Stack>
);

/** Enables or disables at once; the toast offers the way back. */
function useSwitch({ id, name, status }: Details): () => Promise<void> {
  const [setStatus] = useMutation(SetProviderStatusDocument, { refetchQueries: [ProviderDocument] });
  return async () => {
    const next = status === 'ENABLED' ? 'DISABLED' : 'ENABLED';
    try {
      await setStatus({ variables: { id, status: next } });
      notifyDone(next === 'ENABLED' ? text.enabledDone(name) : text.disabledDone(name), () =>
        setStatus({ variables: { id, status } }),
      );
    } catch (error) {
      notifyFailed(error);
    }
  };
}

type Dialog = 'edit' | 'credential' | 'delete';

function Actions({ provider }: { provider: Details }) {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const change = useSwitch(provider);
  const isOn = provider.status === 'ENABLED';
  const close = (): void => setDialog(null);
  const dialogs: Readonly<Record<Dialog, ReactNode>> = {
    edit: <EditProvider provider={provider} onClose={close} />,
    credential: <ReplaceCredential provider={provider} onClose={close} />,
    delete: <DeleteProvider provider={provider} onClose={close} />,
  };
  return (
    <>
      <Can action="provider.update">
        <Button
          variant="default"
          leftSection={isOn ? <IconPlayerPause size={ICON} /> : <IconPlayerPlay size={ICON} />}
          onClick={() => void change()}
        >
          {isOn ? text.disable : text.enable}
        </Button>
        <Button variant="default" leftSection={<IconPencil size={ICON} />} onClick={() => setDialog('edit')}>
          {text.edit}
        </Button>
      </Can>
      <MoreMenu
        items={[
          {
            label: text.replace,
            icon: IconKey,
            action: 'provider.update',
            isShown: !provider.isSimulated,
            onClick: () => setDialog('credential'),
          },
          {
            label: text.remove,
            icon: IconTrash,
            action: 'provider.delete',
            danger: true,
            onClick: () => setDialog('delete'),
          },
        ]}
      />
      {dialog && dialogs[dialog]}
    </>
  );
}

function Content() {
  const { id = '' } = useParams();
  const { may } = useSession();
  const { data, error, refetch } = useQuery(ProviderDocument, { variables: { id } });
  usePoll(refetch, POLL_MS);
  const provider = data?.provider;
  if (!provider) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={400} />;
  return (
    <DetailPage
      parent={{ label: text.title, to: '/providers' }}
      title={provider.name}
      id={provider.id}
      status={provider.status}
      about={
        <Group gap="xs">
          {kindName(provider.kind)}
          {provider.isSimulated && <SimulatorMark />}
        </Group>
      }
      actions={<Actions provider={provider} />}
      tabs={[
        { key: 'overview', label: text.overview, render: () => <Overview provider={provider} /> },
        {
          key: 'models',
          label: text.models,
          isShown: may('model.read'),
          render: () => <ProviderModels providerId={provider.id} />,
        },
        {
          key: 'audit',
          label: text.audit,
          isShown: may('audit.read'),
          render: () => <AuditTrail entityType="Provider" entityId={provider.id} />,
        },
      ]}
    />
  );
}

/** One connection to a vendor: its health, its models, and what can be done with it. */
export const Provider = () => (
  <Can action="provider.read" page>
    <Content />
  </Can>
);
