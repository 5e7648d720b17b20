import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import type { PriceBook } from '../../../core/usage.js';
import type { ProviderKind } from '../../../providers/index.js';
import { AccessGroupsService } from '../access/access-groups.service.js';
import { GroupAliasesService } from '../access/group-aliases.service.js';
import type { Model } from '../models/model.entity.js';
import { ModelsService } from '../models/models.service.js';
import { fieldsOf, isWithin, overridden, readPrices } from '../models/price-book.js';
import { PricesService } from '../models/prices.service.js';
import { providerKind } from '../providers/provider-kind.js';
import type { AliasTarget } from './alias-target.entity.js';
import type { Alias, AliasStatus, RoutingStrategy } from './alias.entity.js';
import { AliasesService } from './aliases.service.js';
import { changedPrices, type SimplePriceChanges, type SimplePrices, simplePrices } from './simple-prices.js';
import { TargetsService } from './targets.service.js';

/** An alias as the REST of the seeds sees it: one name, one model, one price. Prices are per million tokens. */
export interface SimpleAlias extends SimplePrices {
  readonly alias: Alias;
  /** Of its first target; null when it has none. */
  readonly providerKind: ProviderKind | null;
  readonly actualModel: string | null;
  readonly accessGroups: readonly string[];
  /** The weights of its targets, in their order; null for somebody who may not see models. */
  readonly weights: readonly number[] | null;
}

/** What is left out or null stays as it is; a price of 0 is a price. */
export interface SimpleAliasChanges extends SimplePriceChanges {
  readonly displayName?: string | null;
  readonly description?: string | null;
  readonly status?: AliasStatus.ACTIVE | AliasStatus.INACTIVE | null;
  readonly providerKind?: string | null;
  readonly actualModel?: string | null;
  readonly accessGroups?: readonly string[] | null;
  readonly routingStrategy?: RoutingStrategy | null;
  /** Of all its targets, in their order. */
  readonly weights?: readonly number[] | null;
}

export interface NewSimpleAlias extends Omit<SimpleAliasChanges, 'status' | 'weights'> {
  readonly alias: string;
  readonly displayName: string;
  readonly providerKind: string;
  readonly actualModel: string;
}

@Injectable()
export class SimpleAliasesService {
  constructor(
    private readonly aliases: AliasesService,
    private readonly targets: TargetsService,
    private readonly models: ModelsService,
    private readonly prices: PricesService,
    private readonly groups: AccessGroupsService,
    private readonly groupAliases: GroupAliasesService,
  ) {}

  /**
   * Makes an alias, with its model unless any provider of the kind serves that already. The price given becomes the
   * model's when it has none yet, else the alias's own where it differs.
   * @throws DomainError invalid_request, not_found for an access group, conflict when the alias exists
   */
  async createSimple(ctx: Ctx, input: NewSimpleAlias): Promise<SimpleAlias> {
    const { alias: name, displayName, description = null, routingStrategy } = input;
    const alias = await this.aliases.create(ctx, { name, displayName, description, routingStrategy });
    await this.point(ctx, alias, await this.modelOf(ctx, input.providerKind, input.actualModel));
    return this.apply(ctx, alias, input);
  }

  /**
   * Changes what is given. A price that the alias has of its own stays when it comes to lead to another model.
   * @throws DomainError not_found for the alias, and as createSimple
   */
  async updateSimple(ctx: Ctx, name: string, changes: SimpleAliasChanges): Promise<SimpleAlias> {
    const { id } = await this.aliases.getByName(ctx, name);
    const { displayName, status, routingStrategy } = changes;
    const alias = await this.aliases.update(ctx, id, {
      displayName,
      status,
      routingStrategy,
      description: changes.description ?? undefined,
    });
    if (changes.providerKind || changes.actualModel) await this.repoint(ctx, alias, changes);
    if (changes.weights) await this.weigh(ctx, alias, changes.weights);
    return this.apply(ctx, alias, changes);
  }

  async describe(ctx: Ctx, aliases: readonly Alias[]): Promise<SimpleAlias[]> {
    const ids = aliases.map((alias) => alias.id);
    const groups = await this.groupAliases.groupsOf(ctx, ids);
    const chains = await this.targets.chains(ctx, ids);
    const models = await this.firstModelsOf(ctx, chains);
    const modelIds = [...models.values()].map((model) => model.id);
    const prices = await this.prices.current(ctx, modelIds);
    return aliases.map((alias) => {
      const model = models.get(alias.id);
      const price = model && prices.get(model.id);
      const charged = price ? overridden(readPrices(price.prices), overrideOf(alias)) : {};
      return {
        alias,
        providerKind: model?.providerKind ?? null,
        actualModel: model?.name ?? null,
        accessGroups: (groups.get(alias.id) ?? []).map((group) => group.id),
        ...simplePrices(charged),
        weights: ctx.may('model.read') ? (chains.get(alias.id) ?? []).map(({ weight }) => weight) : null,
      };
    });
  }

  private async apply(ctx: Ctx, alias: Alias, changes: SimpleAliasChanges): Promise<SimpleAlias> {
    const hasPrice = (changes.pricingInputUsd ?? changes.pricingOutputUsd ?? changes.pricingTiers ?? null) !== null;
    if (hasPrice) await this.setPrice(ctx, alias, changes);
    if (changes.accessGroups) await this.setGroups(ctx, alias, changes.accessGroups);
    const [described] = await this.describe(ctx, [await this.aliases.get(ctx, alias.id)]);
    return described!;
  }

  private async repoint(ctx: Ctx, alias: Alias, changes: SimpleAliasChanges): Promise<void> {
    const present = (await this.firstModels(ctx, [alias.id])).get(alias.id);
    const kind = changes.providerKind ?? present?.providerKind ?? '';
    const name = changes.actualModel ?? present?.name ?? '';
    if (name === '') throw invalid('actualModel', 'must be given, since the alias leads to no model yet');
    // Naming what it leads to already must not cost it its other targets.
    if (present?.providerKind === kind && present.name === name) return;
    await this.point(ctx, alias, await this.modelOf(ctx, kind, name));
  }

  private async weigh(ctx: Ctx, alias: Alias, weights: readonly number[]): Promise<void> {
    const chain = (await this.targets.chains(ctx, [alias.id])).get(alias.id) ?? [];
    if (chain.length !== weights.length)
      throw invalid('weights', `must be as many as its targets, of which it has ${chain.length}`);
    const targets = chain.map(({ modelId }, at) => ({ modelId, weight: weights[at]! }));
    await this.aliases.setTargets(ctx, alias.id, { targets });
  }

  private async modelOf(ctx: Ctx, kind: string, name: string): Promise<Model> {
    return this.models.findOrCreate(ctx, providerKind(kind, 'provider'), name);
  }

  private async point(ctx: Ctx, alias: Alias, model: Model): Promise<void> {
    await this.aliases.setTargets(ctx, alias.id, { targets: [{ modelId: model.id }] });
  }

  private async setPrice(ctx: Ctx, alias: Alias, changes: SimplePriceChanges): Promise<void> {
    const model = (await this.firstModels(ctx, [alias.id])).get(alias.id);
    const price = model && (await this.prices.current(ctx, [model.id])).get(model.id);
    const [book, override] = [price ? readPrices(price.prices) : {}, overrideOf(alias) ?? {}];
    const wanted = overridden(override, changedPrices(changes, overridden(book, override)));
    if (isWithin(wanted, {})) return;
    if (model && !price) await this.prices.addPrice(ctx, model.id, { prices: fieldsOf(wanted) });
    const isOfModel = model !== undefined && (!price || isWithin(wanted, book));
    await this.aliases.update(ctx, alias.id, { priceOverride: isOfModel ? null : fieldsOf(wanted) });
  }

  private async setGroups(ctx: Ctx, alias: Alias, groupIds: readonly string[]): Promise<void> {
    const present = (await this.groupAliases.groupsOf(ctx, [alias.id])).get(alias.id) ?? [];
    const added = [...new Set(groupIds)].filter((id) => !present.some((group) => group.id === id));
    for (const id of added) await this.groups.addAlias(ctx, id, alias.id);
    for (const group of present)
      if (!groupIds.includes(group.id)) await this.groups.removeAlias(ctx, group.id, alias.id);
  }

  private async firstModels(ctx: Ctx, aliasIds: readonly string[]): Promise<Map<string, Model>> {
    return this.firstModelsOf(ctx, await this.targets.chains(ctx, aliasIds));
  }

  private async firstModelsOf(ctx: Ctx, byAlias: ReadonlyMap<string, AliasTarget[]>): Promise<Map<string, Model>> {
    const firsts = [...byAlias.values()].map((chain) => chain[0]!);
    const models = await this.targets.models(
      ctx,
      firsts.map(({ modelId }) => modelId),
    );
    return new Map(firsts.map(({ aliasId, modelId }) => [aliasId, models.get(modelId)!]));
  }
}

const overrideOf = (alias: Alias): PriceBook | null => alias.priceOverride && readPrices(alias.priceOverride);
