import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import type { CallPlace, Scope } from '../../../core/scope.js';
import { type Period, windowOf } from '../../../core/window.js';
import { asUnavailable, Database } from '../../../infra/database/index.js';
import { Events, RECONNECTED } from '../../../infra/events/index.js';
import type { LimitEnforcement, LimitUnit } from '../limit-words.js';
import { LIMITS_CHANGED } from '../../ledger/index.js';
import { OPEN_WINDOWS, openWindows } from '../windows/open-windows.js';
import { type Bound, boundAt } from './limit-rows.js';

/** A window that a call is charged to, with what the words about it need. */
export interface LimitSlot {
  readonly windowId: bigint;
  readonly limitId: string;
  readonly scope: Scope;
  /** Whose window it is, of a limit for each member; else empty. */
  readonly subject: string;
  readonly unit: LimitUnit;
  readonly period: Period;
  readonly zone: string;
  readonly enforcement: LimitEnforcement;
  readonly startsAt: Date;
  /** Null never ends. */
  readonly endsAt: Date | null;
}

/** All windows that a call is charged to, by id; true of this version of the limits of its organization alone. */
export interface LimitPath {
  readonly version: bigint;
  readonly slots: readonly LimitSlot[];
}

/** What is remembered of a place. */
interface Known {
  readonly bound: Bound;
  readonly path: LimitPath;
  /** The windows run from here up to, but not including, there. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Hot path: the windows that a call falls into. What is remembered only saves look-ups: the ledger compares the version
 * in its own transaction, refuses an outdated path, and the caller forgets the organization and asks again.
 */
@Injectable()
export class LimitPaths implements OnModuleInit {
  /** Organization id > place > what is known or being asked for, so that a rush of calls asks once. */
  private readonly places = new Map<string, Map<string, Promise<Known>>>();
  private readonly slots = new Map<bigint, LimitSlot>();
  private size = 0;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(LIMITS_CHANGED, ({ organizationId }) => this.forget(String(organizationId)));
    this.events.subscribe(RECONNECTED, () => this.forgetAll());
  }

  /** @param at when the call is admitted @throws DomainError ledger_unavailable */
  async of(place: CallPlace, at: Date): Promise<LimitPath> {
    const key = keyOf(place);
    const asked = this.places.get(place.organizationId)?.get(key);
    const known = await asked;
    if (known && known.fromMs <= at.getTime() && at.getTime() < known.untilMs) return known.path;
    const newer = this.places.get(place.organizationId)?.get(key);
    if (newer && newer !== asked) return this.of(place, at); // Somebody else has asked meanwhile.
    const answer = this.look(place, at, known?.bound);
    this.keep(place.organizationId, key, answer);
    return (await answer).path;
  }

  /** Forgets what was remembered of an organization, because its limits have changed. */
  forget(organizationId: string): void {
    this.size -= this.places.get(organizationId)?.size ?? 0;
    this.places.delete(organizationId);
  }

  /** A window that a path of this process has named, for words about it; undefined once it is long ago. */
  slot(windowId: bigint): LimitSlot | undefined {
    return this.slots.get(windowId);
  }

  private forgetAll(): void {
    this.places.clear();
    this.size = 0;
  }

  private keep(organizationId: string, key: string, answer: Promise<Known>): void {
    if (this.size >= this.config.bounds.limitPathEntries) this.forgetAll();
    const places = this.places.get(organizationId) ?? new Map<string, Promise<Known>>();
    this.places.set(organizationId, places);
    if (!places.has(key)) this.size++;
    places.set(key, answer);
    answer.catch(() => {
      // The one who asked is told; whoever comes next asks anew.
      if (places.get(key) !== answer || !places.delete(key)) return;
      if (this.places.get(organizationId) === places) this.size--;
    });
  }

  /** @param bound what binds the place, when that is known and only its windows have ended */
  private async look(place: CallPlace, at: Date, bound?: Bound): Promise<Known> {
    try {
      const current = bound ?? (await boundAt(this.database.pool, place));
      const slots = await this.slotsOf(place.organizationId, current, at);
      for (const slot of slots) this.note(slot);
      return {
        bound: current,
        path: { version: current.version, slots },
        fromMs: Math.max(...slots.map((slot) => slot.startsAt.getTime()), -Infinity),
        untilMs: Math.min(...slots.map((slot) => slot.endsAt?.getTime() ?? Infinity), Infinity),
      };
    } catch (error) {
      throw asUnavailable(error) ?? error;
    }
  }

  private async slotsOf(organizationId: string, { bindings }: Bound, at: Date): Promise<LimitSlot[]> {
    const wanted = bindings.map(({ limit, subject }) => ({ ...windowOf(limit, at), limitId: limit.id, subject }));
    const run = async (text: string, values: unknown[]): Promise<unknown[]> =>
      (await this.database.pool.query<object>({ name: text === OPEN_WINDOWS ? 'open_windows' : '', text, values }))
        .rows;
    const windows = await openWindows(run, organizationId, wanted, at);
    const limits = new Map(bindings.map(({ limit }) => [limit.id, limit]));
    return windows
      .map(({ id, limitId, subject, startsAt, endsAt }): LimitSlot => {
        const { scope, unit, period, zone, enforcement } = limits.get(limitId)!;
        return { windowId: id, limitId, scope, subject, unit, period, zone, enforcement, startsAt, endsAt };
      })
      .sort((one, other) => (one.windowId < other.windowId ? -1 : 1));
  }

  /** The longest known makes room. */
  private note(slot: LimitSlot): void {
    this.slots.delete(slot.windowId);
    this.slots.set(slot.windowId, slot);
    if (this.slots.size <= this.config.bounds.limitSlotEntries) return;
    const [oldest] = this.slots.keys();
    this.slots.delete(oldest!);
  }
}

const keyOf = ({ keyId, teamId, projectId, userId }: CallPlace): string =>
  JSON.stringify([keyId, teamId, projectId, userId]);
