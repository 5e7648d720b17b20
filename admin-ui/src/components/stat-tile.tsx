import { Card, Group, Skeleton, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { basisPoints, compareDecimals } from '../lib/decimal.js';
import { percent } from '../lib/format.js';
import { text } from './text.js';

interface StatTileProps {
  readonly label: string;
  /** Undefined while it is loading. */
  readonly value: ReactNode;
  readonly detail?: ReactNode;
  /** Where the tile leads. */
  readonly to?: string;
}

const VALUE = {
  fontSize: 'clamp(1.3rem, 2.2vw, 1.625rem)',
  fontVariantNumeric: 'tabular-nums',
  lineHeight: 1.2,
} as const;

/** One figure, large, with its name and a line of detail. */
export function StatTile({ label, value, detail, to }: StatTileProps) {
  const body = (
    <>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {value === undefined ? (
        <Skeleton h={30} mt={6} w="60%" />
      ) : (
        <Text fw={650} mt={2} style={VALUE} component="div">
          {value}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={4} mih={18} component="div">
        {detail}
      </Text>
    </>
  );
  if (!to)
    return (
      <Card withBorder padding="md">
        {body}
      </Card>
    );
  return (
    <Card withBorder padding="md" component={Link} to={to} className="tile-link">
      {body}
    </Card>
  );
}

const WHOLE = 10_000;

/** How an amount changed against the time before it; nothing when there was nothing before. */
export function Change({ now, before, isGrowthGood }: { now: string; before: string; isGrowthGood?: boolean }) {
  const direction = compareDecimals(now, before);
  if (compareDecimals(before, '0') <= 0 || direction === 0) return null;
  const grew = direction > 0;
  const part = grew ? relativeGrowth(now, before) : 1 - basisPoints(now, before) / WHOLE;
  const color = isGrowthGood === undefined ? undefined : grew === isGrowthGood ? 'var(--tk-good)' : 'var(--tk-bad)';
  const Icon = grew ? IconArrowUpRight : IconArrowDownRight;
  return (
    <Group gap={2} wrap="nowrap" c={color}>
      <Icon size={14} aria-hidden />
      <span>{text.change(grew ? '+' : '−', percent(part))}</span>
    </Group>
  );
}

/** For a figure beside an arrow, so the precision of a number is enough. */
const relativeGrowth = (now: string, before: string): number => Number(now) / Number(before) - 1;
