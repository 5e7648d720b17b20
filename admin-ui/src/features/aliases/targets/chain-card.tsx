import { useQuery } from '@apollo/client/react';
import { Anchor, Box, Button, Card, Group, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../../components/can.js';
import { Price } from '../../../components/catalog/price.js';
import { HealthMark, isSimulator, SimulatorMark } from '../../../components/catalog/provider-marks.js';
import { EmptyState } from '../../../components/states.js';
import { AliasProvidersDocument } from '../../../gql/alias.js';
import { useSession } from '../../../lib/session.js';
import { EditTargets } from '../alias-dialogs.js';
import { type Details, healthOf, type Provider, type Target, whyPassedOver } from './chain.js';
import './chain.css';
import { serverName } from './target-names.js';
import { text } from '../text.js';

const ICON = 16;

function Step({ target, at, providers }: { target: Target; at: number; providers: readonly Provider[] }) {
  const { model } = target;
  const { state, count } = healthOf(target, providers);
  const passedOver = whyPassedOver(target, count);
  const server = model.provider ? (
    <Anchor component={Link} to={`/providers/${model.provider.id}`} size="xs">
      {model.provider.name}
    </Anchor>
  ) : (
    <span>
      {serverName(model)} ({text.providersOfKind(count)})
    </span>
  );
  return (
    <li className={passedOver ? 'chain-step chain-step-off' : 'chain-step'}>
      <span className="chain-number">{at + 1}</span>
      <Box flex={1} miw={0}>
        <Group gap={8}>
          <Anchor component={Link} to={`/models/${model.id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
            {model.name}
          </Anchor>
          {isSimulator(model.providerKind) && <SimulatorMark />}
        </Group>
        <Group gap={10} fz="xs" c="dimmed" mt={2}>
          {server}
          {passedOver ? <Text size="xs">{passedOver}</Text> : <HealthMark state={state} />}
        </Group>
      </Box>
      <Text size="xs" c="dimmed" ta="right" component="div" style={{ flexShrink: 0 }}>
        <div>
          <Price prices={model.currentPrice?.prices} of="input" /> {text.inShort}
        </div>
        <div>
          <Price prices={model.currentPrice?.prices} of="output" /> {text.outShort}
        </div>
      </Text>
    </li>
  );
}

/** The models of an alias in the order in which they are tried, with the state of who serves them. */
export function ChainCard({ alias }: { alias: Details }) {
  const { may } = useSession();
  const [isEditing, { open, close }] = useDisclosure();
  const { data } = useQuery(AliasProvidersDocument, { skip: !may('provider.read') });
  const isEmpty = alias.targetCount === 0;
  const edit = (
    <Can action="alias.update">
      <Button variant="default" size="xs" leftSection={<IconPencil size={ICON} />} onClick={open}>
        {text.chainEdit}
      </Button>
    </Can>
  );
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {text.chain}
        </Title>
        {!isEmpty && edit}
      </Group>
      {isEmpty ? (
        <EmptyState title={text.chainEmptyTitle} message={text.chainEmptyMessage} action={edit} />
      ) : !alias.targets ? (
        <Text size="sm">{text.chainHidden(alias.targetCount)}</Text>
      ) : (
        <ol className="chain">
          {alias.targets.map((target, at) => (
            <Step key={target.id} target={target} at={at} providers={data?.providers.items ?? []} />
          ))}
        </ol>
      )}
      {isEditing && <EditTargets alias={alias} onClose={close} />}
    </Card>
  );
}
