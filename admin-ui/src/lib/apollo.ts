import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { map } from 'rxjs';
import { chosenOrganization } from './chosen-organization.js';

/** Puts the request id on every error, since the id finds the server's log. */
const requestIds = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    map((result) => {
      const response = operation.getContext().response as Response | undefined;
      const requestId = response?.headers.get('x-request-id');
      if (!requestId || !result.errors) return result;
      const errors = result.errors.map((each) => ({ ...each, extensions: { ...each.extensions, requestId } }));
      return { ...result, errors };
    }),
  ),
);

/** Parts of a report, and hits of a search, bear the id of something else: the same id stands for other figures each time. */
const TYPE_POLICIES = {
  Viewer: { keyFields: [] },
  Dashboard: { keyFields: [] },
  UsagePart: { keyFields: false },
  SearchHit: { keyFields: false },
} as const;

const organization = new ApolloLink((operation, forward) => {
  const id = chosenOrganization();
  if (id) operation.setContext({ headers: { 'x-tollkeeper-organization': id } });
  return forward(operation);
});

/**
 * The client of the admin API. What a key or an entry looks like is asked again on every visit; nothing secret is
 * written to the cache, because such operations run with `no-cache`.
 * @param onSignedOut called when the server no longer knows the session
 */
export function makeClient(onSignedOut: () => void): ApolloClient {
  const signedOut = new ErrorLink(({ error }) => {
    const isOut =
      CombinedGraphQLErrors.is(error) && error.errors.some((each) => each.extensions?.code === 'UNAUTHENTICATED');
    if (isOut) onSignedOut();
  });
  return new ApolloClient({
    link: ApolloLink.from([
      signedOut,
      requestIds,
      organization,
      new HttpLink({ uri: '/graphql', credentials: 'same-origin' }),
    ]),
    cache: new InMemoryCache({ typePolicies: TYPE_POLICIES }),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  });
}
