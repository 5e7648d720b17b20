import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Skeleton, Stack } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { DetailPage, type DetailTab } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { OrganizationDocument } from '../../gql/organization.js';
import { ResumeOrganizationDocument } from '../../gql/organizations.js';
import { type Session, useSession } from '../../lib/session.js';
import { JobsTab } from './tabs/jobs-tab.js';
import { KeysTab } from './tabs/keys-tab.js';
import { MembersTab } from './tabs/members-tab.js';
import { OverviewTab } from './tabs/overview-tab.js';
import { SettingsTab } from './tabs/settings-tab.js';
import { TeamsTab } from './tabs/teams-tab.js';
import type { OrganizationData } from './organization-data.js';
import { text } from './text.js';

const PARENT = { label: text.title, to: '/organizations' };
const SETTINGS = ['organization.update', 'organization.suspend', 'organization.delete'];

const tabsOf = (organization: OrganizationData, { may }: Session): DetailTab[] => {
  const { id } = organization;
  return [
    { key: 'overview', label: text.overview, render: () => <OverviewTab organization={organization} /> },
    { key: 'teams', label: text.teams, isShown: may('team.read'), render: () => <TeamsTab organizationId={id} /> },
    {
      key: 'members',
      label: text.members,
      isShown: may('member.read'),
      render: () => <MembersTab organizationId={id} />,
    },
    { key: 'keys', label: text.keys, isShown: may('key.read'), render: () => <KeysTab organizationId={id} /> },
    { key: 'jobs', label: text.jobs, isShown: may('job.read'), render: () => <JobsTab organizationId={id} /> },
    { key: 'audit', label: text.audit, isShown: may('audit.read'), render: () => <AuditTrail organizationId={id} /> },
    {
      key: 'settings',
      label: text.settings,
      isShown: SETTINGS.some(may),
      render: () => <SettingsTab organization={organization} />,
    },
  ];
};

function Resume({ organization: { id, name } }: { organization: OrganizationData }) {
  const [resume, { loading }] = useMutation(ResumeOrganizationDocument, { variables: { id } });
  const run = (): void => void resume().then(() => notifyDone(text.wasResumed(name)), notifyFailed);
  return (
    <Can action="organization.resume">
      <Button variant="default" leftSection={<IconPlayerPlay size={16} />} loading={loading} onClick={run}>
        {text.resume}
      </Button>
    </Can>
  );
}

function Detail({ id }: { id: string }) {
  const session = useSession();
  const { data, error, refetch } = useQuery(OrganizationDocument, { variables: { id } });
  if (!data)
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : (
      <Stack>
        <Skeleton h={22} w={220} />
        <Skeleton h={34} w={320} />
        <Skeleton h={360} />
      </Stack>
    );
  const { organization } = data;
  const isSuspended = organization.status === 'SUSPENDED';
  return (
    <DetailPage
      parent={PARENT}
      title={organization.name}
      id={organization.id}
      status={organization.status}
      about={isSuspended ? text.suspendedAbout : undefined}
      actions={isSuspended && <Resume organization={organization} />}
      tabs={tabsOf(organization, session)}
    />
  );
}

/** Everything about one organization. */
export function Organization() {
  const { id = '' } = useParams();
  return (
    <Can action="organization.read" page>
      <Detail key={id} id={id} />
    </Can>
  );
}
