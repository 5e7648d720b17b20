import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import type { ProviderKind } from '../../../providers/index.js';
import { requireUnused } from '../aliases/aliases-using.js';
import { announceChange } from '../catalog-changed.js';
import { lockRow } from '../lock-row.js';
import { providerKind } from '../providers/provider-kind.js';
import { ProvidersService } from '../providers/providers.service.js';
import { Model, ModelStatus } from './model.entity.js';
import { type CreateModelInput, type ModelFilter, ModelOrder, type UpdateModelInput } from './models.inputs.js';

const ALIAS_COUNT = `(SELECT count(DISTINCT a.id) FROM alias_targets t
  JOIN aliases a ON a.id = t.alias_id AND a.status <> 'deleted' WHERE t.model_id = model.id)`;
const IS_SERVED_BY = `EXISTS (SELECT 1 FROM providers p WHERE p.id = :server
  AND (model.provider_id = p.id OR (model.provider_id IS NULL AND model.provider_kind = p.kind)))`;
const COLUMNS: SortColumns<ModelOrder> = {
  created: ['model.createdAt', 'timestamptz'],
  name: ['model.name', 'text'],
  provider_kind: ['model.providerKind', 'text'],
  context_window: ['model.contextWindow', 'bigint', 'nullable'],
  status: ['model.status', 'text'],
  alias_count: [ALIAS_COUNT, 'bigint'],
};

@Injectable()
export class ModelsService {
  constructor(
    private readonly providers: ProvidersService,
    private readonly events: Events,
  ) {}

  /** @throws DomainError not_found, also for a deleted one */
  async get(ctx: Ctx, id: string): Promise<Model> {
    const model = await ctx.em.findOneBy(Model, { id });
    if (!model || model.status === ModelStatus.DELETED) throw notFound('Model', id);
    return model;
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: ModelFilter = {},
    order: ModelOrder = ModelOrder.CREATED_DESC,
  ): Promise<Page<Model>> {
    const query = ctx.em.createQueryBuilder(Model, 'model');
    if (filter.status) query.where('model.status = :status', { status: filter.status });
    else query.where('model.status <> :deleted', { deleted: ModelStatus.DELETED });
    const equal = { providerId: filter.providerId, providerKind: filter.providerKind, name: filter.name };
    for (const [column, value] of Object.entries(equal))
      if (value) query.andWhere(`model.${column} = :${column}`, { [column]: value });
    if (filter.servedBy) query.andWhere(IS_SERVED_BY, { server: filter.servedBy });
    if (page.search)
      query.andWhere('(model.id ILIKE :search OR model.name ILIKE :search)', { search: containing(page.search) });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError invalid_request, not_found for the provider, conflict when it serves the model already */
  async create(ctx: Ctx, input: CreateModelInput): Promise<Model> {
    const values: Partial<Model> = {
      id: newId('model'),
      providerId: input.providerId ?? null,
      providerKind: await this.kindFor(ctx, input),
      name: input.name,
      contextWindow: input.contextWindow ?? null,
      maxOutputTokens: input.maxOutputTokens ?? null,
      capabilities: input.capabilities ?? [],
      plans: input.plans ?? [],
      status: ModelStatus.ACTIVE,
    };
    const taken = new DomainError('conflict', `Model '${input.name}' already exists`, { field: 'name' });
    const model = await insertNew(ctx.em, Model, values, taken);
    await announceChange(ctx, this.events);
    return model;
  }

  /** The model of that name which any provider of the kind serves; made when there is none yet. */
  async findOrCreate(ctx: Ctx, kind: ProviderKind, name: string): Promise<Model> {
    const models = await ctx.em.findBy(Model, { providerId: IsNull(), providerKind: kind, name });
    const known = models.find((model) => model.status !== ModelStatus.DELETED);
    return known ?? this.create(ctx, { providerKind: kind, name });
  }

  async update(ctx: Ctx, id: string, input: UpdateModelInput): Promise<Model> {
    await lockRow(ctx, 'models', id);
    const model = await this.get(ctx, id);
    if (input.contextWindow !== undefined) model.contextWindow = input.contextWindow;
    if (input.maxOutputTokens !== undefined) model.maxOutputTokens = input.maxOutputTokens;
    model.capabilities = input.capabilities ?? model.capabilities;
    model.plans = input.plans ?? model.plans;
    model.status = input.status ?? model.status;
    return this.save(ctx, model);
  }

  /** Its prices stay, for the calls that were billed by them. @throws DomainError conflict naming the aliases */
  async delete(ctx: Ctx, id: string): Promise<Model> {
    const model = await this.get(ctx, id);
    await requireUnused(ctx, { modelId: id }, `model '${model.name}'`);
    model.status = ModelStatus.DELETED;
    return this.save(ctx, model);
  }

  private async save(ctx: Ctx, model: Model): Promise<Model> {
    await ctx.em.save(model);
    await announceChange(ctx, this.events);
    return model;
  }

  private async kindFor(ctx: Ctx, input: CreateModelInput): Promise<ProviderKind> {
    const named = input.providerKind ? providerKind(input.providerKind, 'providerKind') : null;
    const provider = input.providerId ? await this.providers.get(ctx, input.providerId) : null;
    const kind = provider?.kind ?? named;
    if (!kind) throw invalid('providerKind', 'must be given when there is no providerId');
    if (named && named !== kind) throw invalid('providerKind', `must be '${kind}', the kind of the provider`);
    return kind;
  }
}
