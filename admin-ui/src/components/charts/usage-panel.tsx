import { useQuery } from '@apollo/client/react';
import { SimpleGrid, Stack } from '@mantine/core';
import { type UsageFilter, UsageOverTimeDocument, type UsageOverTimeQuery } from '../../gql/usage-over-time.js';
import { count, percent, TIME_ZONE } from '../../lib/format.js';
import { Change, StatTile } from '../stat-tile.js';
import { ErrorState } from '../states.js';
import { text } from '../text.js';
import { TimeWindow, useTimeWindow } from '../time-window.js';
import { Count, Money } from '../values.js';
import { UsageChart } from './usage-chart.js';
import { USAGE_WINDOW } from './usage-window.js';

type Figures = UsageOverTimeQuery['usage']['totals'];

/** Tokens both ways, exact. */
const tokens = (figures: Figures): string => (BigInt(figures.tokensIn) + BigInt(figures.tokensOut)).toString();

function Tiles({ usage }: { usage: UsageOverTimeQuery['usage'] | undefined }) {
  const { totals, previous } = usage ?? {};
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
      <StatTile
        label={text.cost}
        value={totals && <Money usd={totals.chargedCost} short />}
        detail={totals && previous && <Change now={totals.chargedCost} before={previous.chargedCost} />}
      />
      <StatTile
        label={text.calls}
        value={totals && <Count value={totals.calls} />}
        detail={totals && previous && <Change now={String(totals.calls)} before={String(previous.calls)} />}
      />
      <StatTile
        label={text.tokens}
        value={totals && <Count value={tokens(totals)} />}
        detail={totals && text.tokensInOut(count(totals.tokensIn), count(totals.tokensOut))}
      />
      <StatTile
        label={text.errors}
        value={totals && <Count value={totals.errors} />}
        detail={totals && totals.calls > 0 && text.ofCalls(percent(totals.errors / totals.calls))}
      />
    </SimpleGrid>
  );
}

/** What the calls that a filter chooses came to: tiles and a chart, over a window kept in the address bar. */
export function UsagePanel({ title, filter }: { title: string; filter: UsageFilter }) {
  const [window, setWindow] = useTimeWindow('D7');
  const variables = { filter, timeZone: TIME_ZONE, window: USAGE_WINDOW[window] };
  const { data, previousData, error, refetch } = useQuery(UsageOverTimeDocument, { variables });
  const usage = (data ?? previousData)?.usage;
  return (
    <Stack gap="md">
      <TimeWindow label={text.window} value={window} onChange={setWindow} />
      {error && !usage ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Tiles usage={usage} />
          <UsageChart title={title} report={usage} />
        </>
      )}
    </Stack>
  );
}
