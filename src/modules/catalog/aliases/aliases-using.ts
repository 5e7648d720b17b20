import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { Model } from '../models/model.entity.js';
import { AliasTarget } from './alias-target.entity.js';
import { Alias, AliasStatus } from './alias.entity.js';

const MAX_NAMED = 20;

/**
 * Guards the deletion of a model, or of a provider with its models, that aliases still lead to.
 * @param what what is being deleted, as the message calls it
 * @throws DomainError conflict naming the aliases
 */
export async function requireUnused(
  ctx: Ctx,
  by: { modelId: string } | { providerId: string },
  what: string,
): Promise<void> {
  const query = ctx.em
    .createQueryBuilder(Alias, 'alias')
    .innerJoin(AliasTarget, 'target', 'target.aliasId = alias.id')
    .innerJoin(Model, 'model', 'model.id = target.modelId')
    .where('alias.status <> :deleted', { deleted: AliasStatus.DELETED });
  if ('modelId' in by) query.andWhere('model.id = :modelId', by);
  else query.andWhere('model.providerId = :providerId', by);
  const aliases = await query.orderBy('alias.name').limit(MAX_NAMED).getMany();
  if (aliases.length === 0) return;
  const names = aliases.map((alias) => alias.name);
  throw new DomainError('conflict', `Cannot delete ${what} - still in use by aliases: ${names.join(', ')}`, {
    aliases: names,
  });
}
