import { Box, Group, Text, Tooltip } from '@mantine/core';
import { type Icon, IconKey, IconQuestionMark, IconRobot, IconShieldLock, IconUser } from '@tabler/icons-react';
import { text } from './text.js';

const ICONS: Readonly<Record<string, Icon>> = {
  user: IconUser,
  key: IconKey,
  master_key: IconShieldLock,
  system: IconRobot,
};

const SHORT_WIDTH = 170;
const WRAPS = { overflowWrap: 'anywhere' } as const;

interface ActorProps {
  readonly actorKind: string;
  readonly actorName: string;
  readonly actorEmail: string | null;
  /** On one line each, as in a table. */
  readonly isShort?: boolean;
}

/** Who it was; the master key and the system go by what they are. */
export function Actor({ actorKind, actorName, actorEmail, isShort = false }: ActorProps) {
  const kind = text.kinds[actorKind] ?? actorKind;
  const KindIcon = ICONS[actorKind] ?? IconQuestionMark;
  const name = actorName === actorKind ? kind : actorName;
  const second = actorEmail && actorEmail !== actorName ? actorEmail : null;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start">
      <Tooltip label={kind}>
        <KindIcon size={16} role="img" aria-label={kind} style={{ flexShrink: 0, marginTop: 2 }} />
      </Tooltip>
      <Box miw={0} maw={isShort ? SHORT_WIDTH : undefined}>
        <Text size="sm" truncate={isShort} style={isShort ? undefined : WRAPS}>
          {name}
        </Text>
        {second && (
          <Text size="xs" c="dimmed" truncate={isShort} style={isShort ? undefined : WRAPS}>
            {second}
          </Text>
        )}
      </Box>
    </Group>
  );
}
