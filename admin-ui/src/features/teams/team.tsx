import { useMutation, useQuery } from '@apollo/client/react';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { DetailPage, type DetailTab } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { TeamDocument } from '../../gql/team.js';
import { ResumeTeamDocument } from '../../gql/teams.js';
import { useSession } from '../../lib/session.js';
import { AccessTab } from './tabs/access-tab.js';
import { JobsTab } from './tabs/jobs-tab.js';
import { KeysTab } from './tabs/keys-tab.js';
import { OverviewTab } from './tabs/overview-tab.js';
import { SettingsTab } from './tabs/settings-tab.js';
import { UsageTab } from './tabs/usage-tab.js';
import { statusInWords } from './team-status.js';
import type { TeamData } from './team-data.js';
import { text } from './text.js';

const ICON = 16;
const SKELETON = 420;

/** Where the team belongs, and why it does not work, if it does not. */
function About({ team }: { team: TeamData }) {
  const { organization } = team;
  const state = statusInWords(team);
  return (
    <>
      <Anchor component={Link} to={`/organizations/${organization.id}`} size="sm">
        {organization.name}
      </Anchor>
      {state && <div>{state}</div>}
      {organization.status === 'SUSPENDED' && <div>{text.organizationSuspended(organization.name)}</div>}
    </>
  );
}

function Resume({ team: { id, name } }: { team: TeamData }) {
  const [resume, { loading }] = useMutation(ResumeTeamDocument, { variables: { id } });
  return (
    <Button
      leftSection={<IconPlayerPlay size={ICON} />}
      loading={loading}
      onClick={() => void resume().then(() => notifyDone(text.wasResumed(name)), notifyFailed)}
    >
      {text.resume}
    </Button>
  );
}

function TeamPage({ id }: { id: string }) {
  const { may } = useSession();
  const variables = { id, canCredits: may('credit.read') };
  const { data, error, refetch } = useQuery(TeamDocument, { variables });
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={SKELETON} />;
  const { team } = data;
  const maySet = ['team.update', 'team.suspend', 'team.pause', 'team.resume', 'team.delete'].some(may);
  const tabs: readonly DetailTab[] = [
    { key: 'overview', label: text.overview, render: () => <OverviewTab team={team} /> },
    { key: 'keys', label: text.keys, isShown: may('key.read'), render: () => <KeysTab team={team} /> },
    { key: 'access', label: text.accessTab, render: () => <AccessTab team={team} /> },
    { key: 'usage', label: text.usage, isShown: may('usage.read'), render: () => <UsageTab teamId={id} /> },
    { key: 'jobs', label: text.jobs, isShown: may('job.read'), render: () => <JobsTab teamId={id} /> },
    {
      key: 'audit',
      label: text.audit,
      isShown: may('audit.read'),
      render: () => <AuditTrail entityType="Team" entityId={id} />,
    },
    { key: 'settings', label: text.settings, isShown: maySet, render: () => <SettingsTab team={team} /> },
  ];
  return (
    <DetailPage
      parent={{ label: text.title, to: '/teams' }}
      title={team.name}
      id={team.id}
      status={team.status}
      about={<About team={team} />}
      actions={may('team.resume') && team.status !== 'ACTIVE' && <Resume team={team} />}
      tabs={tabs}
    />
  );
}

/** One team: its credits, keys, access, usage and jobs. */
export function Team() {
  const { id = '' } = useParams();
  return (
    <Can action="team.read" page>
      <TeamPage key={id} id={id} />
    </Can>
  );
}
