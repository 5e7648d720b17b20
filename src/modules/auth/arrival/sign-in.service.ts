import { Injectable } from '@nestjs/common';
import { type Actor, ALL_ORGANIZATIONS, Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { Database } from '../../../infra/database/index.js';
import { AuditService } from '../../audit/index.js';
import { User } from '../../users/index.js';
import { Attempts } from '../attempts/attempts.service.js';
import { MASTER, MasterKey } from '../credentials/master-key.js';
import { type Session, SignInMethod } from '../sessions/session.entity.js';
import { type LiveSession, type OpenedSession, SessionsService } from '../sessions/sessions.service.js';

const MASTER_KEY_ACCOUNT = 'master_key';

/** Opens and closes sessions. Each leaves its audit row, in the name of who signed in. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly sessions: SessionsService,
    private readonly attempts: Attempts,
    private readonly masterKey: MasterKey,
  ) {}

  /**
   * @param before the session that the browser had, which ends
   * @throws DomainError rate_limit_exceeded, forbidden when it is switched off, invalid_api_key when it is wrong
   */
  async withMasterKey(ctx: Ctx, given: string, before: LiveSession | null): Promise<OpenedSession> {
    await this.attempts.begin(ctx.address, MASTER_KEY_ACCOUNT);
    if (!this.masterKey.opensSessions)
      throw await this.refusal(ctx, 'forbidden', 'Signing in with the master key is switched off');
    if (!this.masterKey.matches(given)) throw await this.refusal(ctx, 'invalid_api_key', 'This is not the master key');
    return this.open(ctx, MASTER.actor, { userId: null, method: SignInMethod.MASTER_KEY }, before);
  }

  /** A new session for a user for whom the directory has just vouched. */
  async forUser(ctx: Ctx, userId: string, before: LiveSession | null): Promise<OpenedSession> {
    return this.open(ctx, await this.userActor(userId), { userId, method: SignInMethod.ENTRA }, before);
  }

  private open(
    ctx: Ctx,
    actor: Actor,
    owner: Pick<Session, 'userId' | 'method'>,
    before: LiveSession | null,
  ): Promise<OpenedSession> {
    return this.audit.transaction(this.actingAs(ctx, actor), 'session.create', async (inside) => {
      const opened = await this.sessions.create(inside, owner);
      if (before) await this.sessions.end(inside, before.id);
      return opened;
    });
  }

  /** Ends a session in the name of its owner. */
  async close(ctx: Ctx, session: LiveSession): Promise<void> {
    const actor = session.userId === null ? MASTER.actor : await this.userActor(session.userId);
    await this.audit.transaction(this.actingAs(ctx, actor), 'session.end', (inside) =>
      this.sessions.end(inside, session.id),
    );
  }

  /** Notes an attempt that got nobody in, and gives the error to throw. */
  async refusal(ctx: Ctx, code: 'forbidden' | 'invalid_api_key', message: string): Promise<DomainError> {
    const target = { type: 'Session', id: null, arguments: {} };
    await this.audit.refused(ctx, { action: 'session.create', target, message });
    return new DomainError(code, message);
  }

  private async userActor(id: string): Promise<Actor> {
    const { name, email } = await this.database.manager(ALL_ORGANIZATIONS).findOneByOrFail(User, { id });
    return { kind: 'user', id, name, email };
  }

  /** The same request in the name of somebody, with the reach that sessions need. */
  private actingAs(ctx: Ctx, actor: Actor): Ctx {
    const em = this.database.manager(ALL_ORGANIZATIONS);
    return new Ctx({ ...ctx, actor, organizationId: ALL_ORGANIZATIONS, em });
  }
}
