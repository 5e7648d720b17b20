import { Group, Progress, Text } from '@mantine/core';
import { basisPoints, compareDecimals } from '../lib/decimal.js';
import { credits } from '../lib/format.js';
import { text } from './text.js';

interface CreditsBarProps {
  readonly allocated: string;
  readonly used: string;
  readonly remaining: string;
}

const WHOLE = 10_000;
/** In hundredths of a per cent of what was allocated. */
const LOW = 2_000;
const VERY_LOW = 500;

function colorOf(leftPoints: number): string {
  if (leftPoints <= VERY_LOW) return 'red.7';
  return leftPoints <= LOW ? 'yellow.6' : 'teal.6';
}

/** How much of the allocated credits is left: the figures as text, and a bar that repeats them. */
export function CreditsBar({ allocated, used, remaining }: CreditsBarProps) {
  if (compareDecimals(allocated, '0') <= 0)
    return (
      <Text span inherit c="dimmed">
        {text.noCredits}
      </Text>
    );
  const left = basisPoints(remaining, allocated);
  const said = text.creditsUsed(credits(used), credits(allocated));
  return (
    <div style={{ minWidth: 150 }} title={said}>
      <Group justify="space-between" gap="sm" wrap="nowrap" mb={4} style={{ fontVariantNumeric: 'tabular-nums' }}>
        <Text size="sm" style={{ whiteSpace: 'nowrap' }} c={left <= VERY_LOW ? 'var(--tk-bad)' : undefined}>
          {text.creditsLeft(credits(remaining))}
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {text.ofCredits(credits(allocated))}
        </Text>
      </Group>
      <Progress size={6} value={(left / WHOLE) * 100} color={colorOf(left)} aria-label={said} />
    </div>
  );
}
