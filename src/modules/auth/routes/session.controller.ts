import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Ctx } from '../../../core/ctx.js';
import { CurrentCtx, Public } from '../../../infra/access/index.js';
import { SignIn } from '../arrival/sign-in.service.js';
import { SignInState } from '../arrival/sign-in-state.service.js';
import { EntraSignIn } from '../entra/entra-sign-in.service.js';
import { Browser } from '../sessions/browser.service.js';
import { SignInMethod } from '../sessions/session.entity.js';
import { MasterKeyBody, SessionState, SignedIn, SignedOut } from './sign-in.bodies.js';

/** The browser's session. Everything here is open: who has none has to be able to get one, and to be told so. */
@ApiTags('sign-in')
@Controller('auth')
export class SessionController {
  constructor(
    private readonly signIn: SignIn,
    private readonly state: SignInState,
    private readonly browser: Browser,
    private readonly entra: EntraSignIn,
  ) {}

  @Public()
  @Get('session')
  @ApiOperation({ summary: 'Whether the browser is signed in, and how it can' })
  @ApiOkResponse({ type: SessionState })
  current(@Req() request: FastifyRequest): Promise<SessionState> {
    return this.state.of(request);
  }

  @Public()
  @Post('master-key')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in with the master key; the answer sets the session cookie' })
  @ApiOkResponse({ type: SignedIn })
  async withMasterKey(
    @CurrentCtx() ctx: Ctx,
    @Body() body: MasterKeyBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedIn> {
    this.browser.requireOwnPage(request, 'always');
    const before = await this.browser.sessionOf(request);
    const opened = await this.signIn.withMasterKey(ctx, body.master_key, before);
    this.browser.remember(reply, opened);
    return { signed_in: true, expires_at: opened.session.expiresAt.toISOString() };
  }

  @Public()
  @Post('sign-out')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the session at once; fine without one' })
  @ApiOkResponse({ type: SignedOut })
  async signOut(
    @CurrentCtx() ctx: Ctx,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedOut> {
    this.browser.requireOwnPage(request, this.browser.hasCookie(request) ? 'cookie' : 'always');
    const session = await this.browser.sessionOf(request);
    if (session) await this.signIn.close(ctx, session);
    this.browser.forget(reply);
    return { redirect_to: session?.method === SignInMethod.ENTRA ? await this.entra.signOutUrl() : null };
  }
}
