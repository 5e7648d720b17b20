import { Injectable } from '@nestjs/common';
import * as openid from 'openid-client';
import { Config } from '../../../config/index.js';
import type { Ctx } from '../../../core/ctx.js';
import { Log } from '../../../infra/telemetry/index.js';
import type { DirectoryPerson } from '../../users/index.js';
import { Directory, DirectoryUnreachable } from './directory.js';
import { type Flow, Flows, type Intent } from './flows.js';
import { Groups, textsOf } from './groups.js';
import { BadToken, type TokenClaims, Tokens } from './tokens.js';

/** Why nobody was signed in; the sign-in page says it in words. */
export type Refusal = 'no_role' | 'suspended' | 'not_invited' | 'expired' | 'denied' | 'entra_unreachable' | 'failed';

/** Somebody whom the directory vouches for, and what they came for. */
export interface Visitor {
  readonly person: DirectoryPerson;
  readonly intent: Intent;
  readonly returnTo: string;
}

const CALLBACK = '/auth/entra/callback';
/** User.Read lets Microsoft Graph tell the groups of the person who signs in, and nothing of anybody else. */
const SCOPE = 'openid profile email User.Read';

/** The authorization code flow with PKCE, state and nonce. */
@Injectable()
export class EntraSignIn {
  constructor(
    private readonly directory: Directory,
    private readonly tokens: Tokens,
    private readonly groups: Groups,
    private readonly flows: Flows,
    private readonly config: Config,
    private readonly log: Log,
  ) {}

  /**
   * Where the browser has to go, and the cookie that it needs when it comes back.
   * @throws DirectoryUnreachable; DomainError not_found when it is not set up
   */
  async begin(intent: Intent, returnTo: string, prompt?: 'select_account'): Promise<{ url: string; cookie: string }> {
    const client = await this.directory.client();
    const flow: Flow = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      codeVerifier: openid.randomPKCECodeVerifier(),
      returnTo,
    };
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: this.config.publicUrl + CALLBACK,
      scope: SCOPE,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(flow.codeVerifier),
      code_challenge_method: 'S256',
      ...(prompt && { prompt }),
    });
    return { url: url.href, cookie: await this.flows.begin(flow, intent) };
  }

  /**
   * Who comes back, or why nobody does.
   * @param cookie what begin gave
   * @param query everything behind the question mark of the call-back
   */
  async finish(ctx: Ctx, cookie: string | null, query: string): Promise<Visitor | { refused: Refusal }> {
    const flow = cookie === null ? null : await this.flows.take(cookie);
    if (!flow) return { refused: 'expired' };
    try {
      const person = await this.person(flow, query);
      return { person, intent: flow.intent, returnTo: flow.returnTo };
    } catch (error) {
      const refused = refusalFor(error);
      if (!refused) throw error;
      this.log.warn('sign-in refused', { requestId: ctx.requestId, refused, reason: reasonOf(error) });
      return { refused };
    }
  }

  /** Where to sign out of the directory too; null when it cannot be asked. */
  async signOutUrl(): Promise<string | null> {
    try {
      const client = await this.directory.client();
      if (!client.serverMetadata().end_session_endpoint) return null;
      return openid.buildEndSessionUrl(client, { post_logout_redirect_uri: `${this.config.publicUrl}/sign-in` }).href;
    } catch (error) {
      if (error instanceof DirectoryUnreachable) return null;
      throw error;
    }
  }

  private async person(flow: Flow, query: string): Promise<DirectoryPerson> {
    const client = await this.directory.client();
    const tokens = await openid.authorizationCodeGrant(
      client,
      new URL(`${this.config.publicUrl}${CALLBACK}?${query}`),
      {
        pkceCodeVerifier: flow.codeVerifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      },
    );
    const claims = await this.tokens.identity(tokens.id_token!, flow.nonce);
    const [appRoles, groups] = [textsOf(claims.roles), await this.groups.of(claims, tokens.access_token)];
    return { tenantId: claims.tid, objectId: claims.oid, ...namesOf(claims), appRoles, groups };
  }
}

/** Names are for people to read; nothing is decided by them. */
function namesOf(claims: TokenClaims): { email: string; name: string } {
  const text = (claim: unknown): string | null =>
    typeof claim === 'string' && claim !== '' ? claim.slice(0, 200) : null;
  const email = text(claims.email) ?? text(claims.preferred_username) ?? claims.oid;
  return { email, name: text(claims.name) ?? email };
}

/** What the sign-in page can say of a failure; null for a fault of our own. */
function refusalFor(error: unknown): Refusal | null {
  if (isUnreachable(error)) return 'entra_unreachable';
  if (error instanceof openid.AuthorizationResponseError) return error.error === 'access_denied' ? 'denied' : 'failed';
  const isOfTheAnswer =
    error instanceof BadToken || error instanceof openid.ResponseBodyError || error instanceof openid.ClientError;
  return isOfTheAnswer ? 'failed' : null;
}

const NO_ANSWER = new Set(['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON']);

/** The network, a time-out, or an answer that is none of a directory; wherever in the chain of causes it is told. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof DirectoryUnreachable) return true;
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message, cause } = error as { name?: string; code?: string; message?: string; cause?: unknown };
  if (name === 'TimeoutError' || (name === 'TypeError' && message === 'fetch failed')) return true;
  return NO_ANSWER.has(code ?? '') || isUnreachable(cause);
}

/** For the log: what kind of failure it was, without what the token or the answer said. */
function reasonOf(error: unknown): string {
  const { name, code, message } = error as Error & { code?: string };
  return error instanceof BadToken || error instanceof DirectoryUnreachable ? message : `${name} ${code ?? ''}`.trim();
}
