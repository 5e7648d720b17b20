import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { ACTIONS } from '../../../core/action.js';
import { ALL_ORGANIZATIONS } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import type { Identity } from '../../../infra/access/index.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whoever has the master key may do everything. */
export const MASTER: Identity = Object.freeze({
  actor: Object.freeze({ kind: 'master_key' as const }),
  organizationId: ALL_ORGANIZATIONS,
  actions: new Set(ACTIONS),
});

/** The credential of machines and emergencies, in the header X-Admin-Key or exchanged for a session. */
@Injectable()
export class MasterKey {
  /** Whether the portal takes it. */
  readonly opensSessions: boolean;
  private readonly expected: Buffer | null;

  constructor(config: Config) {
    this.opensSessions = config.masterKeySignIn;
    this.expected = config.masterKeyEnabled ? digest(config.masterKey!.reveal()) : null;
  }

  /** Whether it is accepted at all; a session that it opened ends with that. */
  get isEnabled(): boolean {
    return this.expected !== null;
  }

  /** Comparing digests takes the same time whatever the given key has in common with the true one. */
  matches(given: string): boolean {
    return this.expected !== null && timingSafeEqual(digest(given), this.expected);
  }

  /**
   * The identity of a header's value; null without one.
   * @throws DomainError invalid_api_key
   */
  identify(header: string | string[] | undefined): Identity | null {
    if (header === undefined || header === '') return null;
    if (typeof header === 'string' && this.matches(header)) return MASTER;
    throw new DomainError('invalid_api_key', this.isEnabled ? 'Invalid admin key' : 'The admin key is switched off');
  }
}
