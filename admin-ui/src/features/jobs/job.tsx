import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Card, Code, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { Can } from '../../components/can.js';
import { Facts } from '../../components/facts.js';
import { DetailPage } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { Instant } from '../../components/values.js';
import { JobDocument, type JobQuery } from '../../gql/job.js';
import { count, credits } from '../../lib/format.js';
import { usePoll } from '../../lib/poll.js';
import { useSession } from '../../lib/session.js';
import { CallsTimeline } from './calls/calls-timeline.js';
import { JobFigures } from './job-figures.js';
import { JobLedger } from './job-ledger.js';
import { text } from './text.js';

type JobDetail = JobQuery['job'];

const POLL_MS = 5_000;
const SKELETON = 420;

const Block = ({ title, children }: { title: string; children: ReactNode }) => (
  <Card withBorder padding="md">
    <Title order={2} size="h5" mb="sm">
      {title}
    </Title>
    {children}
  </Card>
);

function rateOf({ budgetMode, creditsPerDollar, tokensPerCredit }: JobDetail): string | null {
  if (budgetMode === 'consumption_usd') return text.creditsPerDollar(credits(creditsPerDollar));
  return budgetMode === 'consumption_tokens' ? text.tokensPerCredit(count(tokensPerCredit)) : null;
}

function JobFacts({ job }: { job: JobDetail }) {
  const { team, project, organization, key, userId } = job;
  const link = (to: string, name: string) => (
    <Anchor component={Link} to={to} size="sm">
      {name}
    </Anchor>
  );
  return (
    <Facts
      items={[
        [text.team, team && link(`/teams/${team.id}`, team.name)],
        [text.project, project?.name],
        [text.organization, link(`/organizations/${organization.id}`, organization.name)],
        [text.key, key && link(`/keys/${key.id}`, `${key.name} …${key.lastFour}`)],
        [text.user, userId && <span title={text.userAsserted}>{userId}</span>],
        [text.created, <Instant key="created" at={job.createdAt} shape="second" />],
        [text.completed, job.completedAt && <Instant key="completed" at={job.completedAt} shape="second" />],
        [text.closesAt, !job.completedAt && <Instant key="expires" at={job.expiresAt} />],
        [text.implicit, job.implicit ? text.byCall : text.byClient],
        [text.budgetMode, text.modes[job.budgetMode] ?? job.budgetMode],
        [text.rate, rateOf(job)],
      ]}
    />
  );
}

function Metadata({ metadata }: { metadata: unknown }) {
  const isEmpty = Object.keys(metadata ?? {}).length === 0;
  if (isEmpty)
    return (
      <Text size="sm" c="dimmed">
        {text.noMetadata}
      </Text>
    );
  return (
    <Code block mah={320} style={{ overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} tabIndex={0}>
      {JSON.stringify(metadata, null, 2)}
    </Code>
  );
}

function Overview({ job }: { job: JobDetail }) {
  const { may } = useSession();
  return (
    <Stack gap="md">
      {job.errorMessage && (
        <Alert color="red" title={text.failure}>
          {job.errorMessage}
        </Alert>
      )}
      <JobFigures job={job} />
      <CallsTimeline job={job} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Block title={text.details}>
          <JobFacts job={job} />
        </Block>
        <Stack gap="md">
          {may('credit.read') && job.team && (
            <Block title={text.ledger}>
              <JobLedger key={job.status} teamId={job.team.id} jobId={job.id} />
            </Block>
          )}
          <Block title={text.metadata}>
            <Metadata metadata={job.metadata} />
          </Block>
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

function JobPage({ id }: { id: string }) {
  const { may } = useSession();
  const { data, error, refetch } = useQuery(JobDocument, { variables: { id, canKeys: may('key.read') } });
  usePoll(() => (data?.job.completedAt ? null : refetch()), POLL_MS);
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={SKELETON} />;
  const { job } = data;
  return (
    <DetailPage
      parent={{ label: text.jobs, to: '/jobs' }}
      title={job.jobType}
      id={job.id}
      status={job.status}
      tabs={[{ key: 'overview', label: text.details, render: () => <Overview job={job} /> }]}
    />
  );
}

/** One job: what it cost, its calls on a time axis, and what it did to the ledger. */
export function Job() {
  const { id = '' } = useParams();
  return (
    <Can action="job.read" page>
      <JobPage key={id} id={id} />
    </Can>
  );
}
