import { Group, Stack, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from '@tabler/icons-react';
import { Fragment } from 'react';
import { text as shared } from '../../../components/catalog/text.js';
import { Money } from '../../../components/values.js';
import { count, percent as showPercent } from '../../../lib/format.js';
import { classOf, type PreviewRow } from './rows.js';
import { text } from './text.js';

type Change = PreviewRow['changes'][number];

const ICON = 14;
const HUNDRED = 100;

const Amount = ({ usd }: { usd: string | null }) =>
  usd === null ? (
    <Text span inherit c="dimmed">
      {text.noPrice}
    </Text>
  ) : (
    <Money usd={usd} />
  );

/** The arrow and the colour only repeat what the sign says. */
function Percent({ value }: { value: number }) {
  const isUp = value > 0;
  const Arrow = isUp ? IconArrowUpRight : IconArrowDownRight;
  return (
    <Text span size="xs" fw={500} style={{ whiteSpace: 'nowrap' }}>
      <Arrow
        size={ICON}
        aria-hidden
        color={isUp ? 'var(--tk-bad)' : 'var(--tk-good)'}
        style={{ verticalAlign: 'text-bottom' }}
      />{' '}
      {isUp ? '+' : ''}
      {showPercent(value / HUNDRED)}
    </Text>
  );
}

function Line({ change, isNew }: { change: Change; isNew: boolean }) {
  const known = classOf(change.usageClass);
  return (
    <Group gap={6} wrap="nowrap">
      <Text span size="xs" c="dimmed" w={145} style={{ flexShrink: 0 }}>
        {known ? shared.classes[known] : change.usageClass}
      </Text>
      {!isNew && (
        <>
          <Amount usd={change.before} />
          <IconArrowRight size={ICON} aria-label={text.to} style={{ flexShrink: 0 }} />
        </>
      )}
      <Amount usd={change.after} />
      {change.percent !== null && <Percent value={change.percent} />}
    </Group>
  );
}

/** Without a tier first, then tier by tier, as the server orders them. */
const byTier = (changes: readonly Change[]): [above: number | null, changes: readonly Change[]][] =>
  [...new Set(changes.map(({ abovePromptTokens }) => abovePromptTokens))].map((above) => [
    above,
    changes.filter(({ abovePromptTokens }) => abovePromptTokens === above),
  ]);

/** What a row of the preview says of prices: class by class, or why there is nothing to take. */
export function ChangeLines({ row }: { row: PreviewRow }) {
  if (row.difference === 'INVALID')
    return (
      <Stack gap={2}>
        {row.problems.map(({ field, message }) => (
          <Text key={field} size="xs" c="var(--tk-bad)" style={{ overflowWrap: 'anywhere' }}>
            {field}: {message}
          </Text>
        ))}
      </Stack>
    );
  if (row.changes.length === 0)
    return (
      <Text size="xs" c="dimmed">
        {row.difference === 'MISSING' ? text.leftAlone : text.same}
      </Text>
    );
  return (
    <Stack gap={2}>
      {byTier(row.changes).map(([above, changes]) => (
        <Fragment key={above}>
          {above !== null && (
            <Text size="xs" fw={500} mt={4}>
              {shared.tierAbove(count(above))}
            </Text>
          )}
          {changes.map((change) => (
            <Line key={change.usageClass} change={change} isNew={row.difference === 'NEW'} />
          ))}
        </Fragment>
      ))}
    </Stack>
  );
}
