import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { AuditService } from '../audit/index.js';
import { Organization } from '../organizations/index.js';
import { Project } from '../projects/index.js';
import { Team } from '../teams/index.js';
import { KeyPage } from './key.entity.js';
import { KeysService } from './keys.service.js';

@Resolver(() => Team)
export class TeamKeysResolver {
  constructor(
    private readonly keys: KeysService,
    private readonly audit: AuditService,
  ) {}

  @Access('key.read')
  @ResolveField(() => KeyPage, {
    name: 'keys',
    description: 'Its keys. Leaves an audit row, as every list of keys does.',
  })
  keysOf(@Parent() team: Team, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<KeyPage> {
    const target = { type: 'Key', id: null, arguments: { teamId: team.id, ...page } };
    return this.audit.read(ctx, { action: 'key.read', target }, () => this.keys.list(ctx, page, { teamId: team.id }));
  }

  @Access('team.read')
  @ResolveField(() => Int, { description: 'How many of its keys work now: neither revoked nor expired.' })
  async activeKeyCount(@Parent() team: Team, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> => this.keys.countActive(ctx, 'team', ids);
    return (await loadBatched(ctx, 'team.activeKeyCount', team.id, batch)) ?? 0;
  }
}

@Resolver(() => Project)
export class ProjectKeysResolver {
  constructor(
    private readonly keys: KeysService,
    private readonly audit: AuditService,
  ) {}

  @Access('key.read')
  @ResolveField(() => KeyPage, {
    name: 'keys',
    description: 'Keys of every kind that name it. Leaves an audit row, as every list of keys does.',
  })
  keysOf(@Parent() { id: projectId }: Project, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<KeyPage> {
    const target = { type: 'Key', id: null, arguments: { projectId, ...page } };
    return this.audit.read(ctx, { action: 'key.read', target }, () => this.keys.list(ctx, page, { projectId }));
  }

  @Access('project.read')
  @ResolveField(() => Int, { description: 'How many keys that name it work now: neither revoked nor expired.' })
  async activeKeyCount(@Parent() project: Project, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> => this.keys.countActive(ctx, 'project', ids);
    return (await loadBatched(ctx, 'project.activeKeyCount', project.id, batch)) ?? 0;
  }
}

@Resolver(() => Organization)
export class OrganizationKeysResolver {
  constructor(private readonly keys: KeysService) {}

  @Access('organization.read')
  @ResolveField(() => Int, { description: 'How many of its keys work now: neither revoked nor expired.' })
  async activeKeyCount(@Parent() organization: Organization, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> =>
      this.keys.countActive(ctx, 'organization', ids);
    return (await loadBatched(ctx, 'organization.activeKeyCount', organization.id, batch)) ?? 0;
  }
}
