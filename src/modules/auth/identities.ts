import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Action } from '../../core/action.js';
import { DomainError } from '../../core/errors.js';
import { type Identity, IdentityResolver } from '../../infra/access/index.js';
import { KeyVerifier } from '../keys/index.js';
import { People } from '../users/index.js';
import { Attempts } from './attempts/attempts.service.js';
import { MASTER, MasterKey } from './credentials/master-key.js';
import { AccessTokens } from './entra/access-tokens.js';
import { Browser } from './sessions/browser.service.js';
import type { LiveSession } from './sessions/sessions.service.js';

/** A client application may read what concerns its own team, and nothing else of the admin side. */
const OF_A_TENANT: ReadonlySet<Action> = new Set<Action>(['tenant.read']);

/** Names the organization that somebody with several wants to work in. */
const ORGANIZATION_HEADER = 'x-tollkeeper-organization';

function wantedOrganization({ headers }: FastifyRequest): string | null {
  const wanted = headers[ORGANIZATION_HEADER];
  return typeof wanted === 'string' ? wanted : null;
}

/** Keys of ours have no dots; a token of the directory has two. */
const looksLikeJwt = (token: string): boolean => token.split('.').length === 3;

/** Who sends an admin request: by the master key, a bearer token or a session, in this order. */
@Injectable()
export class Identities extends IdentityResolver {
  /** A GraphQL operation asks once for each of its root fields. */
  private readonly known = new WeakMap<FastifyRequest, Promise<Identity | null>>();

  constructor(
    private readonly masterKey: MasterKey,
    private readonly keys: KeyVerifier,
    private readonly browser: Browser,
    private readonly people: People,
    private readonly attempts: Attempts,
    private readonly tokens: AccessTokens,
  ) {
    super();
  }

  identify(request: FastifyRequest): Promise<Identity | null> {
    let identity = this.known.get(request);
    if (!identity) this.known.set(request, (identity = this.find(request)));
    return identity;
  }

  /** The session that the request counts by; null when it brings a key or a token. */
  sessionOf(request: FastifyRequest): Promise<LiveSession | null> {
    const brings = request.headers['x-admin-key'] || request.headers.authorization;
    return brings ? Promise.resolve(null) : this.browser.sessionOf(request);
  }

  private async find(request: FastifyRequest): Promise<Identity | null> {
    try {
      const identity = this.masterKey.identify(request.headers['x-admin-key']) ?? (await this.ofBearer(request));
      if (identity) return identity;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'invalid_api_key')
        await this.attempts.wrongCredential(request.ip);
      throw error;
    }
    return this.browser.hasCookie(request) ? this.ofSession(request) : null;
  }

  private async ofBearer(request: FastifyRequest): Promise<Identity | null> {
    const header = request.headers.authorization;
    if (header === undefined) return null;
    const token = /^bearer\s+(\S+)$/i.exec(header)?.[1];
    if (!token) throw new DomainError('invalid_api_key', "Authorization must read 'Bearer <key>'");
    if (looksLikeJwt(token)) return this.tokens.identify(token, wantedOrganization(request));
    const { keyId: id, keyName: name, teamId, organizationId } = await this.keys.verifyActive(token, request.ip);
    return { actor: { kind: 'key', id, name, teamId }, organizationId, actions: OF_A_TENANT };
  }

  /** The roles are read at every request, so that a suspended user's next one is refused. */
  async ofSession(request: FastifyRequest): Promise<Identity> {
    this.browser.requireOwnPage(request, 'cookie');
    const session = await this.browser.sessionOf(request);
    if (!session) throw new DomainError('invalid_api_key', 'The session has ended; sign in again');
    if (session.userId === null) {
      if (this.masterKey.opensSessions) return MASTER;
      throw new DomainError('invalid_api_key', 'The master key opens no sessions any more');
    }
    const identity = await this.people.identityOf(session.userId, wantedOrganization(request));
    if (!identity) throw new DomainError('invalid_api_key', 'Your account is suspended or holds no role any more');
    return identity;
  }
}
