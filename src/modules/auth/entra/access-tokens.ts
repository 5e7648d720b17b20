import { Injectable } from '@nestjs/common';
import { ALL_ORGANIZATIONS } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { platformActions } from '../../../core/roles.js';
import type { Identity } from '../../../infra/access/index.js';
import { People, rolesOf } from '../../users/index.js';
import { Directory, DirectoryUnreachable } from './directory.js';
import { textsOf } from './groups.js';
import { BadToken, type TokenClaims, Tokens } from './tokens.js';

/** Access tokens of the directory, with which integrators call the admin API. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly directory: Directory,
    private readonly tokens: Tokens,
    private readonly people: People,
  ) {}

  /**
   * A delegated token acts as its person, with the roles that the person has here; one of a program alone has the
   * platform role that its app role gives.
   * @throws DomainError invalid_api_key; overloaded when the keys of the directory cannot be read
   */
  async identify(token: string, organizationId: string | null): Promise<Identity> {
    if (!this.directory.isConfigured) throw refused();
    try {
      const claims = await this.tokens.access(token);
      const identity = claims.scp === undefined ? this.ofProgram(claims) : await this.ofPerson(claims, organizationId);
      if (identity) return identity;
    } catch (error) {
      if (error instanceof DirectoryUnreachable)
        throw new DomainError('overloaded', 'Microsoft cannot be reached; try again', {}, { cause: error });
      if (!(error instanceof BadToken)) throw error;
    }
    throw refused();
  }

  private async ofPerson(claims: TokenClaims, organizationId: string | null): Promise<Identity | null> {
    const scopes = typeof claims.scp === 'string' ? claims.scp.split(' ') : [];
    if (!scopes.includes(this.directory.settings.scope)) return null;
    const userId = await this.people.userIdOf(claims.tid, claims.oid);
    return userId === null ? null : this.people.identityOf(userId, organizationId);
  }

  /** Only in a token of a program are subject and object the same; an id token has roles too, and is none. */
  private ofProgram(claims: TokenClaims): Identity | null {
    if (claims.sub !== claims.oid || typeof claims.azp !== 'string' || claims.nonce !== undefined) return null;
    const { platformRole } = rolesOf(textsOf(claims.roles), []);
    if (!platformRole) return null;
    const actor = { kind: 'application', id: claims.oid, name: `application ${claims.azp}` } as const;
    return { actor, organizationId: ALL_ORGANIZATIONS, actions: platformActions(platformRole) };
  }
}

/** One answer for every token that does not work, so that trying tells nothing. */
const refused = (): DomainError => new DomainError('invalid_api_key', 'Invalid access token');
