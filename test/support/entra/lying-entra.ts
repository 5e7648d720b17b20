import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';

const TENANT = 'badbad00-1111-4222-8333-00000000c0de';
const CLIENT = '7011ba7e-0000-4000-8000-0000000c11e7';
const SECRET = 'lying-client-secret-0123456789abcdef';

type Json = Readonly<Record<string, unknown>>;

/** How a token is made up; what is left out is as it should be. */
export interface Lie {
  readonly claims?: Json;
  /** Claims that are missing. */
  readonly without?: readonly string[];
  readonly header?: Readonly<Record<string, string>>;
  /** Signed with a key that is nowhere published, under the id of the true one. */
  readonly foreignKey?: boolean;
  /** Signed with the text of the public key, as if it were a shared secret. */
  readonly hmac?: boolean;
  readonly unsigned?: boolean;
  /** Another text altogether. */
  readonly raw?: string;
}

/** A directory under the control of a spec: it publishes its keys, and hands out whatever token it is told to. */
export interface LyingEntra {
  readonly tenantId: string;
  readonly issuer: string;
  readonly env: Readonly<Record<string, string>>;
  /** A token for an API or a sign-in; `claims` go over the usual ones. */
  token(lie: Lie): Promise<string>;
  /** What the token endpoint answers next: makes the id token from the nonce that the browser was sent with. */
  idToken: (nonce: string) => Promise<string>;
  /** Bodies that the token endpoint got. */
  readonly exchanges: URLSearchParams[];
  /** Signs with a new key from now on, and publishes that one alone. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

export const LIAR = { oid: '0b1ec700-0000-4000-8000-000000000001', name: 'Lya Liar', email: 'lya@example.com' };

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

interface Keys {
  readonly private: Key;
  readonly foreign: Key;
  readonly publicText: string;
  readonly kid: string;
  readonly published: Json;
}

async function makeKeys(kid: string): Promise<Keys> {
  const own = await generateKeyPair('RS256', { extractable: true });
  const foreign = await generateKeyPair('RS256');
  const published = { ...(await exportJWK(own.publicKey)), kid, use: 'sig', alg: 'RS256' };
  const publicText = await exportSPKI(own.publicKey);
  return { private: own.privateKey, foreign: foreign.privateKey, publicText, kid, published };
}

function usualClaims(issuer: string): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const person = { ...LIAR, preferred_username: LIAR.email, sub: randomUUID(), roles: ['Tollkeeper.Owner'] };
  return { ...person, iss: issuer, aud: CLIENT, tid: TENANT, ver: '2.0', iat: now, nbf: now, exp: now + 3_600 };
}

async function makeToken(issuer: string, keys: Keys, lie: Lie): Promise<string> {
  if (lie.raw !== undefined) return lie.raw;
  const claims = { ...usualClaims(issuer), ...lie.claims };
  for (const name of lie.without ?? []) delete claims[name as keyof typeof claims];
  const header = { typ: 'JWT', kid: keys.kid, alg: 'RS256', ...lie.header };
  if (lie.unsigned) {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ ...header, alg: lie.header?.['alg'] ?? 'none' })}.${part(claims)}.`;
  }
  if (lie.hmac) {
    const secret = new TextEncoder().encode(keys.publicText);
    return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);
  }
  return new SignJWT(claims).setProtectedHeader(header).sign(lie.foreignKey ? keys.foreign : keys.private);
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

/** @param tenantPath the path at which it answers: its tenant, or `organizations` */
export async function startLyingEntra(tenantPath = TENANT): Promise<LyingEntra> {
  let keys = await makeKeys('liar-1');
  const exchanges: URLSearchParams[] = [];
  const server = createServer();
  const authority = await listen(server);
  const issuer = `${authority}/${TENANT}/v2.0`;
  const base = `${authority}/${tenantPath}`;
  const metadata = {
    issuer: tenantPath === TENANT ? issuer : `${authority}/{tenantid}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  };
  const liar: LyingEntra = {
    tenantId: TENANT,
    issuer,
    env: {
      ENTRA_TENANT_ID: TENANT,
      ENTRA_CLIENT_ID: CLIENT,
      ENTRA_CLIENT_SECRET: SECRET,
      ENTRA_AUTHORITY: authority,
      ENTRA_GRAPH_URL: `${authority}/graph`,
      ENTRA_API_AUDIENCE: 'api://tollkeeper',
    },
    exchanges,
    idToken: (nonce) => makeToken(issuer, keys, { claims: { nonce } }),
    token: (lie) => makeToken(issuer, keys, lie),
    rotate: async () => {
      keys = await makeKeys('liar-2');
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  server.on('request', (request, response) => {
    const answer = (body: unknown, status = 200): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const path = request.url!;
    if (path === `/${tenantPath}/v2.0/.well-known/openid-configuration`) return answer(metadata);
    if (path.endsWith('/keys')) return answer({ keys: [keys.published] });
    if (!path.endsWith('/token')) return answer({ error: { code: 'NotFound' } }, 404);
    void bodyOf(request).then(async (body) => {
      exchanges.push(body);
      // The spec's code is the nonce, so that the liar knows it without a page of its own.
      const id_token = await liar.idToken(body.get('code')!);
      answer({ token_type: 'Bearer', expires_in: 600, access_token: 'for-graph', id_token });
    });
  });
  return liar;
}
