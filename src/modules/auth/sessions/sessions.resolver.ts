import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { actorId, Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { PageArgs } from '../../../infra/graphql/index.js';
import { User } from '../../users/index.js';
import { Session, SessionPage } from './session.entity.js';
import { SessionsService } from './sessions.service.js';

@Resolver(() => Session)
export class SessionsResolver {
  constructor(private readonly service: SessionsService) {}

  @Access('session.read')
  @Query(() => SessionPage, { description: 'Sessions that serve, newest first.' })
  sessions(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('userId', { type: () => ID, nullable: true, description: 'Of this user only.' }) userId?: string | null,
  ): Promise<SessionPage> {
    return this.service.listLive(ctx, page, userId ?? undefined);
  }

  @AdminMutation('session.end')
  @Mutation(() => Session, { description: 'Signs a browser out at once, on every instance.' })
  endSession(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Session> {
    return this.service.end(ctx, id);
  }

  @AdminMutation('session.end')
  @Mutation(() => User, { description: 'Signs a user out everywhere.' })
  endSessions(@CurrentCtx() ctx: Ctx, @Args('userId', { type: () => ID }) userId: string): Promise<User> {
    return this.service.endAllOf(ctx, userId);
  }

  @AdminMutation('session.end_own')
  @Mutation(() => Session, { description: 'Signs another browser of the viewer out.' })
  endOwnSession(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Session> {
    return this.service.end(ctx, id, actorId(ctx.actor));
  }
}
