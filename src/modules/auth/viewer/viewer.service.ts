import { Injectable } from '@nestjs/common';
import { version } from '../../../config/index.js';
import { actorName, ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import { People } from '../../users/index.js';
import { type LiveSession, SessionsService } from '../sessions/sessions.service.js';
import { Viewer, ViewerKind, type ViewerSession } from './viewer.types.js';

const KINDS: Readonly<Record<string, ViewerKind>> = {
  user: ViewerKind.USER,
  master_key: ViewerKind.MASTER_KEY,
  application: ViewerKind.APPLICATION,
};

@Injectable()
export class ViewerService {
  constructor(
    private readonly people: People,
    private readonly sessions: SessionsService,
  ) {}

  /** @param session the one that the request came by, or null */
  async viewer(ctx: Ctx, session: LiveSession | null): Promise<Viewer> {
    const { actor, organizationId, actions } = ctx;
    const isUser = actor.kind === 'user';
    const roles = isUser ? await this.people.rolesOf(actor.id) : { platformRole: null, memberships: [] };
    return {
      ...roles,
      kind: KINDS[actor.kind]!,
      name: actor.kind === 'master_key' ? 'Master key' : actorName(actor),
      email: isUser ? actor.email : null,
      userId: isUser ? actor.id : null,
      actions: [...actions].sort(),
      organizationId: organizationId === ALL_ORGANIZATIONS ? null : organizationId,
      session: session && this.shown(session),
      version: version(),
    };
  }

  private shown(session: LiveSession): ViewerSession {
    const { id, method, createdAt: authenticatedAt, expiresAt } = session;
    return { id, method, authenticatedAt, expiresAt, idleExpiresAt: this.sessions.idleExpiry(session) };
  }
}
