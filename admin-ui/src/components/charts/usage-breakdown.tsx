import { useQuery } from '@apollo/client/react';
import { Anchor, Box, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import {
  UsageBreakdownDocument,
  type UsageBreakdownQuery,
  type UsageDimension,
  type UsageFilter,
} from '../../gql/usage-breakdown.js';
import { percent, TIME_ZONE } from '../../lib/format.js';
import { usePoll } from '../../lib/poll.js';
import { ErrorState } from '../states.js';
import { text } from '../text.js';
import type { Window } from '../time-window.js';
import { Count, Money } from '../values.js';
import { ChartCard } from './chart-card.js';
import { USAGE_WINDOW } from './usage-window.js';

type Breakdown = UsageBreakdownQuery['usageBreakdown'];
type Part = Breakdown['rows'][number];

interface UsageBreakdownProps {
  readonly title: string;
  readonly by: UsageDimension;
  readonly window: Window;
  readonly filter?: UsageFilter;
  /** Rows before the rest is added up; 6 when left out. */
  readonly first?: number;
  /** Where the name of a part leads. */
  readonly to?: (id: string) => string;
  readonly controls?: ReactNode;
  readonly pollMs?: number;
}

const ROWS = 6;
const NEVER_MS = 2_147_483_647;

const TABLE_HEAD = [text.name, text.calls, text.errors, text.tokensIn, text.tokensOut, text.cost, text.share];

const name = (part: Part): string => part.name ?? part.id ?? text.unknownPart;

const cells = (label: string, part: Omit<Part, 'id' | 'name'>): ReactNode[] => [
  label,
  <Count key="calls" value={part.calls} />,
  <Count key="errors" value={part.errors} />,
  <Count key="in" value={part.tokensIn} />,
  <Count key="out" value={part.tokensOut} />,
  <Money key="cost" usd={part.chargedCost} />,
  percent(part.share),
];

interface BarProps {
  readonly label: ReactNode;
  readonly part: Omit<Part, 'id' | 'name'>;
  /** The share of the longest bar. */
  readonly most: number;
}

function Bar({ label, part, most }: BarProps) {
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="md" mb={4}>
        <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
          {label}
        </Text>
        <Text size="sm" component="div" style={{ whiteSpace: 'nowrap' }}>
          <Money usd={part.chargedCost} short />{' '}
          <Text span size="xs" c="dimmed" miw={46} ta="right" display="inline-block">
            {percent(part.share)}
          </Text>
        </Text>
      </Group>
      <Box h={6} bg="var(--tk-track)" style={{ borderRadius: 3 }} aria-hidden>
        <Box
          h={6}
          w={`${most === 0 ? 0 : Math.max((part.share / most) * 100, 0.5)}%`}
          bg="var(--mantine-primary-color-filled)"
          style={{ borderRadius: 3 }}
        />
      </Box>
    </div>
  );
}

function Bars({ breakdown, to }: { breakdown: Breakdown; to: UsageBreakdownProps['to'] }) {
  const { rows, other } = breakdown;
  const most = Math.max(...rows.map((part) => part.share), other?.share ?? 0);
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed" py="lg" ta="center">
        {text.noCalls}
      </Text>
    );
  return (
    <Stack gap="sm">
      {rows.map((part) => (
        <Bar
          key={part.id ?? ''}
          part={part}
          most={most}
          label={
            part.id && to ? (
              <Anchor component={Link} to={to(part.id)} size="sm">
                {name(part)}
              </Anchor>
            ) : (
              name(part)
            )
          }
        />
      ))}
      {other && <Bar label={text.otherParts} part={other} most={most} />}
    </Stack>
  );
}

const Loading = () => (
  <Stack gap="sm" role="status" aria-busy aria-label={text.loading}>
    {Array.from({ length: 4 }, (_, at) => (
      <Skeleton key={at} h={28} />
    ))}
  </Stack>
);

/** What usage is made of: the dearest parts as bars, and the same figures as a table. */
export function UsageBreakdown(props: UsageBreakdownProps) {
  const { title, by, window, filter, first = ROWS, to, controls, pollMs } = props;
  const variables = { by, first, filter: filter ?? null, timeZone: TIME_ZONE, window: USAGE_WINDOW[window] };
  const { data, previousData, error, refetch } = useQuery(UsageBreakdownDocument, { variables });
  usePoll(refetch, pollMs ?? NEVER_MS);
  const breakdown = (data ?? previousData)?.usageBreakdown;
  if (error && !breakdown) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const rows = (breakdown?.rows ?? []).map((part) => cells(name(part), part));
  if (breakdown?.other) rows.push(cells(text.otherParts, breakdown.other));
  return (
    <ChartCard
      title={title}
      controls={controls}
      chart={breakdown ? <Bars breakdown={breakdown} to={to} /> : <Loading />}
      table={{ head: TABLE_HEAD, rows }}
    />
  );
}
