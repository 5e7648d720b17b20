import { useMutation } from '@apollo/client/react';
import { Anchor, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { type BulkAction, type Column, type Filter, type ListSource, ListView } from '../../components/list/index.js';
import { Instant, StatusBadge } from '../../components/values.js';
import {
  ResumeUserDocument,
  SuspendUserDocument,
  UsersDocument,
  type UsersQuery,
  type UsersQueryVariables,
} from '../../gql/users.js';
import { useSession } from '../../lib/session.js';
import { PLATFORM_ROLES } from './roles.js';
import { text } from './text.js';

type Row = UsersQuery['users']['items'][number];
type Variables = UsersQueryVariables;

const ICON = 16;
const NAME_WIDTH = 240;

const source: ListSource<Row, UsersQuery, Variables> = {
  document: UsersDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: { status: filters.status ?? null, platformRole: filters.role ?? null } as Variables['filter'],
  }),
  page: (data) => data.users,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.status,
    options: [
      { value: 'ACTIVE', label: text.active },
      { value: 'SUSPENDED', label: text.suspended },
    ],
  },
  { key: 'role', label: text.role, allLabel: text.anyRole, options: PLATFORM_ROLES },
];

const organizationsOf = ({ memberships }: Row): string =>
  memberships
    .map(({ organization, role }) => text.membershipIn(organization.name, text.organizationRoles[role]))
    .join(', ');

/** Where a person's roles come from. */
function sourceOf({ platformRole, directoryRole, memberships }: Row): string {
  const fromDirectory = directoryRole !== null || memberships.some((each) => each.source === 'DIRECTORY');
  const givenHere =
    (platformRole !== null && directoryRole === null) || memberships.some((each) => each.source === 'MANUAL');
  if (fromDirectory && givenHere) return text.mixed;
  if (fromDirectory) return text.fromDirectory;
  return givenHere ? text.givenHere : text.noRole;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ id, name, email }) => (
      <>
        <Anchor component={Link} to={`/users/${id}`} size="sm" fw={500} display="block" truncate maw={NAME_WIDTH}>
          {name}
        </Anchor>
        <Text size="xs" c="dimmed" truncate maw={NAME_WIDTH}>
          {email}
        </Text>
      </>
    ),
    value: ({ name }) => name,
  },
  {
    key: 'email',
    title: text.email,
    isOptional: true,
    sort: ['EMAIL_ASC', 'EMAIL_DESC'],
    render: ({ email }) => email,
    value: ({ email }) => email,
  },
  {
    key: 'platform_role',
    title: text.role,
    sort: ['PLATFORM_ROLE_ASC', 'PLATFORM_ROLE_DESC'],
    render: ({ platformRole }) =>
      platformRole ? (
        text.roles[platformRole]
      ) : (
        <Text span inherit c="dimmed">
          {text.noRole}
        </Text>
      ),
    value: ({ platformRole }) => platformRole,
  },
  {
    key: 'organizations',
    title: text.organizations,
    render: (row) => (
      <Text size="sm" lineClamp={2} maw={NAME_WIDTH} title={organizationsOf(row)}>
        {organizationsOf(row)}
      </Text>
    ),
    value: organizationsOf,
  },
  {
    key: 'source',
    title: text.source,
    render: sourceOf,
    value: sourceOf,
  },
  {
    key: 'last_sign_in',
    title: text.lastSignIn,
    sort: ['LAST_SIGN_IN_ASC', 'LAST_SIGN_IN_DESC'],
    render: ({ lastSignInAt }) => <Instant at={lastSignInAt} shape="ago" />,
    value: ({ lastSignInAt }) => lastSignInAt,
  },
  {
    key: 'status',
    title: text.status,
    sort: ['STATUS_ASC', 'STATUS_DESC'],
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
  {
    key: 'created',
    title: text.created,
    isOptional: true,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="date" />,
    value: ({ createdAt }) => createdAt,
  },
  {
    key: 'id',
    title: text.id,
    isOptional: true,
    render: ({ id }) => id,
    value: ({ id }) => id,
  },
];

function useBulk(): readonly BulkAction<Row>[] {
  const { may } = useSession();
  const [suspend] = useMutation(SuspendUserDocument);
  const [resume] = useMutation(ResumeUserDocument);
  const resuming: BulkAction<Row> = {
    label: text.resume,
    icon: <IconPlayerPlay size={ICON} />,
    run: ({ id }) => resume({ variables: { id } }),
  };
  const suspending: BulkAction<Row> = {
    label: text.suspend,
    icon: <IconPlayerPause size={ICON} />,
    danger: true,
    confirm: { title: text.suspendManyTitle, message: text.suspendManyMessage, phrase: text.suspendPhrase },
    run: ({ id }) => suspend({ variables: { id } }),
  };
  return [...(may('user.resume') ? [resuming] : []), ...(may('user.suspend') ? [suspending] : [])];
}

/** Everybody who may enter. */
export const UsersList = ({ invite }: { invite: ReactNode }) => (
  <ListView
    noun={text.noun}
    source={source}
    columns={COLUMNS}
    defaultSort="NAME_ASC"
    filters={FILTERS}
    searchLabel={text.search}
    bulk={useBulk()}
    empty={{ title: text.empty, message: text.emptyMessage, action: invite }}
  />
);
