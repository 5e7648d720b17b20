const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/** Further from midnight in UTC than any clock of the world has ever been. */
const REACH_MS = 24 * HOUR_MS;
/** No zone has ever changed its clocks twice within this. */
const STEP_MS = 6 * HOUR_MS;

const MAX_ZONES = 1_000;
const MAX_STARTS = 1_000;

const NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;
const SHOWN = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/;

const zones = new Map<string, ZoneDays>();

/** Whether this is the name of a time zone of IANA, such as `Europe/Berlin`. */
export function isZone(name: string): boolean {
  if (!NAME.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The days of a zone; making one takes long, so each is made once. */
export function zoneDays(name: string): ZoneDays {
  let zone = zones.get(name);
  if (!zone) {
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(name, (zone = new ZoneDays(name)));
  }
  return zone;
}

/**
 * The days of the calendar in one time zone, numbered from 1970-01-01 on, as stretches of time without gap or overlap:
 * a day begins at the first instant whose local date is that day or a later one.
 */
export class ZoneDays {
  private readonly format: Intl.DateTimeFormat;
  private readonly starts = new Map<number, number>();

  constructor(timeZone: string) {
    const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' } as const;
    const more = { minute: 'numeric', second: 'numeric', hourCycle: 'h23', calendar: 'gregory' } as const;
    this.format = new Intl.DateTimeFormat('en-US', { timeZone, ...digits, ...more });
  }

  /** The day that an instant counts in. Where clocks go back over midnight, the repeated hour counts in the new day. */
  dayAt(instantMs: number): number {
    const day = Math.floor((instantMs + this.offsetMs(instantMs)) / DAY_MS);
    return this.startOf(day + 1) <= instantMs ? day + 1 : day;
  }

  /** The first instant of a day, in milliseconds; that of the day after for one that the zone skipped. */
  startOf(day: number): number {
    let start = this.starts.get(day);
    if (start === undefined) {
      if (this.starts.size >= MAX_STARTS) this.starts.clear();
      this.starts.set(day, (start = this.findStart(day * DAY_MS)));
    }
    return start;
  }

  /** Goes from one stretch of equal offset to the next until one holds an instant at or after local midnight. */
  private findStart(midnightMs: number): number {
    let fromMs = midnightMs - REACH_MS;
    let offsetMs = this.offsetMs(fromMs);
    for (let atMs = fromMs + STEP_MS; ; atMs += STEP_MS) {
      const isSame = this.offsetMs(atMs) === offsetMs;
      const endMs = isSame ? atMs : this.changeBetween(atMs - STEP_MS, atMs);
      const startMs = Math.max(fromMs, midnightMs - offsetMs);
      if (startMs < endMs) return startMs;
      if (isSame) continue;
      fromMs = endMs;
      offsetMs = this.offsetMs(endMs);
    }
  }

  /** The first whole second with another offset than the first of two instants has. */
  private changeBetween(beforeMs: number, afterMs: number): number {
    const offsetMs = this.offsetMs(beforeMs);
    let [low, high] = [beforeMs / SECOND_MS, afterMs / SECOND_MS];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetMs(middle * SECOND_MS) === offsetMs) low = middle;
      else high = middle;
    }
    return high * SECOND_MS;
  }

  /** How far the clocks of the zone are ahead of UTC. */
  private offsetMs(instantMs: number): number {
    const wholeMs = Math.floor(instantMs / SECOND_MS) * SECOND_MS;
    const [, month, day, year, hour, minute, second] = SHOWN.exec(this.format.format(wholeMs))!.map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - wholeMs;
  }
}
