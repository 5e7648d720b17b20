import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import { Alias, AliasStatus } from '../aliases/alias.entity.js';
import { requireAll } from '../require-all.js';
import { AccessGroupAlias } from './access-group-alias.entity.js';
import { AccessGroup } from './access-group.entity.js';
import { MAX_ALIASES_OF_GROUP } from './access-groups.inputs.js';
import { follow } from './follow.js';

/** Which aliases are in which access groups. */
@Injectable()
export class GroupAliasesService {
  /**
   * Writes the aliases of a group that is locked or new.
   * @param change from the ids of the aliases that are in it to those that shall be
   * @throws DomainError not_found for an alias
   */
  async replace(ctx: Ctx, group: AccessGroup, change: (present: string[]) => readonly string[]): Promise<void> {
    const links = await ctx.em.findBy(AccessGroupAlias, { accessGroupId: group.id });
    const wanted = [...new Set(change(links.map((link) => link.aliasId)))];
    await requireAliases(ctx, wanted);
    await ctx.em.remove(links.filter((link) => !wanted.includes(link.aliasId)));
    const added = wanted.filter((aliasId) => !links.some((link) => link.aliasId === aliasId));
    await ctx.em.save(added.map((aliasId) => ctx.em.create(AccessGroupAlias, { accessGroupId: group.id, aliasId })));
  }

  /** The aliases of each group, by name. */
  async aliasesOf(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, Alias[]>> {
    const links = await ctx.em.findBy(AccessGroupAlias, { accessGroupId: In(groupIds) });
    const pairs = links.map((link) => [link.accessGroupId, link.aliasId] as const);
    const aliasIds = pairs.map(([, aliasId]) => aliasId);
    return follow(pairs, await ctx.em.find(Alias, { where: { id: In(aliasIds) }, order: { name: 'ASC' } }));
  }

  /** The groups that each alias is in, by id. */
  async groupsOf(ctx: Ctx, aliasIds: readonly string[]): Promise<Map<string, AccessGroup[]>> {
    const links = await ctx.em.findBy(AccessGroupAlias, { aliasId: In(aliasIds) });
    const pairs = links.map((link) => [link.aliasId, link.accessGroupId] as const);
    const groupIds = pairs.map(([, groupId]) => groupId);
    return follow(pairs, await ctx.em.find(AccessGroup, { where: { id: In(groupIds) }, order: { id: 'ASC' } }));
  }
}

async function requireAliases(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (ids.length > MAX_ALIASES_OF_GROUP) throw invalid('aliasIds', `must be at most ${MAX_ALIASES_OF_GROUP}`);
  const aliases = await ctx.em.findBy(Alias, { id: In(ids), status: Not(AliasStatus.DELETED) });
  requireAll(
    'Model alias',
    ids,
    aliases.map((alias) => alias.id),
  );
}
