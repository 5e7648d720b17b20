import { createHash } from 'node:crypto';
import { URLSearchParams } from 'node:url';
import Provider, { interactionPolicy } from 'oidc-provider';
import { peoplePage } from './page.mjs';

/** Entra ID leaves the groups out of a token from here on, and names a place to ask for them. */
const MOST_GROUPS = 200;

const SCOPES = 'openid profile email User.Read';
const TTL_SECONDS = { Session: 3_600, Interaction: 600, Grant: 3_600, AccessToken: 3_600, IdToken: 3_600 };

/** The subject that an application knows somebody by: the same at every sign-in, another one elsewhere. */
export const pairwise = (oid) => createHash('sha256').update(`pairwise ${oid}`).digest('base64url');

/** What Entra ID says of a person in an id token of version 2.0. */
function claimsOf(person, { tenantId, graphUrl, now }) {
  const groups =
    person.groups.length <= MOST_GROUPS
      ? { ...(person.groups.length > 0 && { groups: person.groups }) }
      : {
          _claim_names: { groups: 'src1' },
          _claim_sources: { src1: { endpoint: `${graphUrl}/users/${person.oid}/getMemberObjects` } },
        };
  return {
    sub: pairwise(person.oid),
    oid: person.oid,
    tid: tenantId,
    ver: '2.0',
    nbf: Math.floor(now().getTime() / 1000),
    name: person.name,
    preferred_username: person.email,
    email: person.email,
    ...(person.roles.length > 0 && { roles: person.roles }),
    ...groups,
  };
}

/** An OpenID provider whose tokens look like those of Entra ID. Whoever asks is let in as whom they choose to be. */
export function createProvider({ issuer, client, jwk, people, ...about }) {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        redirect_uris: ['http://127.0.0.1/any'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [jwk] },
    scopes: SCOPES.split(' '),
    claims: {
      openid: ['sub', 'oid', 'tid', 'ver', 'nbf', 'roles', 'groups'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
    },
    conformIdTokenClaims: false,
    clientBasedCORS: () => false,
    cookies: { keys: ['stand-in'] },
    ttl: TTL_SECONDS,
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_ctx, interaction) => `${new URL(issuer).pathname}/people/${interaction.uid}` },
    findAccount: (_ctx, id) => {
      const person = people.find((each) => pairwise(each.oid) === id);
      return person && { accountId: id, claims: () => claimsOf(person, about) };
    },
    async loadExistingGrant(ctx) {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope(SCOPES);
      await grant.save();
      return grant;
    },
  });
  // A stand-in has no registration to look the addresses up in.
  provider.Client.prototype.redirectUriAllowed = () => true;
  provider.Client.prototype.postLogoutRedirectUriAllowed = () => true;
  provider.use(async (ctx, next) => {
    if (ctx.path.startsWith('/people/')) await choosePerson(provider, ctx, people);
    else await next();
  });
  return provider;
}

async function choosePerson(provider, ctx, people) {
  if (ctx.method === 'GET') {
    ctx.type = 'html';
    ctx.body = peoplePage(people.map((each) => ({ ...each, id: pairwise(each.oid) })));
    return;
  }
  const chunks = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  const result = form.has('cancel')
    ? { error: 'access_denied', error_description: 'The person pressed Cancel' }
    : { login: { accountId: form.get('person') }, select_account: {} };
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
}
