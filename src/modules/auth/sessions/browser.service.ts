import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../../config/index.js';
import { DomainError } from '../../../core/errors.js';
import { PrivateCookie, siteOf } from '../../../infra/http/index.js';
import { type LiveSession, type OpenedSession, SessionsService } from './sessions.service.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What is between a browser and its session: the cookie, and the check that its own pages sent the request. */
@Injectable()
export class Browser {
  private readonly cookie: PrivateCookie;
  private readonly flowCookie: PrivateCookie;
  private readonly found = new WeakMap<FastifyRequest, Promise<LiveSession | null>>();

  constructor(
    private readonly sessions: SessionsService,
    private readonly config: Config,
  ) {
    const isSecure = config.publicUrl?.startsWith('https:') ?? false;
    this.cookie = new PrivateCookie(isSecure ? 'tollkeeper' : 'tollkeeper_session', isSecure);
    this.flowCookie = new PrivateCookie('tollkeeper_sign_in', isSecure);
  }

  hasCookie(request: FastifyRequest): boolean {
    return this.cookie.read(request) !== null;
  }

  /** The session of the request's cookie, looked up once; null without one that serves. */
  sessionOf(request: FastifyRequest): Promise<LiveSession | null> {
    let session = this.found.get(request);
    if (!session) {
      const token = this.cookie.read(request);
      session = token === null ? Promise.resolve(null) : this.sessions.find(token);
      this.found.set(request, session);
    }
    return session;
  }

  /**
   * Browsers send the cookie whoever's page asks, so what may change something must come from a page of ours.
   * @param when `cookie`: the request counts by its cookie, and has to say where it comes from; `always`: it counts by
   * what it brings itself, and only a page elsewhere is refused
   * @throws DomainError forbidden
   */
  requireOwnPage(request: FastifyRequest, when: 'cookie' | 'always'): void {
    if (SAFE_METHODS.has(request.method)) return;
    const site = siteOf(request, this.config.publicUrl);
    if (site === 'other' || (site === 'unknown' && when === 'cookie'))
      throw new DomainError('forbidden', 'The request does not come from a page of this installation');
  }

  remember(reply: FastifyReply, { token }: OpenedSession): void {
    this.cookie.set(reply, token, this.config.bounds.sessionMaxMs);
  }

  forget(reply: FastifyReply): void {
    this.cookie.clear(reply);
  }

  /** Keeps what a sign-in on its way needs when it comes back. */
  rememberFlow(reply: FastifyReply, value: string): void {
    this.flowCookie.set(reply, value, this.config.bounds.signInFlowMs);
  }

  /** The cookie of a sign-in that comes back; it has served then. */
  takeFlow(request: FastifyRequest, reply: FastifyReply): string | null {
    this.flowCookie.clear(reply);
    return this.flowCookie.read(request);
  }
}
