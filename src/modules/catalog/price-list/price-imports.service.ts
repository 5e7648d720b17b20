import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, invalid } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import { insertAll, recordChange } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { announceChange } from '../catalog-changed.js';
import { Model, ModelStatus } from '../models/model.entity.js';
import { readPrices, storePrices } from '../models/price-book.js';
import { Price } from '../models/price.entity.js';
import { lockPrices, PricesService } from '../models/prices.service.js';
import { builtInList } from './built-in-list.js';
import { type DiffRow, diffOf, type KnownModel } from './price-diff.js';
import { importRow, type PriceImport, type PriceImportPreview } from './price-imports.views.js';
import type { ImportPricesInput, PriceImportPreviewInput } from './price-imports.inputs.js';
import type { ListedModel } from './price-list-entry.js';
import { keyOf, readPriceList } from './price-list.js';

/** A list against the catalogue as it is at a moment. */
interface Comparison {
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly rows: readonly DiffRow[];
}

/** A row whose model gets the price of the list. */
interface Taken {
  readonly row: DiffRow;
  readonly listed: ListedModel;
}

/** Brings the catalogue up to a price list. Prices are added beside the old ones; nothing is changed or deleted. */
@Injectable()
export class PriceImportsService {
  constructor(
    private readonly prices: PricesService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError invalid_request for what is no price list at all, or for a time that has passed */
  async preview(ctx: Ctx, input: PriceImportPreviewInput): Promise<PriceImportPreview> {
    const { rows, ...rest } = await this.compare(ctx, input);
    return { ...rest, rows: rows.map(importRow) };
  }

  /**
   * Makes the models that are missing, which any enabled provider of their kind serves, and adds the prices that differ.
   * What stands already is left alone, so that a repeat does nothing.
   * @throws DomainError conflict when the catalogue is no longer the one of the preview, invalid_request for rows that
   * the preview does not offer
   */
  async import(ctx: Ctx, input: ImportPricesInput): Promise<PriceImport> {
    await lockPrices(ctx);
    const comparison = await this.compare(ctx, input);
    const taken = takenFrom(comparison.rows, input.rowIds ?? null);
    if (taken.length > 0 && input.fingerprint !== comparison.fingerprint) throw outdated();
    const { validFrom } = comparison;
    const created = taken.filter(({ row }) => row.difference === 'new').map(({ listed }) => modelOf(listed));
    const idOfNew = new Map(created.map((model) => [keyOf(model), model.id]));
    const prices = taken.map(({ row, listed }) => ({
      id: newId('price'),
      modelId: row.known?.id ?? idOfNew.get(keyOf(listed))!,
      validFrom,
      prices: storePrices(listed.prices),
    }));
    await insertAll(ctx.em, Model, created, outdated());
    await insertAll(ctx.em, Price, prices, sameInstant());
    if (taken.length > 0) record(ctx, comparison, taken, input.list ? 'Price list' : 'Built-in price list');
    await announceChange(ctx, this.events);
    return { validFrom, modelsCreated: created.length, pricesAdded: prices.length };
  }

  private async compare(ctx: Ctx, { list, validFrom }: PriceImportPreviewInput): Promise<Comparison> {
    const now = this.clock.now();
    if (validFrom && validFrom < now) throw invalid('validFrom', 'must not lie in the past');
    const from = validFrom ?? now;
    const rows = diffOf(readPriceList(list ?? builtInList()), await this.catalogue(ctx, from));
    return { fingerprint: fingerprintOf(validFrom ?? null, rows), validFrom: from, rows };
  }

  private async catalogue(ctx: Ctx, at: Date): Promise<KnownModel[]> {
    const where = { status: Not(ModelStatus.DELETED) };
    const models = await ctx.em.find(Model, { where, order: { providerKind: 'ASC', name: 'ASC', id: 'ASC' } });
    const ids = models.map((model) => model.id);
    const prices = await this.prices.current(ctx, ids, at);
    return models.map(({ id, providerKind, name }) => {
      const price = prices.get(id);
      return { id, providerKind, name, prices: price ? readPrices(price.prices) : null };
    });
  }
}

/** Those of the rows asked for that change something. A new model may be named as it was before it was made. */
function takenFrom(rows: readonly DiffRow[], ids: readonly string[] | null): Taken[] {
  const byName = new Map(rows.flatMap((row) => (row.listed ? [[keyOf(row.listed), row] as const] : [])));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const asked = ids === null ? rows : [...new Set(ids)].map((id) => byId.get(id) ?? byName.get(id) ?? notOffered(id));
  return asked.flatMap((row) => {
    if (row.difference === 'new' || row.difference === 'changed') return [{ row, listed: row.listed! }];
    if (ids !== null && row.difference !== 'unchanged') return notOffered(row.id);
    return [];
  });
}

function notOffered(id: string): never {
  throw invalid('rowIds', `'${id.slice(0, 300)}' is no row of the preview that can be imported`);
}

const outdated = (): DomainError =>
  new DomainError('conflict', 'The catalogue has changed since the preview; look at it again', {
    field: 'fingerprint',
  });

const sameInstant = (): DomainError =>
  new DomainError('conflict', 'A model already has a price from that instant on', { field: 'validFrom' });

const modelOf = ({ providerKind, name, contextWindow, maxOutputTokens, capabilities }: ListedModel) => ({
  id: newId('model'),
  providerId: null,
  providerKind,
  name,
  contextWindow,
  maxOutputTokens,
  capabilities: [...capabilities],
  plans: [],
  status: ModelStatus.ACTIVE,
});

const withoutBigints = (_name: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

const fingerprintOf = (validFrom: Date | null, rows: readonly DiffRow[]): string =>
  createHash('sha256')
    .update(JSON.stringify([validFrom, rows], withoutBigints))
    .digest('hex');

/** One change for all of an import: what each model cost before, and what it will cost. */
function record(ctx: Ctx, { fingerprint, validFrom }: Comparison, taken: readonly Taken[], name: string): void {
  const nameOf = ({ row, listed }: Taken): string => (row.known ? `${keyOf(listed)} (${row.id})` : keyOf(listed));
  const before = taken.map((each) => [
    nameOf(each),
    each.row.known?.prices ? storePrices(each.row.known.prices) : null,
  ]);
  const after = taken.map((each) => [nameOf(each), storePrices(each.listed.prices)]);
  recordChange(ctx.em, {
    entity: 'PriceImport',
    id: fingerprint,
    organizationId: null,
    before: { prices: Object.fromEntries(before) },
    after: { name, validFrom: validFrom.toISOString(), prices: Object.fromEntries(after) },
  });
}
