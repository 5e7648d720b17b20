import { ActionIcon, Box, Group, Input, Paper, Stack, Text } from '@mantine/core';
import { useId } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useChosen } from '../../../components/entity-choices.js';
import { EntitySelect } from '../../../components/entity-select.js';
import { text } from '../text.js';

/** A model of the chain; the weight is kept for weighted routing. */
export interface ChainTarget {
  readonly modelId: string;
  readonly weight: number;
}

interface TargetChainProps {
  readonly value: readonly ChainTarget[];
  readonly onChange: (targets: ChainTarget[]) => void;
  readonly error?: ReactNode;
}

const ICON = 16;
const MOST = 20;

interface RowProps {
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

const Row = ({ title, subtitle, at, all, onMove, onRemove }: RowProps) => (
  <Paper withBorder px="sm" py={6} component="li">
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" fw={600} c="dimmed" w={18} ta="center" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {at + 1}
      </Text>
      <Box flex={1} miw={0}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {subtitle}
        </Text>
      </Box>
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

/** The models of an alias in the order in which they are tried: added, moved and removed by mouse or keyboard. */
export function TargetChain({ value, onChange, error }: TargetChainProps) {
  const id = useId();
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
  return (
    <Input.Wrapper label={text.targets} description={text.targetsHelp} error={error} labelElement="div" id={id}>
      <Stack gap={6} mt={6}>
        {value.length > 0 && (
          <Stack gap={6} component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label={text.targets}>
            {models.map(({ id: modelId, title, subtitle }, at) => (
              <Row
                key={modelId}
                {...{ title, subtitle, at, all: value.length }}
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
