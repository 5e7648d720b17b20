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
import { percent } from '../../../lib/format.js';
import { useSession } from '../../../lib/session.js';
import { EditTargets } from '../alias-dialogs.js';
import { type Details, healthOf, type Provider, sharesOf, type Target, whyPassedOver } from './chain.js';
import './chain.css';
import { ShareBar, shareColor } from './share-bar.js';
import { serverName } from './target-names.js';
import { text } from '../text.js';

const ICON = 16;
const WHOLE = 100;

interface StepProps {
  readonly target: Target;
  readonly at: number;
  readonly providers: readonly Provider[];
  /** Null where the order alone decides. */
  readonly share: number | null;
}

function Step({ target, at, providers, share }: StepProps) {
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
      {share === null ? (
        <span className="chain-number">{at + 1}</span>
      ) : (
        <Box component="span" className="chain-dot" bg={share > 0 ? shareColor(at) : 'gray.5'} aria-hidden />
      )}
      <Box flex={1} miw={0}>
        <Group gap={8}>
          <Anchor component={Link} to={`/models/${model.id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
            {model.name}
          </Anchor>
          {isSimulator(model.providerKind) && <SimulatorMark />}
          {share !== null && (
            <Text size="xs" fw={500} style={{ fontVariantNumeric: 'tabular-nums' }}>
              {share === 0 ? text.fallbackOnly : text.shareOfCalls(percent(share / WHOLE))}
            </Text>
          )}
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
  const isWeighted = alias.routingStrategy === 'WEIGHTED' && alias.targetCount > 1;
  const shares = sharesOf(alias.targets?.map(({ weight }) => weight) ?? [], isWeighted);
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
          {isWeighted ? text.chainWeighted : text.chain}
        </Title>
        {!isEmpty && edit}
      </Group>
      {isEmpty ? (
        <EmptyState title={text.chainEmptyTitle} message={text.chainEmptyMessage} action={edit} />
      ) : !alias.targets ? (
        <Text size="sm">{text.chainHidden(alias.targetCount)}</Text>
      ) : (
        <>
          {isWeighted && (
            <Box mb="md">
              <ShareBar shares={shares} />
            </Box>
          )}
          <ol className={isWeighted ? 'chain chain-weighted' : 'chain'}>
            {alias.targets.map((target, at) => (
              <Step
                key={target.id}
                {...{ target, at, providers: data?.providers.items ?? [] }}
                share={isWeighted ? shares[at]! : null}
              />
            ))}
          </ol>
        </>
      )}
      {isEditing && <EditTargets alias={alias} onClose={close} />}
    </Card>
  );
}
