import { ApolloProvider, useQuery } from '@apollo/client/react';
import { Box, Center, Loader } from '@mantine/core';
import { useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { ErrorState } from '../components/states.js';
import { ViewerDocument } from '../gql/viewer.js';
import { makeClient } from '../lib/apollo.js';
import { SessionProvider } from '../lib/session.js';
import type { SessionInfo } from './session-info.js';
import { SessionEnded, sessionEnded } from './session-ended.js';
import { Shell } from './shell.js';

const Waiting = () => (
  <Center h="100dvh">
    <Loader />
  </Center>
);

function Frame() {
  const { data, error, refetch } = useQuery(ViewerDocument, { fetchPolicy: 'network-only' });
  if (error)
    return (
      <Box p="xl" maw={640} mx="auto">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Box>
    );
  if (!data) return <Waiting />;
  return (
    <SessionProvider viewer={data.viewer}>
      <Shell />
    </SessionProvider>
  );
}

/** Everything that needs a session: without one it leads to the sign-in page, and from there back. */
export function SignedIn({ info }: { info: SessionInfo }) {
  const [client] = useState(() => makeClient(sessionEnded));
  const { pathname, search } = useLocation();
  if (!info.signed_in) return <Navigate to={`/sign-in?return_to=${encodeURIComponent(pathname + search)}`} replace />;
  return (
    <ApolloProvider client={client}>
      <Frame />
      <SessionEnded />
    </ApolloProvider>
  );
}
