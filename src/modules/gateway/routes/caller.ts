import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../core/errors.js';
import { KeyVerifier, type VerifiedKey } from '../../keys/index.js';

const EXPECTED = "Expected: 'Authorization: Bearer sk-xxx...'";

/** The token of a request, from whichever header the client's SDK puts it in. @throws DomainError invalid_api_key */
export function tokenOf(request: FastifyRequest): string {
  const { authorization } = request.headers;
  const other = request.headers['x-api-key'] ?? request.headers['api-key'];
  if (authorization === undefined && typeof other === 'string') return other;
  if (authorization === undefined)
    throw new DomainError('invalid_api_key', `Missing Authorization header. ${EXPECTED}`);
  const token = /^bearer\s+(\S+)$/i.exec(authorization)?.[1];
  if (!token) throw new DomainError('invalid_api_key', `Invalid Authorization header format. ${EXPECTED}`);
  return token;
}

/** Finds out who calls; refuses keys of teams and organizations that may do nothing, reading included. */
@Injectable()
export class Callers {
  constructor(private readonly verifier: KeyVerifier) {}

  /** @throws DomainError invalid_api_key, forbidden from an address that the rules of the key do not allow, suspended */
  async of(request: FastifyRequest): Promise<VerifiedKey> {
    return this.verifier.verifyActive(tokenOf(request), request.ip);
  }
}
