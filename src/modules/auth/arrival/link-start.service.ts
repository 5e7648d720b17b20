import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { Attempts } from '../attempts/attempts.service.js';
import { DirectoryUnreachable } from '../entra/directory.js';
import { EntraSignIn } from '../entra/entra-sign-in.service.js';
import type { Intent } from '../entra/flows.js';
import { isToken } from '../sessions/session-token.js';
import { SetupLinks } from './setup-links.js';

const HOME = '/';

/** Sets out to the directory with a one-time link. It is spent when the person has come back, not before. */
@Injectable()
export class LinkStart {
  constructor(
    private readonly attempts: Attempts,
    private readonly setupLinks: SetupLinks,
    private readonly entra: EntraSignIn,
  ) {}

  /**
   * @throws DomainError rate_limit_exceeded; not_found for a link that cannot work; overloaded when Microsoft cannot be
   * reached
   */
  async begin(ctx: Ctx, intent: Exclude<Intent, { kind: 'sign_in' }>): Promise<{ url: string; cookie: string }> {
    const isSetup = intent.kind === 'setup';
    await this.attempts.begin(ctx.address, isSetup ? 'setup' : null);
    if (!isToken(intent.token) || (isSetup && !(await this.setupLinks.isOpen(intent.token))))
      throw new DomainError('not_found', 'This link is unknown, used or expired; ask for a new one');
    try {
      return await this.entra.begin(intent, HOME);
    } catch (error) {
      if (!(error instanceof DirectoryUnreachable)) throw error;
      throw new DomainError('overloaded', 'Microsoft cannot be reached; try again', {}, { cause: error });
    }
  }
}
