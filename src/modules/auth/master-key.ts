import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../../config/index.js';
import { ACTIONS } from '../../core/action.js';
import { ALL_ORGANIZATIONS } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import type { Identity } from '../../infra/access/index.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const MASTER: Identity = Object.freeze({
  actor: Object.freeze({ kind: 'master_key' as const }),
  organizationId: ALL_ORGANIZATIONS,
  actions: new Set(ACTIONS),
});

/** Admin requests of machines: the header X-Admin-Key holds the master key, which may do everything. */
@Injectable()
export class MasterKey {
  private readonly expected: Buffer;

  constructor(config: Config) {
    this.expected = digest(config.masterKey!.reveal());
  }

  /**
   * Null without the header. Comparing digests takes the same time whatever the given key has in common with the true
   * one.
   * @throws DomainError invalid_api_key
   */
  identify(request: FastifyRequest): Identity | null {
    const given = request.headers['x-admin-key'];
    if (given === undefined || given === '') return null;
    if (typeof given === 'string' && timingSafeEqual(digest(given), this.expected)) return MASTER;
    throw new DomainError('invalid_api_key', 'Invalid admin key');
  }
}
