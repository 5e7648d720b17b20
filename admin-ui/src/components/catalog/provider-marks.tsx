import { Badge, Box, Group, type MantineColor, Text, Tooltip } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { text } from './text.js';

const SIMULATOR = 'simulator';

/** The kind of a provider as people call it. */
export const kindName = (kind: string): string => text.kinds[kind] ?? kind;

/** Who serves a model that names no provider. */
export const anyOfKind = (kind: string): string => (isSimulator(kind) ? kindName(kind) : text.anyOf(kindName(kind)));

/** The kinds that can be chosen, with their names. */
export const KINDS = Object.entries(text.kinds).map(([value, label]) => ({ value, label }));

export const isSimulator = (kind: string): boolean => kind === SIMULATOR;

/** Says that answers are made up, wherever a simulated model or provider is named. */
export const SimulatorMark = () => (
  <Tooltip label={text.simulatedAbout} multiline w={260}>
    <Badge
      variant="light"
      color="grape"
      size="sm"
      tt="none"
      fw={500}
      leftSection={<IconFlask size={11} aria-hidden />}
      style={{ flexShrink: 0 }}
    >
      {text.simulated}
    </Badge>
  </Tooltip>
);

export type ProviderState = keyof typeof text.states;

const COLORS: Readonly<Record<ProviderState, MantineColor>> = {
  HEALTHY: 'teal',
  DEGRADED: 'yellow',
  FAILING: 'red',
  UNUSED: 'gray',
};

/** How a provider did in the last hour as a dot and a word; the colour only repeats the word. */
export function HealthMark({ state, isDisabled = false }: { state: ProviderState; isDisabled?: boolean }) {
  const color = isDisabled ? 'gray' : COLORS[state];
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex" style={{ verticalAlign: 'bottom' }}>
      <Box w={8} h={8} bg={`${color}.6`} style={{ borderRadius: '50%', flexShrink: 0 }} aria-hidden />
      <Text span inherit style={{ whiteSpace: 'nowrap' }}>
        {isDisabled ? text.disabled : text.states[state]}
      </Text>
    </Group>
  );
}
