import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { boundCtx } from '../../../infra/access/index.js';
import { Attempts } from '../attempts/attempts.service.js';
import { Browser } from '../sessions/browser.service.js';
import { DirectoryUnreachable } from './directory.js';
import { EntraSignIn, type Refusal, type Visitor } from './entra-sign-in.service.js';
import type { StepOptions, StepResult } from './entra.strategy.js';
import { localPath } from './local-path.js';

export type Visit = Visitor | { readonly refused: Refusal };

/** The page that says in words why nobody was signed in. */
export const refusalPage = (refused: Refusal, requestId: string): string =>
  `/sign-in?error=${refused}&request_id=${encodeURIComponent(requestId)}`;

/** The part of node's response that passport writes a redirect to, on a reply of Fastify. */
const responseOf = (reply: FastifyReply): object => ({
  set statusCode(code: number) {
    void reply.code(code);
  },
  setHeader: (name: string, value: string) => void reply.header(name, value),
  end: () => void reply.send(),
});

/** Sends the browser to the directory, and takes it up when it comes back: then the visit is the request's user. */
@Injectable()
export class EntraGuard extends AuthGuard('entra') {
  constructor(
    private readonly entra: EntraSignIn,
    private readonly browser: Browser,
    private readonly attempts: Attempts,
  ) {
    super();
  }

  getResponse(host: ExecutionContext): object {
    return responseOf(host.switchToHttp().getResponse<FastifyReply>());
  }

  override getAuthenticateOptions(host: ExecutionContext): StepOptions & { session: false } {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const isBack = request.routeOptions.url?.endsWith('/callback') ?? false;
    return { session: false, step: () => (isBack ? this.comesBack(host) : this.setsOut(host)) };
  }

  override handleRequest<T>(error: unknown, visit: T): T {
    if (error) throw error as Error;
    return visit;
  }

  private async setsOut(host: ExecutionContext): Promise<StepResult<Visit>> {
    const [request, reply] = exchangeOf(host);
    await this.attempts.begin(request.ip, null);
    const { return_to: wanted, choose_account: chooses } = request.query as Record<string, unknown>;
    const prompt = chooses === 'true' ? 'select_account' : undefined;
    try {
      const { url, cookie } = await this.entra.begin({ kind: 'sign_in' }, localPath(wanted), prompt);
      this.browser.rememberFlow(reply, cookie);
      return { redirect: url };
    } catch (error) {
      if (error instanceof DirectoryUnreachable) return { redirect: refusalPage('entra_unreachable', request.id) };
      throw error;
    }
  }

  private async comesBack(host: ExecutionContext): Promise<StepResult<Visit>> {
    const [request, reply] = exchangeOf(host);
    const cookie = this.browser.takeFlow(request, reply);
    return { visit: await this.entra.finish(boundCtx(host), cookie, request.url.split(/\?(.*)/s)[1] ?? '') };
  }
}

function exchangeOf(host: ExecutionContext): [FastifyRequest, FastifyReply] {
  const http = host.switchToHttp();
  return [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
}
