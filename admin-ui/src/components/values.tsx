import { ActionIcon, Badge, Code, CopyButton, Group, type MantineColor, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { compareDecimals } from '../lib/decimal.js';
import * as format from '../lib/format.js';
import { text } from './text.js';

const FIGURES = { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' } as const;

/** US dollars; the exact amount on hover when fewer digits are shown. */
export function Money({ usd, short = false }: { usd: string; short?: boolean }) {
  const shown = short ? format.moneyShort(usd) : format.money(usd);
  const exact = `$${usd}`;
  const isBelow = compareDecimals(usd, '0') < 0;
  return (
    <Text
      span
      inherit
      style={FIGURES}
      c={isBelow ? 'var(--tk-bad)' : undefined}
      title={shown.replaceAll(',', '') === exact ? undefined : exact}
    >
      {shown}
    </Text>
  );
}

/** An amount of credits. */
export const Credits = ({ amount }: { amount: string }) => (
  <Text span inherit style={FIGURES} c={compareDecimals(amount, '0') < 0 ? 'var(--tk-bad)' : undefined}>
    {format.credits(amount)}
  </Text>
);

export const Count = ({ value }: { value: number | string }) => (
  <Text span inherit style={FIGURES}>
    {format.count(value)}
  </Text>
);

const SHAPES = { date: format.date, minute: format.dateTime, second: format.dateTimeExact, ago: format.ago } as const;

/** An instant in the viewer's zone, with UTC on hover. */
export function Instant({
  at,
  shape = 'minute',
  missing = text.never,
}: {
  at: string | null;
  shape?: keyof typeof SHAPES;
  missing?: string;
}) {
  if (!at)
    return (
      <Text span inherit c="dimmed">
        {missing}
      </Text>
    );
  const hover = shape === 'ago' ? `${format.dateTimeExact(at)} · ${format.dateTimeUtc(at)}` : format.dateTimeUtc(at);
  return (
    <time dateTime={at} title={hover} style={{ whiteSpace: 'nowrap' }}>
      {SHAPES[shape](at)}
    </time>
  );
}

const COLORS: Readonly<Record<string, MantineColor>> = {
  ACTIVE: 'teal',
  ENABLED: 'teal',
  SUCCESS: 'teal',
  COMPLETED: 'teal',
  SETTLED: 'teal',
  HEALTHY: 'teal',
  OK: 'teal',
  ACCEPTED: 'teal',
  IN_PROGRESS: 'blue',
  RESERVED: 'blue',
  PENDING: 'gray',
  UNUSED: 'gray',
  INACTIVE: 'gray',
  DISABLED: 'gray',
  DELETED: 'gray',
  CANCELLED: 'gray',
  VOIDED: 'gray',
  PAUSED: 'yellow',
  DEGRADED: 'yellow',
  EXPIRED: 'yellow',
  UNANCHORED: 'yellow',
  RECOVERED: 'yellow',
  ABORTED: 'yellow',
  DENIED: 'orange',
  SUSPENDED: 'red',
  REVOKED: 'red',
  FAILED: 'red',
  FAILING: 'red',
  ERROR: 'red',
  TAMPERED: 'red',
};

/** A status as a dot and its name; the colour only repeats what the word says. */
export const StatusBadge = ({ status }: { status: string }) => (
  <Badge
    variant="dot"
    color={COLORS[status.toUpperCase()] ?? 'gray'}
    tt="none"
    fw={500}
    style={{ flexShrink: 0, verticalAlign: 'middle' }}
    miw="max-content"
  >
    {format.words(status)}
  </Badge>
);

/** An id with a button that copies it. */
export const CopyableId = ({ id, size = 'xs' }: { id: string; size?: 'xs' | 'sm' }) => (
  <Group gap={4} wrap="nowrap" display="inline-flex">
    <Code fz={size} style={{ overflowWrap: 'anywhere' }}>
      {id}
    </Code>
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? text.copied : text.copy}>
          <ActionIcon
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            size="sm"
            aria-label={text.copyId(id)}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  </Group>
);
