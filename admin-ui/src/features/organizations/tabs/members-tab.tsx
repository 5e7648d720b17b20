import { Anchor, Box, Button, Group, Select, Stack, Text, Tooltip } from '@mantine/core';
import { IconMail, IconUserPlus } from '@tabler/icons-react';
import { useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { Instant, StatusBadge } from '../../../components/values.js';
import {
  MembersDocument,
  type MembersQuery,
  type MembersQueryVariables,
  SetMemberRoleDocument,
} from '../../../gql/members.js';
import { useSession } from '../../../lib/session.js';
import { AddMember } from '../members/add-member.js';
import { InviteMember } from '../members/invite-member.js';
import { OpenInvitations } from '../members/open-invitations.js';
import { RemoveMember } from '../members/remove-member.js';
import { ROLE_CHOICES } from '../members/roles.js';
import { text } from '../text.js';

type Row = MembersQuery['organization']['members']['items'][number];
type Variables = MembersQueryVariables;

const ICON = 16;

const sourceOf = (organizationId: string): ListSource<Row, MembersQuery, Variables> => ({
  document: MembersDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    organizationId,
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: { role: (filters.role as Row['role'] | undefined) ?? null },
  }),
  page: (data) => data.organization.members,
});

const FILTERS: readonly Filter[] = [{ key: 'role', label: text.role, options: ROLE_CHOICES }];

/** The role of a member, changed in place; the directory's are changed there. */
function Role({ member: { id, role, source, user } }: { member: Row }) {
  const { may } = useSession();
  const [setRole, { loading }] = useMutation(SetMemberRoleDocument);
  if (source === 'DIRECTORY' || !may('member.update'))
    return (
      <Tooltip label={text.directoryHelp} disabled={source !== 'DIRECTORY'}>
        <Text size="sm">{text.roles[role]}</Text>
      </Tooltip>
    );
  const change = async (next: Row['role'] | null): Promise<void> => {
    if (!next || next === role) return;
    try {
      await setRole({ variables: { id, role: next } });
      notifyDone(text.roleChanged(user.name, text.roles[next]));
    } catch (error) {
      notifyFailed(error);
    }
  };
  return (
    <Select
      size="xs"
      w={110}
      aria-label={text.roleOf(user.name)}
      allowDeselect={false}
      data={ROLE_CHOICES}
      value={role}
      disabled={loading}
      onChange={(next) => void change(next)}
    />
  );
}

const Person = ({ user }: { user: Row['user'] }) => {
  const { may } = useSession();
  return (
    <Box miw={180}>
      {may('user.read') ? (
        <Anchor component={Link} to={`/users/${user.id}`} size="sm" fw={500}>
          {user.name}
        </Anchor>
      ) : (
        <Text size="sm" fw={500}>
          {user.name}
        </Text>
      )}
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {user.email}
      </Text>
    </Box>
  );
};

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.person,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ user }) => <Person user={user} />,
    value: ({ user }) => user.name,
  },
  {
    key: 'email',
    title: text.email,
    isOptional: true,
    sort: ['EMAIL_ASC', 'EMAIL_DESC'],
    render: ({ user }) => user.email,
    value: ({ user }) => user.email,
  },
  {
    key: 'role',
    title: text.role,
    sort: ['ROLE_ASC', 'ROLE_DESC'],
    render: (member) => <Role member={member} />,
    value: ({ role }) => role,
  },
  {
    key: 'source',
    title: text.source,
    sort: ['SOURCE_ASC', 'SOURCE_DESC'],
    render: ({ source }) => (source === 'DIRECTORY' ? text.directory : text.manual),
    value: ({ source }) => source,
  },
  {
    key: 'last_sign_in',
    title: text.lastSignIn,
    render: ({ user }) => <Instant at={user.lastSignInAt} shape="ago" />,
    value: ({ user }) => user.lastSignInAt,
  },
  {
    key: 'since',
    title: text.since,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="date" />,
    value: ({ createdAt }) => createdAt,
  },
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: ({ user }) => <StatusBadge status={user.status} />,
    value: ({ user }) => user.status,
  },
];

type Dialog = 'add' | 'invite' | null;

/** Who belongs to the organization, as what, and who is invited. */
export function MembersTab({ organizationId }: { organizationId: string }) {
  const { may } = useSession();
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = (): void => setDialog(null);
  const mayInvite = may('invitation.create');
  // Only who can see the users of the platform can choose among them; everybody else invites.
  const mayAdd = may('member.add') && may('user.read');
  const actions = (mayAdd || mayInvite) && (
    <Group gap="xs">
      {mayInvite && (
        <Button variant="default" leftSection={<IconMail size={ICON} />} onClick={() => setDialog('invite')}>
          {text.invite}
        </Button>
      )}
      {mayAdd && (
        <Button variant="default" leftSection={<IconUserPlus size={ICON} />} onClick={() => setDialog('add')}>
          {text.addMember}
        </Button>
      )}
    </Group>
  );
  return (
    <Stack gap="lg">
      <ListView
        noun={text.membersNoun}
        source={sourceOf(organizationId)}
        columns={COLUMNS}
        defaultSort="NAME_ASC"
        filters={FILTERS}
        searchLabel={text.membersSearch}
        extraFilters={actions}
        empty={{ title: text.membersEmpty, message: text.membersEmptyMessage, action: actions }}
        {...(may('member.remove') && { rowActions: (member: Row) => <RemoveMember member={member} /> })}
      />
      {may('invitation.read') && <OpenInvitations organizationId={organizationId} />}
      {dialog === 'add' && <AddMember organizationId={organizationId} onClose={close} />}
      <InviteMember organizationId={organizationId} isOpen={dialog === 'invite'} onClose={close} />
    </Stack>
  );
}
