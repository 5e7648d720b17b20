import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { JobHolder } from '../../../components/job-holder.js';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { Count, Credits, Instant, Money, StatusBadge } from '../../../components/values.js';
import {
  OrganizationJobsDocument,
  type OrganizationJobsQuery,
  type OrganizationJobsQueryVariables,
} from '../../../gql/organization.js';
import { duration, words } from '../../../lib/format.js';
import { text } from '../text.js';

type Row = OrganizationJobsQuery['jobs']['items'][number];
type Variables = OrganizationJobsQueryVariables;

const POLL_MS = 15_000;
const ID_SHOWN = 13;
const STATUSES = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED'];

const sourceOf = (organizationId: string): ListSource<Row, OrganizationJobsQuery, Variables> => ({
  document: OrganizationJobsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    organizationId,
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    status: (filters.status as Row['status'] | undefined) ?? null,
  }),
  page: (data) => data.jobs,
});

const FILTERS: readonly Filter[] = [
  { key: 'status', label: text.status, options: STATUSES.map((value) => ({ value, label: words(value) })) },
];

const tokens = ({ tokensIn, tokensOut }: Row): string => String(BigInt(tokensIn) + BigInt(tokensOut));

const FIGURES: readonly Column<Row>[] = [
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
    title: text.creditsUsed,
    align: 'right',
    isOptional: true,
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
];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'id',
    title: text.jobType,
    sort: ['TYPE_ASC', 'TYPE_DESC'],
    render: ({ id, jobType }) => (
      <>
        <Anchor component={Link} to={`/jobs/${id}`} size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
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
    key: 'team',
    title: text.team,
    sort: ['TEAM_ASC', 'TEAM_DESC'],
    render: ({ team, project }) => <JobHolder team={team} project={project} />,
    value: ({ team }) => team?.id,
  },
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
  ...FIGURES,
  {
    key: 'created',
    title: text.created,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="ago" />,
    value: ({ createdAt }) => createdAt,
  },
];

/** The jobs of one organization, as they come in. */
export const JobsTab = ({ organizationId }: { organizationId: string }) => (
  <ListView
    noun={text.jobsNoun}
    source={sourceOf(organizationId)}
    columns={COLUMNS}
    defaultSort="CREATED_DESC"
    filters={FILTERS}
    searchLabel={text.jobsSearch}
    pollMs={POLL_MS}
    empty={{ title: text.jobsEmpty, message: text.jobsEmptyMessage }}
  />
);
