import { useMutation } from '@apollo/client/react';
import { Card, Grid, Progress, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { UsageBreakdown } from '../../../components/charts/usage-breakdown.js';
import { UsagePanel } from '../../../components/charts/usage-panel.js';
import { Facts } from '../../../components/facts.js';
import { MetadataCard } from '../../../components/metadata-card.js';
import type { Metadata } from '../../../components/metadata-rows.js';
import { notifyDone } from '../../../components/notify.js';
import { planNames } from '../../../components/plans.js';
import { useTimeWindow } from '../../../components/time-window.js';
import { Count, Credits, Instant, Money } from '../../../components/values.js';
import { UpdateOrganizationDocument } from '../../../gql/organizations.js';
import type { UsageDimension } from '../../../gql/usage-breakdown.js';
import { basisPoints, compareDecimals } from '../../../lib/decimal.js';
import { credits as showCredits } from '../../../lib/format.js';
import { useSession } from '../../../lib/session.js';
import type { OrganizationData } from '../organization-data.js';
import { text } from '../text.js';

const PERCENT = 100;

const DIMENSIONS = [
  { value: 'TEAM', label: text.byTeam, to: (id: string) => `/teams/${id}` },
  { value: 'ALIAS', label: text.byAlias },
  { value: 'JOB_TYPE', label: text.byJobType },
  { value: 'KEY', label: text.byKey, to: (id: string) => `/keys/${id}` },
] as const satisfies readonly { value: UsageDimension; label: string; to?: (id: string) => string }[];
type Dimension = (typeof DIMENSIONS)[number];

/** What the cost is made of, by the dimension of choice, beside the models that cost most. */
function Breakdowns({ organizationId }: { organizationId: string }) {
  const { may } = useSession();
  const [window] = useTimeWindow('D7');
  const [dimension, setDimension] = useState<Dimension>(DIMENSIONS[0]);
  const filter = { organizationId };
  const chooser = (
    <Select
      size="xs"
      w={110}
      aria-label={text.breakdownBy}
      allowDeselect={false}
      data={DIMENSIONS.map(({ value, label }) => ({ value, label }))}
      value={dimension.value}
      onChange={(value) => setDimension(DIMENSIONS.find((each) => each.value === value) ?? DIMENSIONS[0])}
    />
  );
  const top = may('model.read')
    ? { title: text.topModels, by: 'MODEL' as const, to: (id: string) => `/models/${id}` }
    : { title: text.topAliases, by: 'ALIAS' as const };
  const to = 'to' in dimension ? { to: dimension.to } : {};
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <UsageBreakdown
        title={text.costBreakdown}
        by={dimension.value}
        {...{ window, filter, ...to }}
        controls={chooser}
      />
      <UsageBreakdown {...top} window={window} filter={filter} />
    </SimpleGrid>
  );
}

function CreditsLeft({ credits }: { credits: NonNullable<OrganizationData['credits']> }) {
  if (compareDecimals(credits.allocated, '0') <= 0) return <Text c="dimmed">{text.noCredits}</Text>;
  const left = basisPoints(credits.remaining, credits.allocated) / PERCENT;
  return (
    <div>
      <Text fz={26} fw={650} lh={1.2} component="div">
        <Credits amount={credits.remaining} />
      </Text>
      <Text size="sm" c="dimmed" mt={4} mb={8}>
        {text.creditsOf(showCredits(credits.allocated))}
      </Text>
      <Progress value={left} color={left < 20 ? 'orange' : undefined} aria-label={text.creditsLeft} />
    </div>
  );
}

function FactsCard({ organization }: { organization: OrganizationData }) {
  const { credits, totalSpent, plan, teamCount, activeKeyCount, createdAt, updatedAt } = organization;
  return (
    <Card withBorder padding="md">
      {credits && (
        <Stack gap="xs" mb="md">
          <Title order={2} size="h5">
            {text.creditsLeft}
          </Title>
          <CreditsLeft credits={credits} />
        </Stack>
      )}
      <Facts
        items={[
          [text.available, credits && <Credits amount={credits.available} />],
          [text.held, credits && <Credits amount={credits.held} />],
          [text.creditsUsed, credits && <Credits amount={credits.used} />],
          [text.spent, totalSpent === null ? null : <Money usd={totalSpent} />],
          [text.plan, planNames([plan])],
          [text.teams, <Count key="teams" value={teamCount} />],
          [text.activeKeys, <Count key="keys" value={activeKeyCount} />],
          [text.created, <Instant key="created" at={createdAt} shape="date" />],
          [text.changed, <Instant key="changed" at={updatedAt} shape="date" />],
        ]}
      />
    </Card>
  );
}

function OrganizationMetadata({ organization: { id, metadata } }: { organization: OrganizationData }) {
  const { may } = useSession();
  const [update] = useMutation(UpdateOrganizationDocument);
  const save = async (changed: Metadata): Promise<void> => {
    await update({ variables: { id, input: { metadata: changed } } });
    notifyDone(text.metadataSaved);
  };
  return <MetadataCard metadata={metadata as Metadata} onSave={may('organization.update') ? save : undefined} />;
}

/** What the organization costs and holds, and what is noted about it. */
export function OverviewTab({ organization }: { organization: OrganizationData }) {
  const { may } = useSession();
  const side = (
    <Stack gap="md">
      <FactsCard organization={organization} />
      <OrganizationMetadata organization={organization} />
    </Stack>
  );
  if (!may('usage.read')) return side;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 8.5 }}>
        <Stack gap="md">
          <UsagePanel title={text.usageTitle} filter={{ organizationId: organization.id }} />
          <Breakdowns organizationId={organization.id} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 3.5 }}>{side}</Grid.Col>
    </Grid>
  );
}
