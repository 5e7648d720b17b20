import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import { insertNew } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { announceChange } from '../catalog-changed.js';
import type { Model } from './model.entity.js';
import type { AddPriceInput } from './models.inputs.js';
import { ModelsService } from './models.service.js';
import { bookOf, storePrices } from './price-book.js';
import { Price } from './price.entity.js';

/** Lets prices be added by one transaction at a time, so that what it was decided by stays true. */
export async function lockPrices(ctx: Ctx): Promise<void> {
  await ctx.em.query("SELECT pg_advisory_xact_lock(hashtext('prices'))");
}

/** What models cost, now and over time. Prices are added, and never changed. */
@Injectable()
export class PricesService {
  constructor(
    private readonly models: ModelsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a price that holds from an instant on; calls made before keep theirs.
   * @throws DomainError invalid_request for a price below zero, conflict when one is dated to the same instant
   */
  async addPrice(ctx: Ctx, modelId: string, input: AddPriceInput): Promise<Model> {
    await lockPrices(ctx);
    const model = await this.models.get(ctx, modelId);
    const validFrom = input.validFrom ?? this.clock.now();
    const prices = storePrices(bookOf(input.prices, 'prices'));
    const taken = new DomainError('conflict', `Model '${model.name}' already has a price from that instant on`, {
      field: 'validFrom',
    });
    await insertNew(ctx.em, Price, { id: newId('price'), modelId, validFrom, prices }, taken);
    await announceChange(ctx, this.events);
    return model;
  }

  /** The price of each model that is in effect at a time: the latest from before it. Those without one are left out. */
  async current(ctx: Ctx, modelIds: readonly string[], at = this.clock.now()): Promise<Map<string, Price>> {
    const prices = await ctx.em
      .createQueryBuilder(Price, 'price')
      .distinctOn(['price.modelId'])
      .where('price.modelId = ANY(:modelIds)', { modelIds })
      .andWhere('price.validFrom <= :now', { now: at })
      .orderBy('price.modelId')
      .addOrderBy('price.validFrom', 'DESC')
      .getMany();
    return new Map(prices.map((price) => [price.modelId, price]));
  }

  /** Every price of each model, past and to come, latest first. */
  async history(ctx: Ctx, modelIds: readonly string[]): Promise<Map<string, Price[]>> {
    const prices = await ctx.em
      .createQueryBuilder(Price, 'price')
      .where('price.modelId = ANY(:modelIds)', { modelIds })
      .orderBy('price.validFrom', 'DESC')
      .getMany();
    return groupBy(prices, (price) => price.modelId);
  }
}
