const DAY = /^2\d{3}-\d{2}-\d{2}$/;
const INSTANT = /^2\d{3}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Reads an RFC 3339 time, or a day in UTC, which means its first moment, or the moment after its end.
 * @returns null for anything else, a 31st of February too
 */
export function readInstant(text: string, dayEnds: boolean): Date | null {
  const isDay = DAY.test(text);
  if (!isDay && !INSTANT.test(text)) return null;
  const day = new Date(text.slice(0, 10));
  // Date rolls the 31st of February over into March.
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return null;
  if (isDay) return dayEnds ? new Date(day.getTime() + DAY_MS) : day;
  const instant = new Date(text.toUpperCase());
  return Number.isNaN(instant.getTime()) ? null : instant;
}
