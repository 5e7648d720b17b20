import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { AccessGroupAlias } from '../access/access-group-alias.entity.js';
import { announceChange } from '../catalog-changed.js';
import { lockRow } from '../lock-row.js';
import { overrideBookOf, storePrices, type StoredPrices } from '../models/price-book.js';
import type { PriceFields } from '../models/price-fields.js';
import { requireAll } from '../require-all.js';
import { pricePaid } from './alias-prices.service.js';
import { Alias, AliasStatus, RoutingStrategy } from './alias.entity.js';
import {
  type AliasFilter,
  AliasOrder,
  type CreateAliasInput,
  type SetAliasTargetsInput,
  type UpdateAliasInput,
} from './aliases.inputs.js';
import { TargetsService } from './targets.service.js';

const TARGET_COUNT = '(SELECT count(*) FROM alias_targets t WHERE t.alias_id = alias.id)';
const FIRST_KIND = `(SELECT m.provider_kind FROM alias_targets t JOIN models m ON m.id = t.model_id
  WHERE t.alias_id = alias.id ORDER BY t.position LIMIT 1)`;
const COLUMNS: SortColumns<AliasOrder> = {
  created: ['alias.createdAt', 'timestamptz'],
  name: ['alias.name', 'text'],
  display_name: ['alias.displayName', 'text'],
  status: ['alias.status', 'text'],
  target_count: [TARGET_COUNT, 'bigint'],
  provider: [FIRST_KIND, 'text', 'nullable'],
  input_price: [pricePaid('input'), 'bigint', 'nullable'],
  output_price: [pricePaid('output'), 'bigint', 'nullable'],
};
const IS_SERVED_BY = `EXISTS (SELECT 1 FROM alias_targets t JOIN models m ON m.id = t.model_id
  WHERE t.alias_id = alias.id AND m.provider_kind = :kind)`;
const LEADS_TO = 'EXISTS (SELECT 1 FROM alias_targets t WHERE t.alias_id = alias.id AND t.model_id = :model)';
const IS_IN_GROUP =
  'EXISTS (SELECT 1 FROM access_group_aliases g WHERE g.alias_id = alias.id AND g.access_group_id = :group)';

@Injectable()
export class AliasesService {
  constructor(
    private readonly targets: TargetsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found, also for a deleted one */
  async get(ctx: Ctx, id: string): Promise<Alias> {
    const alias = await ctx.em.findOneBy(Alias, { id });
    if (!alias || alias.status === AliasStatus.DELETED) throw notFound('Model alias', id);
    return alias;
  }

  /** @throws DomainError not_found naming the first that does not exist */
  async getByNames(ctx: Ctx, names: readonly string[]): Promise<Alias[]> {
    const aliases = await ctx.em.findBy(Alias, { name: In(names), status: Not(AliasStatus.DELETED) });
    requireAll(
      'Model alias',
      names,
      aliases.map((alias) => alias.name),
    );
    return aliases;
  }

  /** @throws DomainError not_found */
  async getByName(ctx: Ctx, name: string): Promise<Alias> {
    return (await this.getByNames(ctx, [name]))[0]!;
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: AliasFilter = {},
    order: AliasOrder = AliasOrder.CREATED_DESC,
  ): Promise<Page<Alias>> {
    const isAboutTargets = filter.providerKind || filter.modelId || order.startsWith('provider');
    if (isAboutTargets && !ctx.may('model.read'))
      throw new DomainError('forbidden', 'To filter or sort by what serves an alias needs the right model.read');
    const query = ctx.em.createQueryBuilder(Alias, 'alias').setParameter('now', this.clock.now());
    if (filter.status) query.where('alias.status = :status', { status: filter.status });
    else query.where('alias.status <> :deleted', { deleted: AliasStatus.DELETED });
    if (filter.providerKind) query.andWhere(IS_SERVED_BY, { kind: filter.providerKind });
    if (filter.accessGroupId) query.andWhere(IS_IN_GROUP, { group: filter.accessGroupId });
    if (filter.modelId) query.andWhere(LEADS_TO, { model: filter.modelId });
    if (page.search)
      query.andWhere('(alias.id ILIKE :search OR alias.name ILIKE :search OR alias.displayName ILIKE :search)', {
        search: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError invalid_request, not_found for a model, conflict when the name is taken */
  async create(ctx: Ctx, input: CreateAliasInput): Promise<Alias> {
    const values: Partial<Alias> = {
      id: newId('alias'),
      name: input.name,
      displayName: input.displayName ?? input.name,
      description: input.description ?? null,
      status: AliasStatus.ACTIVE,
      routingStrategy: input.routingStrategy ?? RoutingStrategy.ORDERED,
      priceOverride: stored(input.priceOverride),
    };
    const taken = new DomainError('conflict', `Model alias '${input.name}' already exists`, { field: 'name' });
    const alias = await insertNew(ctx.em, Alias, values, taken);
    await this.targets.replace(ctx, alias, input.targets ?? []);
    await announceChange(ctx, this.events);
    return alias;
  }

  async update(ctx: Ctx, id: string, input: UpdateAliasInput): Promise<Alias> {
    await lockRow(ctx, 'aliases', id);
    const alias = await this.get(ctx, id);
    alias.displayName = input.displayName ?? alias.displayName;
    if (input.description !== undefined) alias.description = input.description;
    if (input.priceOverride !== undefined) alias.priceOverride = stored(input.priceOverride);
    alias.status = input.status ?? alias.status;
    alias.routingStrategy = input.routingStrategy ?? alias.routingStrategy;
    await ctx.em.save(alias);
    await announceChange(ctx, this.events);
    return alias;
  }

  /**
   * Replaces the chain of targets as a whole, and how calls go through it where that is said.
   * @throws DomainError not_found for the alias or a model, invalid_request for a model named twice
   */
  async setTargets(ctx: Ctx, id: string, { targets, routingStrategy }: SetAliasTargetsInput): Promise<Alias> {
    await lockRow(ctx, 'aliases', id);
    const alias = await this.get(ctx, id);
    alias.routingStrategy = routingStrategy ?? alias.routingStrategy;
    alias.updatedAt = this.clock.now();
    await ctx.em.save(alias);
    await this.targets.replace(ctx, alias, targets);
    await announceChange(ctx, this.events);
    return alias;
  }

  /** Takes it from the clients at once, and out of its access groups; its name is free again. */
  async delete(ctx: Ctx, id: string): Promise<Alias> {
    await lockRow(ctx, 'aliases', id);
    const alias = await this.get(ctx, id);
    alias.status = AliasStatus.DELETED;
    await ctx.em.save(alias);
    await ctx.em.remove(await ctx.em.findBy(AccessGroupAlias, { aliasId: id }));
    await announceChange(ctx, this.events);
    return alias;
  }
}

const stored = (fields: PriceFields | null | undefined): StoredPrices | null =>
  fields ? storePrices(overrideBookOf(fields, 'priceOverride')) : null;
