import { useQuery } from '@apollo/client/react';
import { Badge, Grid, Group, SimpleGrid, Stack, Title, Tooltip } from '@mantine/core';
import { Navigate } from 'react-router';
import { UsageBreakdown } from '../../components/charts/usage-breakdown.js';
import { UsageChart } from '../../components/charts/usage-chart.js';
import { USAGE_WINDOW } from '../../components/charts/usage-window.js';
import { Page } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { TimeWindow, useTimeWindow, type Window } from '../../components/time-window.js';
import { DashboardDocument } from '../../gql/dashboard.js';
import { UsageOverTimeDocument } from '../../gql/usage-over-time.js';
import { TIME_ZONE } from '../../lib/format.js';
import { usePoll } from '../../lib/poll.js';
import { useSession } from '../../lib/session.js';
import { Attention } from './attention.js';
import { FirstSteps } from './first-steps.js';
import { text } from './text.js';
import { Inventory, Tiles } from './tiles.js';

const POLL_MS = 15_000;

const Liveness = ({ isStale }: { isStale: boolean }) => (
  <Tooltip label={isStale ? text.staleHelp : text.liveHelp}>
    <Badge variant="dot" color={isStale ? 'orange' : 'teal'} tt="none" fw={500} mt={9} tabIndex={0}>
      {isStale ? text.stale : text.live}
    </Badge>
  </Tooltip>
);

function OverTime({ window }: { window: Window }) {
  const variables = { timeZone: TIME_ZONE, window: USAGE_WINDOW[window] };
  const { data, previousData, error, refetch } = useQuery(UsageOverTimeDocument, { variables });
  usePoll(refetch, POLL_MS);
  const report = (data ?? previousData)?.usage;
  if (error && !report) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <UsageChart title={text.overTime} report={report} />;
}

/** Who and what costs most; one organization is divided by its teams. */
function Top({ window }: { window: Window }) {
  const { viewer, may } = useSession();
  const first =
    viewer.organizationId === null
      ? { title: text.topOrganizations, by: 'ORGANIZATION' as const, to: (id: string) => `/organizations/${id}` }
      : { title: text.topTeams, by: 'TEAM' as const, to: (id: string) => `/teams/${id}` };
  const second = may('model.read')
    ? { title: text.topModels, by: 'MODEL' as const, to: (id: string) => `/models/${id}` }
    : { title: text.topAliases, by: 'ALIAS' as const };
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <UsageBreakdown {...first} window={window} pollMs={POLL_MS} />
      <UsageBreakdown {...second} window={window} pollMs={POLL_MS} />
    </SimpleGrid>
  );
}

function Content() {
  const [window, setWindow] = useTimeWindow('D7');
  const { data, error, refetch } = useQuery(DashboardDocument, { variables: { timeZone: TIME_ZONE } });
  usePoll(refetch, POLL_MS);
  const figures = data?.dashboard;
  if (error && !figures)
    return (
      <Page title={text.title}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return (
    <Page title={text.title} actions={<Liveness isStale={error !== undefined} />}>
      {figures && <FirstSteps figures={figures} />}
      <Tiles figures={figures} />
      <Inventory figures={figures} />
      <Stack gap="md" mt="xs">
        <Group justify="space-between" gap="sm">
          <Title order={2} size="h4">
            {text.usage}
          </Title>
          <TimeWindow label={text.window} value={window} onChange={setWindow} />
        </Group>
        <Grid gap="md" align="stretch">
          <Grid.Col span={{ base: 12, lg: 8 }}>
            <OverTime window={window} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 4 }}>
            <Attention findings={figures?.attention} />
          </Grid.Col>
        </Grid>
        <Top window={window} />
      </Stack>
    </Page>
  );
}

/** The state of things at a glance. Whoever may not see it begins at their organization. */
export function Dashboard() {
  return useSession().may('usage.read') ? <Content /> : <Navigate to="/organizations" replace />;
}
