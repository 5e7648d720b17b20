import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { Model, ModelStatus } from '../models/model.entity.js';
import { requireAll } from '../require-all.js';
import { AliasTarget } from './alias-target.entity.js';
import type { Alias } from './alias.entity.js';
import type { AliasTargetInput } from './aliases.inputs.js';

const ALIAS_COUNTS = `
  SELECT target.model_id AS id, count(DISTINCT alias.id)::integer AS aliases
  FROM alias_targets target JOIN aliases alias ON alias.id = target.alias_id AND alias.status <> 'deleted'
  WHERE target.model_id = ANY($1) GROUP BY target.model_id`;

/** The fallback chains of aliases. */
@Injectable()
export class TargetsService {
  /**
   * Writes the chain of an alias that is locked or new; the list is the order in which targets are tried.
   * @throws DomainError not_found for an unknown model, invalid_request for one named twice
   */
  async replace(ctx: Ctx, alias: Alias, targets: readonly AliasTargetInput[]): Promise<void> {
    const modelIds = targets.map((target) => target.modelId);
    await requireModels(ctx, modelIds);
    await ctx.em.remove(await ctx.em.findBy(AliasTarget, { aliasId: alias.id }));
    const rows = targets.map((target, position) => ({
      id: newId('target'),
      aliasId: alias.id,
      modelId: target.modelId,
      position,
      weight: target.weight ?? 1,
    }));
    await ctx.em.save(ctx.em.create(AliasTarget, rows));
  }

  /** The chain of each alias, in order. */
  async chains(ctx: Ctx, aliasIds: readonly string[]): Promise<Map<string, AliasTarget[]>> {
    const targets = await ctx.em.find(AliasTarget, { where: { aliasId: In(aliasIds) }, order: { position: 'ASC' } });
    return groupBy(targets, (target) => target.aliasId);
  }

  /** How many aliases that are not deleted lead to each model; none has no entry. */
  async aliasCounts(ctx: Ctx, modelIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await ctx.em.query<{ id: string; aliases: number }[]>(ALIAS_COUNTS, [modelIds]);
    return new Map(rows.map((row) => [row.id, row.aliases]));
  }

  /** Models by id, for lists that show them inside their targets. */
  async models(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Model>> {
    const models = await ctx.em.findBy(Model, { id: In(ids) });
    return new Map(models.map((model) => [model.id, model]));
  }
}

async function requireModels(ctx: Ctx, ids: readonly string[]): Promise<void> {
  if (new Set(ids).size < ids.length) throw invalid('targets', 'must not name a model twice');
  const models = await ctx.em.findBy(Model, { id: In(ids), status: Not(ModelStatus.DELETED) });
  requireAll(
    'Model',
    ids,
    models.map((model) => model.id),
  );
}
