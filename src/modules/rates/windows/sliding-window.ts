/** Slots that a window is counted in: the price of the exact bound is that what was used comes back up to 1/50 late. */
export const SLOTS = 50;

/** What a window says to a cost at an instant. */
export interface WindowReading {
  /** What counts now, the cost not included. */
  readonly used: number;
  /** Until the cost fits if nothing else is used; 0 when it fits, null when it is more than the whole amount. */
  readonly waitMs: number | null;
  /** Until nothing counts any more if nothing else is used. */
  readonly resetMs: number;
}

/**
 * A sliding window: what is added counts for at least `windowMs` and at most `windowMs` + one slot. So whoever adds only
 * what fits adds at most the amount in ANY interval of that length, a window of the wall clock among them, and a cost
 * is refused only when the last `windowMs` + one slot are too full for it. Time may go back by up to a window: it then
 * stands still. Beyond that the clock was set, and the window begins anew.
 */
export class SlidingWindow {
  private readonly slotMs: number;
  /** Use by slot, the earliest first. */
  private slots = new Map<number, number>();
  private total = 0;
  private latest = 0;

  /** @param windowMs a multiple of SLOTS */
  constructor(windowMs: number) {
    this.slotMs = windowMs / SLOTS;
  }

  read(nowMs: number, cost: number, amount: number): WindowReading {
    this.turn(nowMs);
    const last = [...this.slots.keys()].at(-1);
    return {
      used: this.total,
      waitMs: this.waitFor(nowMs, cost, amount),
      resetMs: last === undefined ? 0 : this.leaves(last) - nowMs,
    };
  }

  /** Counts a cost; gives the slot that it stands in. */
  add(nowMs: number, cost: number): number {
    this.turn(nowMs);
    this.put(this.latest, cost);
    return this.latest;
  }

  /** Corrects what was added: less is taken from its slot while that counts, more is used now. */
  correct(nowMs: number, slot: number, difference: number): void {
    this.turn(nowMs);
    if (difference > 0) this.put(this.latest, difference);
    else this.put(slot, -Math.min(-difference, this.slots.get(slot) ?? 0));
  }

  isEmpty(nowMs: number): boolean {
    this.turn(nowMs);
    return this.total === 0;
  }

  private put(slot: number, difference: number): void {
    const use = (this.slots.get(slot) ?? 0) + difference;
    if (use === 0) this.slots.delete(slot);
    else this.slots.set(slot, use);
    this.total += difference;
  }

  /** Moves on to the instant: forgets the slots that no longer count. */
  private turn(nowMs: number): void {
    const slot = Math.floor(nowMs / this.slotMs);
    if (this.latest - slot > SLOTS) {
      this.slots = new Map();
      this.total = 0;
      this.latest = slot;
    }
    this.latest = Math.max(this.latest, slot);
    for (const [each, use] of this.slots) {
      if (each >= this.latest - SLOTS) break;
      this.slots.delete(each);
      this.total -= use;
    }
  }

  private waitFor(nowMs: number, cost: number, amount: number): number | null {
    if (cost > amount) return null;
    let excess = this.total + cost - amount;
    if (excess <= 0) return 0;
    for (const [slot, use] of this.slots) {
      excess -= use;
      if (excess <= 0) return this.leaves(slot) - nowMs;
    }
    return null;
  }

  /** The instant from which on a slot no longer counts. */
  private leaves(slot: number): number {
    return (slot + SLOTS + 1) * this.slotMs;
  }
}
