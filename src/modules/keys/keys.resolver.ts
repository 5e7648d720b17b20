import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../organizations/index.js';
import { Project, ProjectsService } from '../projects/index.js';
import { Team, TeamsService } from '../teams/index.js';
import { User, UsersService } from '../users/index.js';
import { IssuedKey, Key, KeyPage } from './key.entity.js';
import {
  CreateApiKeyInput,
  CreateUserTokenInput,
  CreateVirtualKeyInput,
  KeyFilter,
  KeyOrder,
  RotateKeyInput,
} from './keys.inputs.js';
import { KeysService } from './keys.service.js';
import { KeyRules } from './rules/key-rules.js';

@Resolver(() => Key)
export class KeysResolver {
  constructor(
    private readonly keys: KeysService,
    private readonly teams: TeamsService,
    private readonly projects: ProjectsService,
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('key.read', { sensitive: true })
  @Query(() => KeyPage, { name: 'keys' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: KeyFilter,
    @Args('orderBy', { type: () => KeyOrder, nullable: true }) order?: KeyOrder,
  ): Promise<KeyPage> {
    return this.keys.list(ctx, page, filter, order);
  }

  @Access('key.read', { sensitive: true })
  @Query(() => Key, { name: 'key' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Key> {
    return this.keys.get(ctx, id);
  }

  @AdminMutation('key.create')
  @Mutation(() => IssuedKey)
  createVirtualKey(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateVirtualKeyInput): Promise<IssuedKey> {
    return this.keys.createVirtualKey(ctx, input);
  }

  @AdminMutation('key.create')
  @Mutation(() => IssuedKey, { description: 'A key of a project, without a team.' })
  createApiKey(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateApiKeyInput): Promise<IssuedKey> {
    return this.keys.createApiKey(ctx, input);
  }

  @AdminMutation('key.create')
  @Mutation(() => IssuedKey, { description: 'A key of one person in a project; refused once the person leaves.' })
  createUserToken(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateUserTokenInput): Promise<IssuedKey> {
    return this.keys.createUserToken(ctx, input);
  }

  @AdminMutation('key.rotate')
  @Mutation(() => IssuedKey, { description: 'Makes a successor; the old key ends at once or after the overlap.' })
  rotateKey(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input', { nullable: true }) input?: RotateKeyInput,
  ): Promise<IssuedKey> {
    return this.keys.rotate(ctx, id, input);
  }

  @AdminMutation('key.update')
  @Mutation(() => Key, { description: 'Replaces the rules of a key; they hold from its next call on.' })
  updateKeyRules(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: KeyRules,
  ): Promise<Key> {
    return this.keys.updateRules(ctx, id, input);
  }

  @AdminMutation('key.revoke')
  @Mutation(() => Key, { description: 'Refused from its next call on, on every instance. Cannot be undone.' })
  revokeKey(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Key> {
    return this.keys.revoke(ctx, id);
  }

  @Access('key.read')
  @ResolveField(() => Boolean, { description: 'Its time has run out: it is refused, whatever its status.' })
  isExpired(@Parent() key: Key): boolean {
    return this.keys.isExpired(key);
  }

  @Access('key.read')
  @ResolveField(() => [Key], {
    description: 'The keys made from one another by rotation, this one included, the latest first; at most 50.',
  })
  lineage(@Parent() key: Key, @CurrentCtx() ctx: Ctx): Promise<Key[]> {
    return this.keys.lineOf(ctx, key);
  }

  @Access('team.read')
  @ResolveField(() => Team, { nullable: true, description: 'The team on whose account it calls.' })
  async team(@Parent() key: Key, @CurrentCtx() ctx: Ctx): Promise<Team | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Team>> => this.teams.byId(ctx, ids);
    return key.teamId === null ? undefined : loadBatched(ctx, 'team', key.teamId, batch);
  }

  @Access('project.read')
  @ResolveField(() => Project, { nullable: true, description: 'What its calls are for.' })
  async project(@Parent() { projectId }: Key, @CurrentCtx() ctx: Ctx): Promise<Project | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Project>> => this.projects.byId(ctx, ids);
    return projectId === null ? undefined : loadBatched(ctx, 'project', projectId, batch);
  }

  @Access('member.read')
  @ResolveField(() => User, { nullable: true, description: 'Who calls with it, of a user token.' })
  async user(@Parent() { userId }: Key, @CurrentCtx() ctx: Ctx): Promise<User | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, User>> => this.users.byId(ctx, ids);
    return userId === null ? undefined : loadBatched(ctx, 'user', userId, batch);
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { description: 'The organization it belongs to.' })
  organization(@Parent() key: Key, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', key.organizationId, batch);
  }
}
