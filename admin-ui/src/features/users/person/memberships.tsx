import { useMutation } from '@apollo/client/react';
import { ActionIcon, Anchor, Button, Card, Group, Select, Stack, Table, Text, Title, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Can } from '../../../components/can.js';
import { ConfirmByTyping } from '../../../components/confirm-by-typing.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { ScrollTable } from '../../../components/scroll-table.js';
import { Instant } from '../../../components/values.js';
import { ChangeMembershipDocument, EndMembershipDocument, UserDocument, type UserQuery } from '../../../gql/user.js';
import { useSession } from '../../../lib/session.js';
import { ORGANIZATION_ROLES, type OrganizationRole } from '../roles.js';
import { text } from '../text.js';
import { AddMembership } from './add-membership.js';

type Person = UserQuery['user'];
type Membership = Person['memberships'][number];

/** The role as a choice; a role of the directory can only be changed there. */
function RoleCell({ membership: { id, role, source, organization } }: { membership: Membership }) {
  const { may } = useSession();
  const [change, { loading }] = useMutation(ChangeMembershipDocument, { refetchQueries: [UserDocument] });
  if (source === 'DIRECTORY' || !may('member.update')) return text.organizationRoles[role];
  const choose = (chosen: string | null): void => {
    const next = chosen as OrganizationRole;
    const done = text.membershipChanged(text.organizationRoles[next], organization.name);
    change({ variables: { id, role: next } }).then(() => notifyDone(done), notifyFailed);
  };
  return (
    <Select
      size="xs"
      w={120}
      aria-label={text.membershipRole(organization.name)}
      allowDeselect={false}
      disabled={loading}
      data={ORGANIZATION_ROLES.map(({ value, label }) => ({ value, label }))}
      value={role}
      onChange={choose}
    />
  );
}

function Remove({ membership: { id, organization }, name }: { membership: Membership; name: string }) {
  const [isAsking, { open, close }] = useDisclosure();
  const [end] = useMutation(EndMembershipDocument, { variables: { id }, refetchQueries: [UserDocument] });
  const label = text.membershipRemove(organization.name);
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={open}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
      {isAsking && (
        <ConfirmByTyping
          title={text.membershipRemoveTitle}
          message={text.membershipRemoveMessage(name, organization.name)}
          phrase={organization.id}
          confirmLabel={text.membershipRemoveSubmit}
          onConfirm={() => end().then(() => notifyDone(text.membershipRemoved(organization.name)))}
          onClose={close}
        />
      )}
    </>
  );
}

const Row = ({ membership, name }: { membership: Membership; name: string }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor component={Link} to={`/organizations/${membership.organization.id}?tab=members`} size="sm">
        {membership.organization.name}
      </Anchor>
    </Table.Td>
    <Table.Td>
      <RoleCell membership={membership} />
    </Table.Td>
    <Table.Td>
      {membership.source === 'DIRECTORY' ? (
        <Text size="sm" title={text.membershipOfDirectory}>
          {text.fromDirectory}
        </Text>
      ) : (
        text.givenHere
      )}
    </Table.Td>
    <Table.Td>
      <Instant at={membership.createdAt} shape="date" />
    </Table.Td>
    <Table.Td ta="right">
      {membership.source === 'MANUAL' && (
        <Can action="member.remove">
          <Remove membership={membership} name={name} />
        </Can>
      )}
    </Table.Td>
  </Table.Tr>
);

const MembershipTable = ({ person }: { person: Person }) => (
  <ScrollTable label={text.memberships} minWidth={500}>
    <Table verticalSpacing={6} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{text.organization}</Table.Th>
          <Table.Th>{text.membershipRoleHead}</Table.Th>
          <Table.Th>{text.source}</Table.Th>
          <Table.Th>{text.created}</Table.Th>
          <Table.Td />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {person.memberships.map((membership) => (
          <Row key={membership.id} membership={membership} name={person.name} />
        ))}
      </Table.Tbody>
    </Table>
  </ScrollTable>
);

/** The organizations of a person, with the role in each. */
export function Memberships({ person }: { person: Person }) {
  const [isAdding, { open, close }] = useDisclosure();
  return (
    <Card withBorder padding="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {text.memberships}
          </Title>
          <Can action="member.add">
            <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={open}>
              {text.membershipAdd}
            </Button>
          </Can>
        </Group>
        {person.memberships.length === 0 ? (
          <Text size="sm" c="dimmed">
            {text.membershipsNone}
          </Text>
        ) : (
          <MembershipTable person={person} />
        )}
      </Stack>
      {isAdding && <AddMembership person={person} onClose={close} />}
    </Card>
  );
}
