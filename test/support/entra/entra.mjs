import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { asBrowser } from './browser.mjs';
import { graphAnswer } from './graph.mjs';
import { createProvider, pairwise } from './provider.mjs';

const TENANT = '5e1f0000-1111-4222-8333-00000000c0de';
const CLIENT = '7011ba7e-0000-4000-8000-0000000c11e7';
const SECRET = 'stand-in-client-secret-0123456789abcdef';
const LIFETIME_SECONDS = 3_600;

/** Listens on 127.0.0.1; gives the origin. */
const listen = (server, port) =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });

/** Sends requests to Graph's part or to the provider, as Express mounts an application. */
function route(server, { authority, provider, graph }) {
  const handle = provider.callback();
  const mount = `/${TENANT}/v2.0`;
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url, authority);
    if (pathname.startsWith('/graph/v1.0/')) {
      void graphAnswer({ request, response, provider, ...graph });
    } else if (pathname.startsWith(`${mount}/`)) {
      // The provider finds its own addresses from the two.
      request.originalUrl = request.url;
      request.url = request.url.slice(mount.length);
      handle(request, response);
    } else response.writeHead(404).end();
  });
}

/** Signs what a spec wants to say, with the usual claims under it. */
const signer =
  (privateKey, kid, { issuer, now }) =>
  (claims) => {
    const seconds = Math.floor(now().getTime() / 1000);
    const usual = { tid: TENANT, ver: '2.0', iss: issuer, aud: CLIENT, sub: randomUUID() };
    const times = { iat: seconds, nbf: seconds, exp: seconds + LIFETIME_SECONDS };
    return new SignJWT({ ...usual, ...times, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(privateKey);
  };

const settings = ({ authority, graphUrl }) => ({
  ENTRA_TENANT_ID: TENANT,
  ENTRA_CLIENT_ID: CLIENT,
  ENTRA_CLIENT_SECRET: SECRET,
  ENTRA_AUTHORITY: authority,
  ENTRA_GRAPH_URL: graphUrl,
});

/** Starts the stand-in on 127.0.0.1. */
export async function startEntra({ people: some, port = 0, now = () => new Date() }) {
  const people = some.map((person) => ({ oid: randomUUID(), roles: [], groups: [], ...person }));
  const server = createServer();
  const authority = await listen(server, port);
  const issuer = `${authority}/${TENANT}/v2.0`;
  const graphUrl = `${authority}/graph/v1.0`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'stand-in-1', use: 'sig', alg: 'RS256' };
  const client = { clientId: CLIENT, clientSecret: SECRET };
  const provider = createProvider({ issuer, tenantId: TENANT, graphUrl, client, jwk, people, now });
  const state = { graphRequests: [], graphIsDown: false };
  route(server, { authority, provider, graph: { people, graphUrl, state } });
  return {
    authority,
    graphUrl,
    tenantId: TENANT,
    ...client,
    people,
    env: settings({ authority, graphUrl }),
    graphRequests: state.graphRequests,
    get graphIsDown() {
      return state.graphIsDown;
    },
    set graphIsDown(isDown) {
      state.graphIsDown = isDown;
    },
    signIn: (url, email) => asBrowser(url, { person: pairwise(people.find((each) => each.email === email).oid) }),
    cancel: (url) => asBrowser(url, { cancel: 'yes' }),
    token: signer(privateKey, jwk.kid, { issuer, now }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
