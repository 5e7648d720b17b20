import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { UsageBreakdown } from '../../../components/charts/usage-breakdown.js';
import { UsagePanel } from '../../../components/charts/usage-panel.js';
import { useTimeWindow } from '../../../components/time-window.js';
import { useSession } from '../../../lib/session.js';
import { text } from '../text.js';

const DIMENSIONS = [
  { value: 'ALIAS', label: text.byAlias },
  { value: 'JOB_TYPE', label: text.byJobType },
  { value: 'KEY', label: text.byKey },
] as const;
type Dimension = (typeof DIMENSIONS)[number]['value'];

/** What the calls of the team came to, over time and divided. */
export function UsageTab({ teamId }: { teamId: string }) {
  const { may } = useSession();
  const [window] = useTimeWindow('D7');
  const [by, setBy] = useState<Dimension>('ALIAS');
  const filter = { teamId };
  const choice = (
    <SegmentedControl<Dimension>
      size="xs"
      aria-label={text.breakdownBy}
      value={by}
      onChange={setBy}
      data={DIMENSIONS.filter(({ value }) => value !== 'KEY' || may('key.read'))}
    />
  );
  return (
    <Stack gap="md">
      <UsagePanel title={text.usageTitle} filter={filter} />
      <UsageBreakdown
        title={text.breakdown}
        by={by}
        window={window}
        filter={filter}
        controls={choice}
        {...(by === 'KEY' && { to: (id: string) => `/keys/${id}` })}
      />
    </Stack>
  );
}
