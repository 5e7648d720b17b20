import { Stack, Text } from '@mantine/core';
import { StatusBadge } from '../../components/values.js';
import { dateTime } from '../../lib/format.js';
import { text } from './text.js';

export interface TeamState {
  readonly status: string;
  readonly statusReason: string | null;
  readonly pauseUntil: string | null;
}

/** Why and for how long a team does not work, in words; null when it works. */
export function statusInWords({ status, statusReason, pauseUntil }: TeamState): string | null {
  const reason = statusReason ? ` ${text.reason(statusReason)}` : '';
  if (status === 'SUSPENDED') return text.suspendedAbout + reason;
  if (status !== 'PAUSED') return null;
  return (pauseUntil ? text.pausedUntil(dateTime(pauseUntil)) : text.pausedOpen) + reason;
}

/** The status in a row of the list, with its reason below. */
export const TeamStatus = ({ team }: { team: TeamState }) => (
  <Stack gap={2} align="flex-start" title={statusInWords(team) ?? undefined}>
    <StatusBadge status={team.status} />
    {team.statusReason && (
      <Text size="xs" c="dimmed" lineClamp={1} maw={180}>
        {team.statusReason}
      </Text>
    )}
  </Stack>
);
