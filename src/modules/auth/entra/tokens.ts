import { Injectable } from '@nestjs/common';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { isUuid } from '../../../core/id.js';
import { Directory, DirectoryUnreachable } from './directory.js';

/** What is sure of a token whose signature, issuer, audience and times are right. */
export interface TokenClaims extends JWTPayload {
  readonly tid: string;
  readonly oid: string;
}

/** A token that is not to be believed; the message says why and holds nothing of the token. */
export class BadToken extends Error {
  override readonly name = 'BadToken';
}

const REQUIRED = ['iss', 'aud', 'exp', 'nbf', 'iat', 'tid', 'oid', 'ver', 'sub'];
const VERSION = '2.0';

/** Believes tokens of the configured directory, and no others. */
@Injectable()
export class Tokens {
  constructor(
    private readonly directory: Directory,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @throws BadToken, DirectoryUnreachable */
  async identity(token: string, nonce: string): Promise<TokenClaims> {
    const claims = await this.verify(token, [this.directory.settings.clientId]);
    if (claims.nonce !== nonce) throw new BadToken('wrong nonce');
    return claims;
  }

  /** @throws BadToken, DirectoryUnreachable */
  access(token: string): Promise<TokenClaims> {
    return this.verify(token, this.directory.settings.audiences);
  }

  private async verify(token: string, audiences: readonly string[]): Promise<TokenClaims> {
    const claims = await this.signed(token, audiences);
    const { tid, oid, ver, iss } = claims;
    if (ver !== VERSION) throw new BadToken('wrong version');
    if (typeof tid !== 'string' || !this.directory.settings.tenants.includes(tid))
      throw new BadToken('a tenant that is not allowed');
    if (iss !== this.directory.issuerOf(tid)) throw new BadToken('wrong issuer');
    if (typeof oid !== 'string' || !isUuid(oid)) throw new BadToken('no object id');
    return claims as TokenClaims;
  }

  private async signed(token: string, audience: readonly string[]): Promise<JWTPayload> {
    const keys = await this.directory.keys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        audience: [...audience],
        requiredClaims: REQUIRED,
        clockTolerance: this.config.bounds.tokenClockSeconds,
        currentDate: this.clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || isFetchFailure(error))
        throw new DirectoryUnreachable('the keys of the directory cannot be read', { cause: error });
      throw new BadToken(error.code);
    }
  }
}

/** jose gives an answer of the key endpoint that is no 200, or no JSON, its general error. */
const isFetchFailure = (error: errors.JOSEError): boolean => error.constructor === errors.JOSEError;
