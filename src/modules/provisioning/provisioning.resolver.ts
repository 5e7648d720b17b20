import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { Organization } from '../organizations/index.js';
import { Team } from '../teams/index.js';
import {
  ProvisionedOrganization,
  ProvisionedTeam,
  ProvisionOrganizationInput,
  ProvisionTeamInput,
} from './provisioning.inputs.js';
import { ProvisioningService } from './provisioning.service.js';

@Resolver()
export class ProvisioningResolver {
  constructor(private readonly provisioning: ProvisioningService) {}

  @AdminMutation('organization.create')
  @Mutation(() => ProvisionedOrganization)
  createOrganization(
    @CurrentCtx() ctx: Ctx,
    @Args('input') input: ProvisionOrganizationInput,
  ): Promise<ProvisionedOrganization> {
    return this.provisioning.createOrganization(ctx, input);
  }

  @AdminMutation('organization.delete')
  @Mutation(() => Organization, { description: 'Refused while it has active teams. A tombstone stays.' })
  deleteOrganization(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Organization> {
    return this.provisioning.deleteOrganization(ctx, id);
  }

  @AdminMutation('team.create')
  @Mutation(() => ProvisionedTeam, { description: 'Makes a team with access, credits and its first key.' })
  createTeam(@CurrentCtx() ctx: Ctx, @Args('input') input: ProvisionTeamInput): Promise<ProvisionedTeam> {
    return this.provisioning.createTeam(ctx, input);
  }

  @AdminMutation('team.delete')
  @Mutation(() => Team, { description: 'Its keys are revoked; a tombstone stays, and its id stays taken.' })
  deleteTeam(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Team> {
    return this.provisioning.deleteTeam(ctx, id);
  }
}
