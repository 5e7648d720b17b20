import { useMutation } from '@apollo/client/react';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLogout } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FormDialog } from '../../../components/form-dialog.js';
import { type Column, type ListSource, ListView } from '../../../components/list/index.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { Instant } from '../../../components/values.js';
import {
  EndSessionDocument,
  EndSessionsDocument,
  UserSessionsDocument,
  type UserSessionsQuery,
  type UserSessionsQueryVariables,
} from '../../../gql/user-sessions.js';
import { useSession } from '../../../lib/session.js';
import { text } from '../text.js';
import { browserName } from './browser-name.js';

type Row = UserSessionsQuery['sessions']['items'][number];

const POLL_MS = 30_000;

const sourceFor = (userId: string): ListSource<Row, UserSessionsQuery, UserSessionsQueryVariables> => ({
  document: UserSessionsDocument,
  variables: ({ size, after }) => ({ userId, first: size, after }),
  page: (data) => data.sessions,
});

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'browser',
    title: text.browser,
    render: ({ userAgent }) => (
      <Text size="sm" fw={500} title={userAgent ?? undefined}>
        {browserName(userAgent)}
      </Text>
    ),
    value: ({ userAgent }) => userAgent,
  },
  { key: 'address', title: text.address, render: ({ address }) => address, value: ({ address }) => address },
  {
    key: 'method',
    title: text.method,
    render: ({ method }) => text.methods[method],
    value: ({ method }) => method,
  },
  {
    key: 'created',
    title: text.signedIn,
    render: ({ createdAt }) => <Instant at={createdAt} />,
    value: ({ createdAt }) => createdAt,
  },
  {
    key: 'last_seen',
    title: text.lastSeen,
    render: ({ lastSeenAt }) => <Instant at={lastSeenAt} shape="ago" />,
    value: ({ lastSeenAt }) => lastSeenAt,
  },
  {
    key: 'expires',
    title: text.ends,
    render: ({ expiresAt }) => <Instant at={expiresAt} />,
    value: ({ expiresAt }) => expiresAt,
  },
];

function EndOne({ row: { id, userAgent } }: { row: Row }) {
  const [end, { loading }] = useMutation(EndSessionDocument, {
    variables: { id },
    refetchQueries: [UserSessionsDocument],
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={loading}
      aria-label={text.endSessionOf(browserName(userAgent))}
      onClick={() => void end().then(() => notifyDone(text.sessionEnded), notifyFailed)}
    >
      {text.endSession}
    </Button>
  );
}

function EndAll({ userId, name }: { userId: string; name: string }) {
  const [isAsking, { open, close }] = useDisclosure();
  const [end] = useMutation(EndSessionsDocument, { variables: { userId }, refetchQueries: [UserSessionsDocument] });
  return (
    <>
      <Button variant="default" leftSection={<IconLogout size={16} />} onClick={open}>
        {text.endSessions}
      </Button>
      {isAsking && (
        <FormDialog
          title={text.endSessionsTitle}
          initial={{}}
          submitLabel={text.endSessions}
          danger
          onSubmit={() => end().then(() => notifyDone(text.sessionsEnded(name)))}
          onClose={close}
        >
          {() => <Text size="sm">{text.endSessionsMessage(name)}</Text>}
        </FormDialog>
      )}
    </>
  );
}

/** Where a person is signed in, and the way to end it. */
export function Sessions({ userId, name }: { userId: string; name: string }) {
  const { may } = useSession();
  const mayEnd = may('session.end');
  const rowActions = (row: Row): ReactNode => <EndOne row={row} />;
  return (
    <ListView
      noun={text.sessionsNoun}
      source={sourceFor(userId)}
      columns={COLUMNS}
      defaultSort=""
      pollMs={POLL_MS}
      empty={{ title: text.sessionsEmpty, message: text.sessionsEmptyMessage }}
      {...(mayEnd && { rowActions, extraFilters: <EndAll userId={userId} name={name} /> })}
    />
  );
}
