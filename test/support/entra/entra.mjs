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

/** Starts the stand-in on 127.0.0.1. */
export async function startEntra({ people, port = 0, now = () => new Date() }) {
  const everybody = people.map((person) => ({ oid: randomUUID(), roles: [], groups: [], ...person }));
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const authority = `http://127.0.0.1:${server.address().port}`;
  const issuer = `${authority}/${TENANT}/v2.0`;
  const graphUrl = `${authority}/graph/v1.0`;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: 'stand-in-1', use: 'sig', alg: 'RS256' };
  const client = { clientId: CLIENT, clientSecret: SECRET };
  const provider = createProvider({ issuer, tenantId: TENANT, graphUrl, client, jwk, people: everybody, now });
  const state = { graphRequests: [], graphIsDown: false };
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url, authority);
    if (pathname.startsWith('/graph/v1.0/')) {
      void graphAnswer({ request, response, provider, people: everybody, graphUrl, state });
      return;
    }
    const mount = `/${TENANT}/v2.0`;
    if (!pathname.startsWith(`${mount}/`)) return void response.writeHead(404).end();
    // As Express mounts an application: the provider finds its own addresses from the two.
    request.originalUrl = request.url;
    request.url = request.url.slice(mount.length);
    handle(request, response);
  });

  return {
    authority,
    graphUrl,
    tenantId: TENANT,
    ...client,
    people: everybody,
    env: {
      ENTRA_TENANT_ID: TENANT,
      ENTRA_CLIENT_ID: CLIENT,
      ENTRA_CLIENT_SECRET: SECRET,
      ENTRA_AUTHORITY: authority,
      ENTRA_GRAPH_URL: graphUrl,
    },
    get graphRequests() {
      return state.graphRequests;
    },
    get graphIsDown() {
      return state.graphIsDown;
    },
    set graphIsDown(isDown) {
      state.graphIsDown = isDown;
    },
    publicKey,
    signIn: (url, email) => asBrowser(url, { person: pairwise(everybody.find((each) => each.email === email).oid) }),
    cancel: (url) => asBrowser(url, { cancel: 'yes' }),
    token(claims) {
      const seconds = Math.floor(now().getTime() / 1000);
      const usual = { tid: TENANT, ver: '2.0', iss: issuer, aud: CLIENT, sub: randomUUID() };
      const times = { iat: seconds, nbf: seconds, exp: seconds + LIFETIME_SECONDS };
      return new SignJWT({ ...usual, ...times, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: jwk.kid })
        .sign(privateKey);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
