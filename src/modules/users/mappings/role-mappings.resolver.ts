import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { RoleMapping, RoleMappingPage } from './role-mapping.entity.js';
import { CreateRoleMappingInput, RoleMappingFilter, RoleMappingOrder } from './role-mappings.inputs.js';
import { RoleMappingsService } from './role-mappings.service.js';

@Resolver(() => RoleMapping)
export class RoleMappingsResolver {
  constructor(
    private readonly mappings: RoleMappingsService,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('role_mapping.read')
  @Query(() => RoleMappingPage, { name: 'roleMappings' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: RoleMappingFilter,
    @Args('orderBy', { type: () => RoleMappingOrder, nullable: true }) order?: RoleMappingOrder,
  ): Promise<RoleMappingPage> {
    return this.mappings.list(ctx, page, filter, order);
  }

  @AdminMutation('role_mapping.create')
  @Mutation(() => RoleMapping, { description: 'People have the role from their next sign-in on.' })
  createRoleMapping(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateRoleMappingInput): Promise<RoleMapping> {
    return this.mappings.create(ctx, input);
  }

  @AdminMutation('role_mapping.delete')
  @Mutation(() => RoleMapping, { description: 'People keep the role until their next sign-in.' })
  deleteRoleMapping(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<RoleMapping> {
    return this.mappings.delete(ctx, id);
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { nullable: true })
  organization(
    @Parent() { organizationId }: RoleMapping,
    @CurrentCtx() ctx: Ctx,
  ): Promise<Organization | undefined> | null {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return organizationId ? loadBatched(ctx, 'organization', organizationId, batch) : null;
  }
}
