import { useMutation } from '@apollo/client/react';
import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Column, type Filter, type ListSource, ListView } from '../../../components/list/index.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { Instant, StatusBadge } from '../../../components/values.js';
import {
  InvitationsDocument,
  type InvitationsQuery,
  type InvitationsQueryVariables,
  RevokeInvitationDocument,
} from '../../../gql/invitations.js';
import { useSession } from '../../../lib/session.js';
import { grantWords } from '../roles.js';
import { text } from '../text.js';

type Row = InvitationsQuery['invitations']['items'][number];
type Variables = InvitationsQueryVariables;

const NAME_WIDTH = 240;

/** An invitation that was used or revoked does not expire any more. */
const MATTERS: ReadonlySet<Row['status']> = new Set(['OPEN', 'EXPIRED']);

const source: ListSource<Row, InvitationsQuery, Variables> = {
  document: InvitationsDocument,
  variables: ({ size, after, search, sort, filters }) => ({
    first: size,
    after,
    search: search || null,
    orderBy: sort as Variables['orderBy'],
    filter: { status: (filters.status as Row['status'] | undefined) ?? null },
  }),
  page: (data) => data.invitations,
};

const FILTERS: readonly Filter[] = [
  {
    key: 'status',
    label: text.status,
    options: [
      { value: 'OPEN', label: text.open },
      { value: 'ACCEPTED', label: text.accepted },
      { value: 'EXPIRED', label: text.expired },
      { value: 'REVOKED', label: text.revoked },
    ],
  },
];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: text.name,
    sort: ['NAME_ASC', 'NAME_DESC'],
    render: ({ name, email }) => (
      <>
        <Text size="sm" fw={500} truncate maw={NAME_WIDTH}>
          {name}
        </Text>
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
  { key: 'gives', title: text.gives, render: grantWords, value: grantWords },
  {
    key: 'invited_by',
    title: text.invitedBy,
    sort: ['INVITED_BY_ASC', 'INVITED_BY_DESC'],
    render: ({ invitedBy }) => invitedBy,
    value: ({ invitedBy }) => invitedBy,
  },
  {
    key: 'created',
    title: text.made,
    sort: ['CREATED_ASC', 'CREATED_DESC'],
    render: ({ createdAt }) => <Instant at={createdAt} shape="ago" />,
    value: ({ createdAt }) => createdAt,
  },
  {
    key: 'expires',
    title: text.expires,
    sort: ['EXPIRES_ASC', 'EXPIRES_DESC'],
    render: ({ status, expiresAt }) => (MATTERS.has(status) ? <Instant at={expiresAt} shape="ago" /> : text.none),
    value: ({ expiresAt }) => expiresAt,
  },
  {
    key: 'status',
    title: text.status,
    render: ({ status }) => <StatusBadge status={status} />,
    value: ({ status }) => status,
  },
];

function Revoke({ row: { id, name } }: { row: Row }) {
  const [revoke, { loading }] = useMutation(RevokeInvitationDocument, {
    variables: { id },
    refetchQueries: [InvitationsDocument],
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={loading}
      aria-label={text.revokeOf(name)}
      onClick={() => void revoke().then(() => notifyDone(text.revokedToast(name)), notifyFailed)}
    >
      {text.revoke}
    </Button>
  );
}

/** The links that were made, and what became of them. */
export function Invitations({ invite }: { invite: ReactNode }) {
  const { may } = useSession();
  const rowActions = (row: Row): ReactNode => row.status === 'OPEN' && <Revoke row={row} />;
  return (
    <ListView
      noun={text.invitationsNoun}
      source={source}
      columns={COLUMNS}
      defaultSort="CREATED_DESC"
      filters={FILTERS}
      searchLabel={text.invitationsSearch}
      empty={{ title: text.invitationsEmpty, message: text.invitationsEmptyMessage, action: invite }}
      {...(may('invitation.revoke') && { rowActions })}
    />
  );
}
