import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../../../config/index.js';
import { DomainError } from '../../../core/errors.js';
import { People } from '../../users/index.js';
import { MasterKey } from '../credentials/master-key.js';
import { Identities } from '../identities.js';
import { Browser } from '../sessions/browser.service.js';

/** What the sign-in page has to know before anybody is signed in. */
@Injectable()
export class SignInState {
  constructor(
    private readonly config: Config,
    private readonly masterKey: MasterKey,
    private readonly people: People,
    private readonly identities: Identities,
    private readonly browser: Browser,
  ) {}

  async of(request: FastifyRequest): Promise<{
    signed_in: boolean;
    methods: { entra: boolean; master_key: boolean };
    setup_needed: boolean;
  }> {
    const entra = this.config.entra !== null;
    return {
      signed_in: await this.isSignedIn(request),
      methods: { entra, master_key: this.masterKey.opensSessions },
      setup_needed: entra && !(await this.people.hasOwner()),
    };
  }

  /** A session of somebody who holds no role any more is none. */
  private async isSignedIn(request: FastifyRequest): Promise<boolean> {
    if (!(await this.browser.sessionOf(request))) return false;
    try {
      return (await this.identities.ofSession(request)) !== null;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'invalid_api_key') return false;
      throw error;
    }
  }
}
