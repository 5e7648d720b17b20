import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import type { Page } from '../../../core/page.js';
import {
  AccessGrantsService,
  type AccessGroup,
  AccessGroupsService,
  type Alias,
  AliasesService,
  GroupAliasesService,
  SimpleAliasesService,
} from '../../catalog/index.js';
import { pageAnswer } from '../fields/paging.js';
import type { CreateAccessGroupBody } from './access-groups.inputs.js';
import type { AccessGroupList, AccessGroupView } from './access-groups.views.js';

type AliasInGroup = AccessGroupView['model_aliases'][number];

/** Model access groups in the original's words: it names aliases by name where the catalog takes ids. */
@Injectable()
export class AccessGroupAnswers {
  constructor(
    private readonly groups: AccessGroupsService,
    private readonly groupAliases: GroupAliasesService,
    private readonly grants: AccessGrantsService,
    private readonly aliases: AliasesService,
    private readonly simple: SimpleAliasesService,
  ) {}

  /** @throws DomainError not_found for an alias, conflict when the name is taken */
  async create(ctx: Ctx, body: CreateAccessGroupBody): Promise<AccessGroupView> {
    const { group_name: id, display_name: displayName, description } = body;
    const aliasIds = await this.idsOf(ctx, body.model_aliases ?? []);
    return this.one(ctx, await this.groups.create(ctx, { id, displayName, description, aliasIds }));
  }

  /** @throws DomainError not_found for the group or an alias */
  async setModels(ctx: Ctx, id: string, names: readonly string[]): Promise<AccessGroupView> {
    const { id: known } = await this.groups.get(ctx, id);
    return this.one(ctx, await this.groups.setAliases(ctx, known, await this.idsOf(ctx, names)));
  }

  async list(ctx: Ctx, page: Page<AccessGroup>): Promise<AccessGroupList> {
    return { model_access_groups: await this.views(ctx, page.items), ...pageAnswer(page) };
  }

  async one(ctx: Ctx, group: AccessGroup): Promise<AccessGroupView> {
    const [view] = await this.views(ctx, [group]);
    return view!;
  }

  private async idsOf(ctx: Ctx, names: readonly string[]): Promise<string[]> {
    return (await this.aliases.getByNames(ctx, names)).map((alias) => alias.id);
  }

  private async views(ctx: Ctx, groups: readonly AccessGroup[]): Promise<AccessGroupView[]> {
    const ids = groups.map((group) => group.id);
    const members = await this.groupAliases.aliasesOf(ctx, ids);
    const teams = await this.grants.teamsUsing(ctx, ids);
    const aliases = await this.described(ctx, [...members.values()].flat());
    return groups.map((group) => ({
      group_name: group.id,
      display_name: group.displayName,
      description: group.description,
      status: group.status,
      model_aliases: (members.get(group.id) ?? []).map((alias) => aliases.get(alias.id)!),
      teams_using: (teams.get(group.id) ?? []).map((team) => team.id),
      created_at: group.createdAt,
      updated_at: group.updatedAt,
    }));
  }

  private async described(ctx: Ctx, aliases: readonly Alias[]): Promise<Map<string, AliasInGroup>> {
    const each = [...new Map(aliases.map((alias) => [alias.id, alias])).values()];
    const described = await this.simple.describe(ctx, each);
    return new Map(
      described.map(({ alias, providerKind, actualModel }) => [
        alias.id,
        {
          model_alias: alias.name,
          display_name: alias.displayName,
          provider: providerKind,
          actual_model: actualModel,
        },
      ]),
    );
  }
}
