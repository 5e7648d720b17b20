import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { PageArgs } from '../../infra/graphql/index.js';
import { Organization, OrganizationPage } from './organization.entity.js';
import {
  OrganizationFilter,
  OrganizationOrder,
  SetBillingInput,
  UpdateOrganizationInput,
} from './organizations.inputs.js';
import { OrganizationsService } from './organizations.service.js';

@Resolver(() => Organization)
export class OrganizationsResolver {
  constructor(private readonly organizations: OrganizationsService) {}

  @Access('organization.read')
  @Query(() => OrganizationPage, { name: 'organizations' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: OrganizationFilter,
    @Args('orderBy', { type: () => OrganizationOrder, nullable: true }) order?: OrganizationOrder,
  ): Promise<OrganizationPage> {
    return this.organizations.list(ctx, page, filter, order);
  }

  @Access('organization.read')
  @Query(() => Organization, { name: 'organization' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Organization> {
    return this.organizations.get(ctx, id);
  }

  @AdminMutation('organization.update')
  @Mutation(() => Organization)
  updateOrganization(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateOrganizationInput,
  ): Promise<Organization> {
    return this.organizations.update(ctx, id, input);
  }

  @AdminMutation('organization.suspend')
  @Mutation(() => Organization, { description: 'Every key of the organization is refused from the next call on.' })
  suspendOrganization(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Organization> {
    return this.organizations.suspend(ctx, id);
  }

  @AdminMutation('organization.resume')
  @Mutation(() => Organization)
  resumeOrganization(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Organization> {
    return this.organizations.resume(ctx, id);
  }

  @AdminMutation('billing.update')
  @Mutation(() => Organization, { description: 'Who pays for calls of keys without a team, from the next call on.' })
  setBilling(@CurrentCtx() ctx: Ctx, @Args('input') input: SetBillingInput): Promise<Organization> {
    return this.organizations.setBilling(ctx, input.organizationId, input.billing);
  }
}
