import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { bothWays, Database, keysetPage, recordChange } from '../../../infra/database/index.js';
import { User } from '../../users/index.js';
import { Session, type SignInMethod } from './session.entity.js';
import { hashToken, isToken, newToken } from './session-token.js';

/** A session that serves, as a request finds it. */
export interface LiveSession {
  readonly id: string;
  readonly userId: string | null;
  readonly method: SignInMethod;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** A session just made; the token goes into the cookie and nowhere else. */
export interface OpenedSession {
  readonly session: Session;
  readonly token: string;
}

const FIND = `
  SELECT id, user_id AS "userId", method, created_at AS "createdAt", last_seen_at AS "lastSeenAt",
         expires_at AS "expiresAt"
    FROM sessions
   WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2 AND last_seen_at > $3`;
const TOUCH = 'UPDATE sessions SET last_seen_at = greatest(last_seen_at, $2) WHERE id = $1';

/** Sessions that nobody can use any more are kept this long, for questions of an auditor, and swept in small lots. */
const KEPT_DAYS = 90;
const SWEEP = `
  DELETE FROM sessions WHERE id IN
    (SELECT id FROM sessions WHERE expires_at < $1::timestamptz - interval '${KEPT_DAYS} days' LIMIT 100)`;

const NEWEST_FIRST = bothWays('session.createdAt', 'timestamptz').desc;

/** Sessions are decided by the database at every request: what ends on one instance has ended on all. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async create(ctx: Ctx, owner: Pick<Session, 'userId' | 'method'>): Promise<OpenedSession> {
    const now = this.clock.now();
    const token = newToken();
    const session = ctx.em.create(Session, {
      ...owner,
      id: newId('session', now.getTime()),
      tokenHash: hashToken(token),
      address: ctx.address,
      userAgent: ctx.userAgent,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + this.config.bounds.sessionMaxMs),
      endedAt: null,
    });
    await ctx.em.query(SWEEP, [now]);
    await ctx.em.insert(Session, session);
    return { session, token };
  }

  /** The session of a cookie's token, noted as in use; null when there is none, or it has ended or run out. */
  async find(token: string): Promise<LiveSession | null> {
    if (!isToken(token)) return null;
    const now = this.clock.now();
    const { rows } = await this.database.pool.query<LiveSession>({
      name: 'find_session',
      text: FIND,
      values: [hashToken(token), now, this.idleSince(now)],
    });
    const session = rows[0];
    if (!session) return null;
    if (now.getTime() - session.lastSeenAt.getTime() < this.config.bounds.sessionTouchMs) return session;
    await this.database.pool.query(TOUCH, [session.id, now]);
    return { ...session, lastSeenAt: now };
  }

  idleExpiry({ lastSeenAt, expiresAt }: Pick<Session, 'lastSeenAt' | 'expiresAt'>): Date {
    return new Date(Math.min(lastSeenAt.getTime() + this.config.bounds.sessionIdleMs, expiresAt.getTime()));
  }

  /** Sessions that serve, newest first: of one user, of the master key (null), or of everybody (left out). */
  listLive(ctx: Ctx, page: PageRequest, userId?: string | null): Promise<Page<Session>> {
    const now = this.clock.now();
    const query = ctx.em
      .createQueryBuilder(Session, 'session')
      .where('session.endedAt IS NULL AND session.expiresAt > :now', { now })
      .andWhere('session.lastSeenAt > :idleSince', { idleSince: this.idleSince(now) });
    if (userId === null) query.andWhere('session.userId IS NULL');
    else if (userId !== undefined) query.andWhere('session.userId = :userId', { userId });
    return keysetPage(query, page, NEWEST_FIRST);
  }

  /**
   * Ends a session at once, on every instance.
   * @param owner when given, a session of anybody else is not found; null stands for the master key
   * @throws DomainError not_found; conflict when it has ended before
   */
  async end(ctx: Ctx, id: string, owner?: string | null): Promise<Session> {
    const session = await ctx.em.findOne(Session, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!session || (owner !== undefined && session.userId !== owner)) throw notFound('Session', id);
    const now = this.clock.now();
    if (session.endedAt || this.idleExpiry(session) <= now)
      throw new DomainError('conflict', `Session '${id}' has ended already`);
    session.endedAt = now;
    return ctx.em.save(session);
  }

  /** Ends all sessions of a user; the audit row names the user. */
  async endAllOf(ctx: Ctx, userId: string): Promise<User> {
    const user = await ctx.em.findOneBy(User, { id: userId });
    if (!user) throw notFound('User', userId);
    const now = this.clock.now();
    const ended: unknown = await ctx.em.query(
      'UPDATE sessions SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 RETURNING id',
      [userId, now],
    );
    const ids = (ended as [{ id: string }[], number])[0].map((row) => row.id);
    const change = { entity: 'User', id: userId, organizationId: null };
    recordChange(ctx.em, { ...change, before: { sessions: ids }, after: { sessions: [] } });
    return user;
  }

  private idleSince(now: Date): Date {
    return new Date(now.getTime() - this.config.bounds.sessionIdleMs);
  }
}
