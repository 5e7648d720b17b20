import { Anchor, Button, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Can } from '../../components/can.js';
import { JobHolder } from '../../components/job-holder.js';
import { type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Page } from '../../components/page.js';
import { Count, Credits, Instant, Money, StatusBadge } from '../../components/values.js';
import { JobsDocument, type JobsQuery, type JobsQueryVariables } from '../../gql/jobs.js';
import { duration, words } from '../../lib/format.js';
import { useSession } from '../../lib/session.js';
import { timeRange } from '../../lib/time-range.js';
import { JobFilters } from './job-filters.js';
import { text } from './text.js';

type Row = JobsQuery['jobs']['items'][number];
type Variables = JobsQueryVariables;

const POLL_MS = 10_000;
const ID_SHOWN = 13;
const NAME_WIDTH = 180;
const STATUSES = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED'];
const FILTERS: readonly Filter[] = [
  { key: 'status', label: text.status, options: STATUSES.map((value) => ({ value, label: words(value) })) },
];

const tokens = (row: Row): string => String(BigInt(row.tokensIn) + BigInt(row.tokensOut));

const source: ListSource<Row, JobsQuery, Variables> = {
  document: JobsDocument,
  variables: ({ size, after, search, sort, filters }) => {
    const { status, organizationId, teamId, keyId, alias, jobType } = filters;
    const range = timeRange(filters);
    const filter = { status, organizationId, teamId, keyId, alias, jobType, ...range } as Variables['filter'];
    return { first: size, after, search: search || null, orderBy: sort as Variables['orderBy'], filter };
  },
  page: (data) => data.jobs,
};

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'id',
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
    key: 'team',
    title: text.team,
    sort: ['TEAM_ASC', 'TEAM_DESC'],
    render: ({ team, project, organization }) => (
      <>
        <JobHolder team={team} project={project} maxWidth={NAME_WIDTH} />
        <Text size="xs" c="dimmed" truncate maw={NAME_WIDTH}>
          {organization.name}
        </Text>
      </>
    ),
    value: ({ team }) => team?.id,
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
    key: 'margin',
    title: text.margin,
    align: 'right',
    render: ({ margin }) => margin && <Money usd={margin} />,
    value: ({ margin }) => margin,
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
  {
    key: 'type',
    title: text.type,
    isOptional: true,
    render: ({ jobType }) => jobType,
    value: ({ jobType }) => jobType,
  },
  {
    key: 'organization',
    title: text.organization,
    isOptional: true,
    render: ({ organization }) => organization.name,
    value: ({ organization }) => organization.id,
  },
  {
    key: 'user',
    title: text.user,
    isOptional: true,
    render: ({ userId }) => userId ?? text.none,
    value: ({ userId }) => userId,
  },
  {
    key: 'provider_cost',
    title: text.providerCost,
    align: 'right',
    isOptional: true,
    render: ({ providerCost }) => providerCost && <Money usd={providerCost} />,
    value: ({ providerCost }) => providerCost,
  },
];

/** Columns whose figures only some may see; the server gives them null otherwise. */
const OF_MARGIN: readonly string[] = ['margin', 'provider_cost'];

export function Jobs() {
  const { may } = useSession();
  const columns = may('margin.read') ? COLUMNS : COLUMNS.filter(({ key }) => !OF_MARGIN.includes(key));
  const toTeams = (
    <Button component={Link} to="/teams" variant="default">
      {text.toTeams}
    </Button>
  );
  return (
    <Can action="job.read" page>
      <Page title={text.jobs} about={text.jobsAbout}>
        <ListView
          noun={text.noun}
          source={source}
          columns={columns}
          defaultSort="CREATED_DESC"
          filters={FILTERS}
          searchLabel={text.search}
          extraFilters={<JobFilters />}
          empty={{ title: text.noJobs, message: text.noJobsMessage, action: toTeams }}
          pollMs={POLL_MS}
        />
      </Page>
    </Can>
  );
}
