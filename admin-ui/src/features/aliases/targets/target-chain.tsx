import { ActionIcon, Box, Group, Input, NumberInput, Paper, Select, Stack, Text } from '@mantine/core';
import { useId } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useChosen } from '../../../components/entity-choices.js';
import { EntitySelect } from '../../../components/entity-select.js';
import type { RoutingStrategy } from '../../../gql/alias.js';
import { percent } from '../../../lib/format.js';
import { sharesOf } from './chain.js';
import { ShareBar } from './share-bar.js';
import { text } from '../text.js';

/** A model of the chain; the weight counts where calls are shared by weight. */
export interface ChainTarget {
  readonly modelId: string;
  readonly weight: number;
}

interface TargetChainProps {
  readonly value: readonly ChainTarget[];
  readonly onChange: (targets: ChainTarget[]) => void;
  readonly strategy: RoutingStrategy;
  readonly onStrategy: (strategy: RoutingStrategy) => void;
  readonly error?: ReactNode;
}

interface Shares {
  /** Percent of the calls that ask each target first. */
  readonly shares: readonly number[];
}

const ICON = 16;
const MOST = 20;
const MOST_WEIGHT = 1_000;
const WHOLE = 100;
const STRATEGIES = (['ORDERED', 'WEIGHTED'] as const).map((value) => ({ value, label: text.strategies[value] }));

interface RowProps {
  /** Null where the order alone decides. */
  readonly weight: number | null;
  readonly share: number;
  readonly onWeight: (weight: number) => void;
  readonly title: string;
  readonly subtitle: string;
  readonly at: number;
  readonly all: number;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

/** A button that stays in the order of the keyboard where it can do nothing, so that the focus is not lost. */
function Move({ label, isOff, by, onMove }: { label: string; isOff: boolean; by: -1 | 1; onMove: RowProps['onMove'] }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={label}
      aria-disabled={isOff}
      data-disabled={isOff || undefined}
      onClick={(event) => (isOff ? event.preventDefault() : onMove(by))}
    >
      {by < 0 ? <IconArrowUp size={ICON} /> : <IconArrowDown size={ICON} />}
    </ActionIcon>
  );
}

/** The weight of a target, and what it comes to. What is no whole number yet stays as it was. */
const Weight = ({
  title,
  weight,
  share,
  onWeight,
}: Pick<RowProps, 'title' | 'share' | 'onWeight'> & { weight: number }) => (
  <Group gap={8} wrap="nowrap">
    <NumberInput
      aria-label={text.weightOf(title)}
      size="xs"
      w={76}
      min={0}
      max={MOST_WEIGHT}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      value={weight}
      onChange={(typed) => typeof typed === 'number' && onWeight(typed)}
    />
    <Text size="xs" c="dimmed" w={52} ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
      {share === 0 ? text.fallbackShort : percent(share / WHOLE)}
    </Text>
  </Group>
);

const Row = ({ title, subtitle, at, all, weight, share, onWeight, onMove, onRemove }: RowProps) => (
  <Paper withBorder px="sm" py={6} component="li">
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" fw={600} c="dimmed" w={18} ta="center" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {at + 1}
      </Text>
      <Group flex={1} miw={0} gap={6} justify="space-between">
        <Box flex="1 1 120px" miw={0}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Text>
          <Text size="xs" c="dimmed">
            {subtitle}
          </Text>
        </Box>
        {weight !== null && <Weight {...{ title, weight, share, onWeight }} />}
      </Group>
      <Group gap={2} wrap="nowrap">
        <Move label={text.targetUp(title)} isOff={at === 0} by={-1} onMove={onMove} />
        <Move label={text.targetDown(title)} isOff={at === all - 1} by={1} onMove={onMove} />
        <ActionIcon variant="subtle" color="gray" aria-label={text.targetRemove(title)} onClick={onRemove}>
          <IconX size={ICON} />
        </ActionIcon>
      </Group>
    </Group>
  </Paper>
);

/** How calls go through the chain, and what each target gets of them. */
const Routing = ({ strategy, onStrategy, shares }: Pick<TargetChainProps, 'strategy' | 'onStrategy'> & Shares) => (
  <>
    <Select
      aria-label={text.strategy}
      allowDeselect={false}
      data={STRATEGIES}
      value={strategy}
      onChange={(chosen) => chosen && onStrategy(chosen)}
    />
    {strategy === 'WEIGHTED' && <ShareBar shares={shares} />}
  </>
);

/** What can be done to a chain, each said to those who hear the page. */
function useChain({ value, onChange }: Pick<TargetChainProps, 'value' | 'onChange'>) {
  const [said, say] = useState('');
  const models = useChosen(
    'model',
    value.map(({ modelId }) => modelId),
    [],
  );
  const move = (at: number, by: -1 | 1): void => {
    onChange(value.toSpliced(at, 1).toSpliced(at + by, 0, value[at]!));
    say(text.targetMoved(models[at]!.title, at + by + 1, value.length));
  };
  const remove = (at: number): void => {
    onChange(value.toSpliced(at, 1));
    say(text.targetRemoved(models[at]!.title));
  };
  const add = (modelId: string | null): void => {
    if (!modelId) return;
    const isThere = value.some((target) => target.modelId === modelId);
    if (!isThere) onChange([...value, { modelId, weight: 1 }]);
    say(isThere ? text.targetTwice : '');
  };
  return { said, models, move, remove, add };
}

/**
 * The models of an alias in the order in which they are tried, or with the weights by which calls are shared: added,
 * moved and removed by mouse or keyboard.
 */
export function TargetChain({ value, onChange, strategy, onStrategy, error }: TargetChainProps) {
  const id = useId();
  const { said, models, move, remove, add } = useChain({ value, onChange });
  // One target has nothing to share with.
  const isWeighted = strategy === 'WEIGHTED' && value.length > 1;
  const shares = sharesOf(
    value.map(({ weight }) => weight),
    isWeighted,
  );
  const description = isWeighted ? text.targetsHelpWeighted : text.targetsHelp;
  return (
    <Input.Wrapper label={text.targets} description={description} error={error} labelElement="div" id={id}>
      <Stack gap={6} mt={6}>
        {value.length > 1 && <Routing {...{ strategy, onStrategy, shares }} />}
        {value.length > 0 && (
          <Stack gap={6} component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label={text.targets}>
            {models.map(({ id: modelId, title, subtitle }, at) => (
              <Row
                key={modelId}
                {...{ title, subtitle, at, all: value.length }}
                weight={isWeighted ? value[at]!.weight : null}
                share={shares[at]!}
                onWeight={(weight) => onChange(value.with(at, { modelId, weight }))}
                onMove={(by) => move(at, by)}
                onRemove={() => remove(at)}
              />
            ))}
          </Stack>
        )}
        {value.length < MOST && (
          <EntitySelect
            kind="model"
            aria-label={text.targetsAdd}
            placeholder={text.targetsAdd}
            value={null}
            onChange={add}
          />
        )}
        <Text size="xs" c="dimmed" aria-live="polite">
          {said || (value.length === 0 ? text.targetsNone : '')}
        </Text>
      </Stack>
    </Input.Wrapper>
  );
}
