import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { type DirectoryIdentity, DirectorySignIn } from '../../users/index.js';
import type { Refusal, Visitor } from '../entra/entra-sign-in.service.js';
import type { Intent } from '../entra/flows.js';
import type { LiveSession, OpenedSession } from '../sessions/sessions.service.js';
import { SetupLinks } from './setup-links.js';
import { SignIn } from './sign-in.service.js';

/** Lets people in for whom the directory vouches, if they hold a role here or bring a link that gives one. */
@Injectable()
export class Arrivals {
  constructor(
    private readonly directory: DirectorySignIn,
    private readonly links: SetupLinks,
    private readonly signIn: SignIn,
  ) {}

  async admit(
    ctx: Ctx,
    { person, intent }: Visitor,
    before: LiveSession | null,
  ): Promise<OpenedSession | { refused: Refusal }> {
    const refused = await this.useLink(ctx, intent, person);
    if (refused) return { refused };
    const arrival = await this.directory.signIn(ctx, person);
    return 'refused' in arrival ? arrival : this.signIn.forUser(ctx, arrival.userId, before);
  }

  private async useLink(ctx: Ctx, intent: Intent, person: DirectoryIdentity): Promise<Refusal | null> {
    try {
      if (intent.kind === 'setup') {
        if (!(await this.links.spend(intent.token))) return 'expired';
        await this.directory.createOwner(ctx, person);
      }
      if (intent.kind === 'invitation') await this.directory.bindInvitation(ctx, intent.token, person);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'forbidden') return 'suspended';
      // The link was spent meanwhile, or somebody else became owner.
      if (error.code === 'not_found' || error.code === 'conflict') return 'expired';
      throw error;
    }
  }
}
