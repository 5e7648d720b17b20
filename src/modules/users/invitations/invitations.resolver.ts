import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { Invitation, InvitationPage, InvitationStatus } from './invitation.entity.js';
import { CreateInvitationInput, InvitationFilter, InvitationOrder, IssuedInvitation } from './invitations.inputs.js';
import { InvitationsService } from './invitations.service.js';

@Resolver(() => Invitation)
export class InvitationsResolver {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('invitation.read')
  @Query(() => InvitationPage, { name: 'invitations' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: InvitationFilter,
    @Args('orderBy', { type: () => InvitationOrder, nullable: true }) order?: InvitationOrder,
  ): Promise<InvitationPage> {
    return this.invitations.list(ctx, page, filter, order);
  }

  @AdminMutation('invitation.create')
  @Mutation(() => IssuedInvitation, { description: 'Its link works once, for 7 days, for whoever opens it.' })
  createInvitation(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateInvitationInput): Promise<IssuedInvitation> {
    return this.invitations.create(ctx, input);
  }

  @AdminMutation('invitation.revoke')
  @Mutation(() => Invitation)
  revokeInvitation(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Invitation> {
    return this.invitations.revoke(ctx, id);
  }

  @Access('invitation.read')
  @ResolveField(() => InvitationStatus)
  status(@Parent() invitation: Invitation): InvitationStatus {
    return this.invitations.statusOf(invitation);
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { nullable: true })
  organization(
    @Parent() { organizationId }: Invitation,
    @CurrentCtx() ctx: Ctx,
  ): Promise<Organization | undefined> | null {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return organizationId ? loadBatched(ctx, 'organization', organizationId, batch) : null;
  }
}
