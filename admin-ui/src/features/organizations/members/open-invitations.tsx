import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Can } from '../../../components/can.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { ErrorState } from '../../../components/states.js';
import { Instant } from '../../../components/values.js';
import {
  OpenInvitationsDocument,
  type OpenInvitationsQuery,
  RevokeMemberInvitationDocument,
} from '../../../gql/members.js';
import { text } from '../text.js';

type Invitation = OpenInvitationsQuery['invitations']['items'][number];

function Row({ invitation: { id, name, email, organizationRole, invitedBy, expiresAt } }: { invitation: Invitation }) {
  const [revoke, { loading }] = useMutation(RevokeMemberInvitationDocument, {
    variables: { id },
    refetchQueries: [OpenInvitationsDocument],
  });
  return (
    <Group justify="space-between" gap="sm">
      <div>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      </div>
      <Group gap="md">
        <Text size="xs" c="dimmed" component="div">
          {text.invitationAbout(organizationRole, invitedBy)} <Instant at={expiresAt} shape="ago" />
        </Text>
        <Can action="invitation.revoke">
          <Button
            size="compact-sm"
            variant="default"
            loading={loading}
            aria-label={text.revokeInvitationOf(name)}
            onClick={() => void revoke().then(() => notifyDone(text.invitationRevoked(name)), notifyFailed)}
          >
            {text.revokeInvitation}
          </Button>
        </Can>
      </Group>
    </Group>
  );
}

/** Invitations that nobody has followed yet; nothing when there are none. */
export function OpenInvitations({ organizationId }: { organizationId: string }) {
  const { data, error, refetch } = useQuery(OpenInvitationsDocument, { variables: { organizationId } });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const items = data?.invitations.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="sm">
        {text.openInvitations}
      </Title>
      <Stack gap="sm">
        {items.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} />
        ))}
      </Stack>
    </Card>
  );
}
