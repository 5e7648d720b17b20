import { Injectable } from '@nestjs/common';
import type { CallPlace } from '../../../core/scope.js';
import { asUnavailable, Database } from '../../../infra/database/index.js';
import { remainingOf } from '../windows/window-figures.js';
import { LimitPaths, type LimitSlot } from './limit-paths.service.js';

/** A limit that binds a caller, with the figures of the caller's own window. Amounts are in the stored unit. */
export interface BoundLimit extends Pick<LimitSlot, 'limitId' | 'scope' | 'unit' | 'period' | 'zone' | 'enforcement'> {
  /** With the grants that run now. */
  readonly amount: bigint;
  readonly posted: bigint;
  readonly held: bigint;
  readonly remaining: bigint;
  /** Null: never. */
  readonly resetsAt: Date | null;
}

interface Row {
  readonly id: string;
  readonly amount: string;
  readonly posted: string;
  readonly held: string;
}

const FIGURES = `
  SELECT w.id, w.posted, w.held, limit_amount(l.id, l.amount, $2) AS amount
  FROM limit_windows w JOIN limits l ON l.id = w.limit_id
  WHERE w.id = ANY($1) AND w.organization_id = $3 AND l.status = 'active'`;

/** What a caller may still use. */
@Injectable()
export class LimitsOf {
  constructor(
    private readonly paths: LimitPaths,
    private readonly database: Database,
  ) {}

  /** The limits that bind a place, in the order of their windows; reads only, decides nothing. */
  async of(place: CallPlace, at: Date): Promise<BoundLimit[]> {
    const { slots } = await this.paths.of(place, at);
    const figures = await this.figuresOf(place, slots, at);
    return slots.flatMap((slot) => {
      const row = figures.get(slot.windowId);
      if (!row) return []; // Deleted a moment ago.
      const [amount, posted, held] = [BigInt(row.amount), BigInt(row.posted), BigInt(row.held)];
      const { limitId, unit, period, zone, enforcement, endsAt: resetsAt } = slot;
      const remaining = remainingOf({ amount, posted, held });
      const scope = slot.subject === '' ? slot.scope : { ...slot.scope, memberId: slot.subject };
      return [{ limitId, scope, unit, period, zone, enforcement, amount, posted, held, remaining, resetsAt }];
    });
  }

  private async figuresOf(place: CallPlace, slots: readonly LimitSlot[], at: Date): Promise<Map<bigint, Row>> {
    if (slots.length === 0) return new Map();
    const values = [slots.map((slot) => slot.windowId.toString()), at, place.organizationId];
    try {
      const { rows } = await this.database.pool.query<Row>({ name: 'limit_figures', text: FIGURES, values });
      return new Map(rows.map((row) => [BigInt(row.id), row]));
    } catch (error) {
      throw asUnavailable(error) ?? error;
    }
  }
}
