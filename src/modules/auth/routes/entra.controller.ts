import { Body, Controller, Get, HttpCode, Post, Redirect, Req, Res, UseGuards } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Ctx } from '../../../core/ctx.js';
import { CurrentCtx, Public } from '../../../infra/access/index.js';
import { Arrivals } from '../arrival/arrivals.service.js';
import { LinkStart } from '../arrival/link-start.service.js';
import { EntraGuard, refusalPage, type Visit } from '../entra/entra.guard.js';
import { Browser } from '../sessions/browser.service.js';
import { GoTo, LinkBody } from './sign-in.bodies.js';

/** Signing in with Microsoft Entra ID. */
@ApiTags('sign-in')
@Controller('auth')
export class EntraController {
  constructor(
    private readonly arrivals: Arrivals,
    private readonly links: LinkStart,
    private readonly browser: Browser,
  ) {}

  @Public()
  @UseGuards(EntraGuard)
  @Get('entra/login')
  @ApiOperation({ summary: 'Send the browser to Microsoft to sign in' })
  @ApiQuery({ name: 'return_to', required: false, description: 'A path of this installation to end at; / otherwise.' })
  @ApiQuery({ name: 'choose_account', required: false, description: 'true: with another account than last time.' })
  @ApiFoundResponse({ description: 'To Microsoft, or to the sign-in page with a code of what is wrong' })
  login(): void {
    // The guard has answered: it redirects always.
  }

  @Public()
  @UseGuards(EntraGuard)
  @Get('entra/callback')
  @Redirect()
  @ApiOperation({ summary: 'Where Microsoft sends the browser back to' })
  @ApiFoundResponse({ description: 'To return_to, signed in; or to the sign-in page with a code of what is wrong' })
  async callback(
    @CurrentCtx() ctx: Ctx,
    @Req() request: FastifyRequest & { user: Visit },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ url: string }> {
    const visit = request.user;
    if ('refused' in visit) return { url: refusalPage(visit.refused, ctx.requestId) };
    const admitted = await this.arrivals.admit(ctx, visit, await this.browser.sessionOf(request));
    if ('refused' in admitted) return { url: refusalPage(admitted.refused, ctx.requestId) };
    this.browser.remember(reply, admitted);
    return { url: visit.returnTo };
  }

  @Public()
  @Post('setup')
  @HttpCode(200)
  @ApiOperation({ summary: 'Begin the sign-in of the first owner with a set-up link' })
  @ApiOkResponse({ type: GoTo })
  setup(
    @CurrentCtx() ctx: Ctx,
    @Body() body: LinkBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GoTo> {
    return this.begin(ctx, { kind: 'setup', token: body.token }, [request, reply]);
  }

  @Public()
  @Post('invitation')
  @HttpCode(200)
  @ApiOperation({ summary: 'Begin the sign-in of an invited person with their link' })
  @ApiOkResponse({ type: GoTo })
  invitation(
    @CurrentCtx() ctx: Ctx,
    @Body() body: LinkBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GoTo> {
    return this.begin(ctx, { kind: 'invitation', token: body.token }, [request, reply]);
  }

  private async begin(
    ctx: Ctx,
    intent: { kind: 'setup' | 'invitation'; token: string },
    [request, reply]: [FastifyRequest, FastifyReply],
  ): Promise<GoTo> {
    this.browser.requireOwnPage(request, 'always');
    const { url, cookie } = await this.links.begin(ctx, intent);
    this.browser.rememberFlow(reply, cookie);
    return { redirect_to: url };
  }
}
