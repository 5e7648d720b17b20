import { Context, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Args } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { actorId, Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { PageArgs } from '../../../infra/graphql/index.js';
import { Identities } from '../identities.js';
import { SessionPage } from '../sessions/session.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ViewerService } from './viewer.service.js';
import { Viewer } from './viewer.types.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    private readonly viewers: ViewerService,
    private readonly sessionsOf: SessionsService,
    private readonly identities: Identities,
  ) {}

  @Access('viewer.read')
  @Query(() => Viewer, { description: 'Who sends this very request, and what they may do.' })
  async viewer(@CurrentCtx() ctx: Ctx, @Context('req') request: FastifyRequest): Promise<Viewer> {
    return this.viewers.viewer(ctx, await this.identities.sessionOf(request));
  }

  @Access('viewer.read')
  @ResolveField(() => SessionPage, { description: "The viewer's own sessions that serve, newest first." })
  sessions(@Parent() _viewer: Viewer, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<SessionPage> {
    return this.sessionsOf.listLive(ctx, page, actorId(ctx.actor));
  }
}
