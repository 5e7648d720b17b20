import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import type { Page } from '../../../core/page.js';
import {
  AccessGrantsService,
  type Alias,
  AliasesService,
  type SimpleAlias,
  SimpleAliasesService,
} from '../../catalog/index.js';
import { pageAnswer } from '../fields/paging.js';
import { type AliasDone, type AliasList, type AliasView, aliasView } from './aliases.views.js';

/** Gathers what the answers about model aliases show. */
@Injectable()
export class AliasAnswers {
  constructor(
    private readonly aliases: AliasesService,
    private readonly simple: SimpleAliasesService,
    private readonly grants: AccessGrantsService,
  ) {}

  async list(ctx: Ctx, page: Page<Alias>): Promise<AliasList> {
    return { models: await this.views(ctx, await this.simple.describe(ctx, page.items)), ...pageAnswer(page) };
  }

  async named(ctx: Ctx, name: string): Promise<AliasView> {
    const [described] = await this.simple.describe(ctx, [await this.aliases.getByName(ctx, name)]);
    return this.one(ctx, described!);
  }

  async one(ctx: Ctx, alias: SimpleAlias): Promise<AliasView> {
    const [view] = await this.views(ctx, [alias]);
    return view!;
  }

  async delete(ctx: Ctx, name: string): Promise<AliasDone> {
    const alias = await this.aliases.getByName(ctx, name);
    await this.aliases.delete(ctx, alias.id);
    return { model_alias: name, message: `Model alias '${name}' deleted successfully` };
  }

  private async views(ctx: Ctx, aliases: readonly SimpleAlias[]): Promise<AliasView[]> {
    const groupIds = [...new Set(aliases.flatMap((each) => each.accessGroups))];
    const teams = await this.grants.teamsUsing(ctx, groupIds);
    return aliases.map((each) => {
      const ids = each.accessGroups.flatMap((group) => (teams.get(group) ?? []).map((team) => team.id));
      return aliasView(each, [...new Set(ids)].sort());
    });
  }
}
