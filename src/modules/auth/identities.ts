import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Action } from '../../core/action.js';
import { DomainError } from '../../core/errors.js';
import { type Identity, IdentityResolver } from '../../infra/access/index.js';
import { KeyVerifier } from '../keys/index.js';
import { MasterKey } from './master-key.js';

/** A client application may read what concerns its own team, and nothing else of the admin side. */
const OF_A_TENANT: ReadonlySet<Action> = new Set<Action>(['tenant.read']);

/** Who sends an admin request: the master key, or a virtual key with the rights of a tenant. */
@Injectable()
export class Identities extends IdentityResolver {
  constructor(
    private readonly masterKey: MasterKey,
    private readonly keys: KeyVerifier,
  ) {
    super();
  }

  async identify(request: FastifyRequest): Promise<Identity | null> {
    return this.masterKey.identify(request) ?? this.ofBearer(request.headers.authorization);
  }

  private async ofBearer(header: string | undefined): Promise<Identity | null> {
    if (header === undefined) return null;
    const token = /^bearer\s+(\S+)$/i.exec(header)?.[1];
    if (!token) throw new DomainError('invalid_api_key', "Authorization must read 'Bearer <key>'");
    const { keyId: id, keyName: name, teamId, organizationId } = await this.keys.verifyActive(token);
    return { actor: { kind: 'key', id, name, teamId }, organizationId, actions: OF_A_TENANT };
  }
}
