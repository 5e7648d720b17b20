import { useQuery } from '@apollo/client/react';
import { Card, Grid, Skeleton, Stack, Title } from '@mantine/core';
import { useParams } from 'react-router';
import { AuditTrail } from '../../components/audit-trail.js';
import { Can } from '../../components/can.js';
import { Facts } from '../../components/facts.js';
import { DetailPage } from '../../components/page.js';
import { ErrorState } from '../../components/states.js';
import { Instant } from '../../components/values.js';
import { UserDocument, type UserQuery } from '../../gql/user.js';
import { useSession } from '../../lib/session.js';
import { Memberships } from './person/memberships.js';
import { PersonActions } from './person/person-actions.js';
import { Sessions } from './person/sessions.js';
import { text } from './text.js';

type Person = UserQuery['user'];

const SKELETON = 320;

const PersonFacts = ({ person }: { person: Person }) => (
  <Card withBorder padding="md">
    <Title order={2} size="h5" mb="sm">
      {text.person}
    </Title>
    <Facts
      items={[
        [text.email, person.email],
        [text.role, person.platformRole ? text.roles[person.platformRole] : text.noRole],
        [text.roleGivenHere, person.manualRole && text.roles[person.manualRole]],
        [text.roleOfDirectory, person.directoryRole && text.roles[person.directoryRole]],
        [text.linked, person.isLinked ? text.linkedYes : text.linkedNo],
        [text.lastSignIn, <Instant key="last" at={person.lastSignInAt} />],
        [text.created, <Instant key="created" at={person.createdAt} />],
        [text.changed, <Instant key="changed" at={person.updatedAt} />],
      ]}
    />
  </Card>
);

/** What the person did, and what was done to the person. */
const PersonAudit = ({ id }: { id: string }) => (
  <Stack gap="md">
    <Title order={2} size="h5">
      {text.auditBy}
    </Title>
    <AuditTrail label={text.auditBy} actorId={id} />
    <Title order={2} size="h5" mt="md">
      {text.auditAbout}
    </Title>
    <AuditTrail label={text.auditAbout} entityType="User" entityId={id} />
  </Stack>
);

function UserPage({ id }: { id: string }) {
  const { may, viewer } = useSession();
  const { data, error, refetch } = useQuery(UserDocument, { variables: { id } });
  if (!data) return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Skeleton h={SKELETON} />;
  const person = data.user;
  const overview = () => (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 5 }}>
        <PersonFacts person={person} />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Memberships person={person} />
      </Grid.Col>
    </Grid>
  );
  return (
    <DetailPage
      parent={{ label: text.title, to: '/users' }}
      title={person.name}
      id={person.id}
      status={person.status}
      about={viewer.userId === person.id ? text.you : person.email}
      actions={<PersonActions person={person} />}
      tabs={[
        { key: 'overview', label: text.overview, render: overview },
        {
          key: 'sessions',
          label: text.sessions,
          isShown: may('session.read'),
          render: () => <Sessions userId={person.id} name={person.name} />,
        },
        {
          key: 'audit',
          label: text.audit,
          isShown: may('audit.read'),
          render: () => <PersonAudit id={person.id} />,
        },
      ]}
    />
  );
}

/** One person: roles, organizations, sessions, and what the person did. */
export function User() {
  const { id = '' } = useParams();
  return (
    <Can action="user.read" page>
      <UserPage key={id} id={id} />
    </Can>
  );
}
