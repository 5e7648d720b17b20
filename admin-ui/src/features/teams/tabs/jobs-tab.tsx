import { Anchor, Button, Text } from '@mantine/core';
import { IconArrowUpRight } from '@tabler/icons-react';
import { Link } from 'react-router';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { TimeRangeFilter } from '../../../components/time-range.js';
import { Count, Credits, Instant, Money, StatusBadge } from '../../../components/values.js';
import {
  type JobStatus,
  TeamJobsDocument,
  type TeamJobsQuery,
  type TeamJobsQueryVariables,
} from '../../../gql/team.js';
import { duration, words } from '../../../lib/format.js';
import { useListState } from '../../../lib/list-state.js';
import { timeRange } from '../../../lib/time-range.js';
import { text } from '../text.js';

type Row = TeamJobsQuery['jobs']['items'][number];
type Variables = TeamJobsQueryVariables;

const ID_SHOWN = 13;
const POLL_MS = 10_000;
const NEWEST = 'CREATED_DESC';
const STATUSES: readonly JobStatus[] = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED'];
const FILTERS: readonly Filter[] = [
  { key: 'status', label: text.status, options: STATUSES.map((value) => ({ value, label: words(value) })) },
];

const tokens = (row: Row): string => String(BigInt(row.tokensIn) + BigInt(row.tokensOut));

const sourceOf = (teamId: string): ListSource<Row, TeamJobsQuery, Variables> => ({
  document: TeamJobsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: { teamId, status: (filters.status as JobStatus | undefined) ?? null, ...timeRange(filters) },
  }),
  page: (data) => data.jobs,
});

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'type',
    title: text.job,
    sort: ['TYPE_ASC', 'TYPE_DESC'],
    render: ({ id, jobType }) => (
      <>
        <Anchor component={Link} to={`/jobs/${id}`} size="sm" fw={500}>
          {jobType}
        </Anchor>
        <Text size="xs" c="dimmed" ff="monospace">
          {id.slice(0, ID_SHOWN)}
        </Text>
      </>
    ),
    value: ({ id }) => id,
  },
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
  {
    key: 'calls',
    title: text.calls,
    align: 'right',
    sort: ['CALLS_ASC', 'CALLS_DESC'],
    render: ({ callCount }) => <Count value={callCount} />,
    value: ({ callCount }) => callCount,
  },
  {
    key: 'tokens',
    title: text.tokens,
    align: 'right',
    sort: ['TOKENS_ASC', 'TOKENS_DESC'],
    render: (row) => <Count value={tokens(row)} />,
    value: tokens,
  },
  {
    key: 'cost',
    title: text.cost,
    align: 'right',
    sort: ['COST_ASC', 'COST_DESC'],
    render: ({ costCharged }) => <Money usd={costCharged} />,
    value: ({ costCharged }) => costCharged,
  },
  {
    key: 'credits',
    title: text.credits,
    align: 'right',
    sort: ['CREDITS_ASC', 'CREDITS_DESC'],
    render: ({ creditsCharged }) => <Credits amount={creditsCharged} />,
    value: ({ creditsCharged }) => creditsCharged,
  },
  {
    key: 'duration',
    title: text.duration,
    align: 'right',
    sort: ['DURATION_ASC', 'DURATION_DESC'],
    render: ({ durationMs }) =>
      durationMs === null ? (
        <Text span inherit c="dimmed">
          {text.running}
        </Text>
      ) : (
        duration(durationMs)
      ),
    value: ({ durationMs }) => durationMs,
  },
  {
    key: 'created',
    title: text.created,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="ago" />,
    value: ({ createdAt }) => createdAt,
  },
];

/** The jobs on the account of the team. */
export function JobsTab({ teamId }: { teamId: string }) {
  const control = useListState(NEWEST);
  const toJobs = (
    <Button
      component={Link}
      to={`/jobs?teamId=${encodeURIComponent(teamId)}`}
      variant="default"
      rightSection={<IconArrowUpRight size={16} />}
    >
      {text.allJobs}
    </Button>
  );
  return (
    <ListView
      noun={text.jobsNoun}
      source={sourceOf(teamId)}
      columns={COLUMNS}
      defaultSort={NEWEST}
      filters={FILTERS}
      searchLabel={text.jobsSearch}
      extraFilters={<TimeRangeFilter control={control} />}
      actions={toJobs}
      empty={{ title: text.jobsEmpty, message: text.jobsEmptyMessage }}
      pollMs={POLL_MS}
    />
  );
}
