/** Ranges of time that end now, by the name they have in the address bar, in milliseconds. */
export const RANGES = {
  H1: 3_600_000,
  D1: 86_400_000,
  D7: 7 * 86_400_000,
  D30: 30 * 86_400_000,
  D90: 90 * 86_400_000,
} as const;

export type RangeName = keyof typeof RANGES;

export interface TimeRange {
  readonly from: string | null;
  /** Exclusive; null for no end. */
  readonly to: string | null;
}

const MINUTE_MS = 60_000;

export const isRangeName = (text: string | undefined): text is RangeName =>
  text !== undefined && Object.hasOwn(RANGES, text);

function instant(text: string | undefined): string | null {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/**
 * The range that the address bar asks for: `range` names one that ends now, `from` and `to` are instants. What is no
 * instant counts as left out. Exact to the minute, so that the same page asks for the same rows while it is redrawn.
 */
export function timeRange(filters: Readonly<Record<string, string>>, now = Date.now()): TimeRange {
  const { range, from, to } = filters;
  if (!isRangeName(range)) return { from: instant(from), to: instant(to) };
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return { from: new Date(minute - RANGES[range]).toISOString(), to: null };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** An instant as a field of the type datetime-local has it: in the viewer's zone, to the minute. */
export function toLocalField(at: string | null): string {
  if (!at) return '';
  const local = new Date(at);
  const day = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  return `${day}T${two(local.getHours())}:${two(local.getMinutes())}`;
}

/** The instant that such a field means; null when it is empty. */
export const fromLocalField = (text: string): string | null => instant(text === '' ? undefined : text);
