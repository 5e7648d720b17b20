import { invalid } from '../../../core/errors.js';

/** A day of the calendar; `month` is 1 to 12, and days beyond the month run on into the next. */
interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MINUTE_MS = 60_000;
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** The day that the instant falls on in the time zone. @throws DomainError invalid_request for an unknown zone */
export function dayAt(instant: Date, timeZone: string): Day {
  const local = new Date(instant.getTime() + offsetMs(instant.getTime(), timeZone));
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** The first instant of a day in the time zone, also where clocks skip midnight. */
export function startOfDay({ year, month, day }: Day, timeZone: string): Date {
  const midnightMs = Date.UTC(year, month - 1, day);
  const guessMs = midnightMs - offsetMs(midnightMs, timeZone);
  const startMs = midnightMs - offsetMs(guessMs, timeZone);
  const exists = offsetMs(guessMs, timeZone) === offsetMs(startMs, timeZone);
  return new Date(exists ? startMs : Math.max(guessMs, startMs));
}

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(instantMs: number, timeZone: string): number {
  const name = formatFor(timeZone)
    .formatToParts(instantMs)
    .find((part) => part.type === 'timeZoneName')?.value;
  const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(name ?? '') ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * 1_000;
  return sign === '-' ? -ms : ms;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    throw invalid('timeZone', "must be the name of a time zone such as 'Europe/Berlin'");
  }
}
