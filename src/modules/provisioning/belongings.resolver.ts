import { Args, ID, Mutation, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { Project } from '../projects/index.js';
import { ProvisionProjectInput } from './belongings.inputs.js';
import { Belongings } from './belongings.service.js';

@Resolver()
export class BelongingsResolver {
  constructor(private readonly belongings: Belongings) {}

  @AdminMutation('project.create')
  @Mutation(() => Project, { description: 'Makes a project with access; its keys are made separately.' })
  createProject(@CurrentCtx() ctx: Ctx, @Args('input') input: ProvisionProjectInput): Promise<Project> {
    return this.belongings.createProject(ctx, input);
  }

  @AdminMutation('project.delete')
  @Mutation(() => Project, { description: 'Every key that names it is revoked; a tombstone stays.' })
  deleteProject(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Project> {
    return this.belongings.deleteProject(ctx, id);
  }
}
