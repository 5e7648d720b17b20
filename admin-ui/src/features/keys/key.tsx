import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Card, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconBan, IconRefresh } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { UsagePanel } from '../../components/charts/usage-panel.js';
import { Facts } from '../../components/facts.js';
import { type KeyDialogs, useKeyDialogs } from '../../components/keys/key-dialogs.js';
import { keyState } from '../../components/keys/key-status.js';
import { DetailPage } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { Instant } from '../../components/values.js';
import { KeyDocument, type KeyQuery } from '../../gql/key.js';
import { words } from '../../lib/format.js';
import { useSession } from '../../lib/session.js';
import { Lineage } from './lineage.js';
import { RulesCard } from './rules-card.js';
import { text } from './text.js';

type KeyDetail = KeyQuery['key'];

const ICON = 16;
const SKELETON = 420;

const link = (to: string, name: string) => (
  <Anchor component={Link} to={to} size="sm">
    {name}
  </Anchor>
);

function KeyFacts({ of }: { of: KeyDetail }) {
  const { may } = useSession();
  const { team, organization } = of;
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="sm">
        {text.facts}
      </Title>
      <Facts
        items={[
          [
            text.lastFour,
            <Text key="four" span inherit ff="monospace">
              {text.ending(of.lastFour)}
            </Text>,
          ],
          [text.kind, words(of.kind)],
          [text.team, team && link(`/teams/${team.id}`, team.name)],
          [text.organization, link(`/organizations/${organization.id}`, organization.name)],
          [text.created, <Instant key="created" at={of.createdAt} />],
          [of.isExpired ? text.expired : text.expires, <Instant key="expires" at={of.expiresAt} />],
          [text.revoked, of.revokedAt && <Instant key="revoked" at={of.revokedAt} />],
          [text.lastUsed, <Instant key="used" at={of.lastUsedAt} missing={text.notUsed} />],
          [text.lineage, of.lineage.length > 1 ? null : text.lineageNone],
          [text.jobs, may('job.read') ? link(`/jobs?keyId=${of.id}`, text.openJobs) : null],
        ]}
      />
    </Card>
  );
}

function Overview({ of }: { of: KeyDetail }) {
  const { may } = useSession();
  const isRotated = of.lineage.length > 1;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, md: isRotated ? 2 : 1 }} spacing="md">
        <KeyFacts of={of} />
        {isRotated && <Lineage id={of.id} lineage={of.lineage} />}
      </SimpleGrid>
      <RulesCard of={of} />
      {may('usage.read') && <UsagePanel title={text.usage} filter={{ keyId: of.id }} />}
    </Stack>
  );
}

function Actions({ of, dialogs }: { of: KeyDetail; dialogs: KeyDialogs }) {
  const { may } = useSession();
  const isActive = keyState(of) === 'ACTIVE';
  return (
    <>
      {may('key.rotate') && isActive && (
        <Button variant="default" leftSection={<IconRefresh size={ICON} />} onClick={() => dialogs.rotate(of)}>
          {text.rotate}
        </Button>
      )}
      {may('key.revoke') && of.status === 'ACTIVE' && (
        <Button variant="light" color="red" leftSection={<IconBan size={ICON} />} onClick={() => dialogs.revoke(of)}>
          {text.revoke}
        </Button>
      )}
    </>
  );
}

function KeyPage({ id }: { id: string }) {
  const { may } = useSession();
  const dialogs = useKeyDialogs();
  const { data, error, refetch } = useQuery(KeyDocument, { variables: { id } });
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={SKELETON} />;
  const of = data.key;
  const audit = { key: 'audit', label: text.audit, isShown: may('audit.read') };
  return (
    <>
      <DetailPage
        parent={{ label: text.title, to: '/keys' }}
        title={of.name}
        id={of.id}
        status={keyState(of)}
        actions={<Actions of={of} dialogs={dialogs} />}
        tabs={[
          { key: 'overview', label: text.overview, render: () => <Overview of={of} /> },
          { ...audit, render: () => <AuditTrail entityType="Key" entityId={of.id} /> },
        ]}
      />
      {dialogs.dialog}
    </>
  );
}

/** One key: whose it is, what it replaced, and what was called with it. */
export function Key() {
  const { id = '' } = useParams();
  return (
    <Can action="key.read" page>
      <KeyPage key={id} id={id} />
    </Can>
  );
}
