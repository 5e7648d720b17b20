import { invalid } from '../../../core/errors.js';

/** A day of the calendar; `month` is 1 to 12, and months and days beyond their range run on into their neighbours. */
interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MINUTE_MS = 60_000;
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** The days of a time zone, as instants. */
export class TimeZone {
  private readonly format: Intl.DateTimeFormat;

  /** @throws DomainError invalid_request for a name that is none of IANA's */
  constructor(name: string) {
    try {
      this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    } catch {
      throw invalid('timeZone', "must be the name of a time zone such as 'Europe/Berlin'");
    }
  }

  /** The day that an instant falls on. */
  dayAt(instant: Date): Day {
    const local = new Date(instant.getTime() + this.offsetMs(instant.getTime()));
    return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
  }

  /** The first instant of a day, also where clocks skip midnight. */
  startOf({ year, month, day }: Day): Date {
    const midnightMs = Date.UTC(year, month - 1, day);
    const guessMs = midnightMs - this.offsetMs(midnightMs);
    const startMs = midnightMs - this.offsetMs(guessMs);
    const exists = this.offsetMs(guessMs) === this.offsetMs(startMs);
    return new Date(exists ? startMs : Math.max(guessMs, startMs));
  }

  /** How far the zone's clocks are ahead of UTC at an instant. */
  private offsetMs(instantMs: number): number {
    const name = this.format.formatToParts(instantMs).find((part) => part.type === 'timeZoneName')?.value;
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(name ?? '') ?? [];
    const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1_000;
    return sign === '-' ? -ms : ms;
  }
}
