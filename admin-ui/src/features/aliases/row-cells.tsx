import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { isSimulator, SimulatorMark } from '../../components/catalog/provider-marks.js';
import type { AliasesQuery } from '../../gql/aliases.js';
import { serverName } from './targets/target-names.js';
import { text } from './text.js';

type Row = AliasesQuery['aliases']['items'][number];

const GROUPS_SHOWN = 2;

/** Where an alias leads first, and what comes after that. */
export function Targets({ alias }: { alias: Row }) {
  const { targetCount } = alias;
  const targets = alias.targets ?? [];
  const [first, second] = targets;
  if (!first)
    return (
      <Text size="sm" c="dimmed">
        {targetCount === 0 ? text.noGroup : text.chainHidden(targetCount)}
      </Text>
    );
  return (
    <Stack gap={0} miw={180}>
      <Group gap={6}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {first.model.name}
        </Text>
        {isSimulator(first.model.providerKind) ? (
          <SimulatorMark />
        ) : (
          <Text size="xs" c="dimmed">
            {serverName(first.model)}
          </Text>
        )}
      </Group>
      {second && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {text.targetsThen} {second.model.name} {targets.length > 2 && text.targetsMore(targets.length - 2)}
        </Text>
      )}
    </Stack>
  );
}

/** The access groups that hold an alias. */
export function Groups({ alias: { accessGroups } }: { alias: Row }) {
  if (accessGroups.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.noGroup}
      </Text>
    );
  const more = accessGroups.length - GROUPS_SHOWN;
  return (
    <Group gap={8}>
      {accessGroups.slice(0, GROUPS_SHOWN).map(({ id, displayName }) => (
        <Anchor key={id} component={Link} to={`/model-access/${id}`} size="sm">
          {displayName}
        </Anchor>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          {text.more(more)}
        </Text>
      )}
    </Group>
  );
}
