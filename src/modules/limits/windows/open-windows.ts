import type { TimeWindow } from '../../../core/window.js';

/** Something that runs SQL and gives its rows. */
export type RunSql = (text: string, values: unknown[]) => Promise<unknown[]>;

/** A window that a call falls into, by the rule of its limit. */
export interface WantedWindow extends TimeWindow {
  readonly limitId: string;
  readonly subject: string;
}

export interface OpenWindow extends WantedWindow {
  readonly id: bigint;
}

interface Row {
  readonly limit_id: string;
  readonly subject: string;
  readonly id: string;
  readonly starts_at: Date;
  readonly ends_at: Date | number;
}

/** A window that somebody else opens at this moment is seen by the next try. */
const MAX_TRIES = 5;

/**
 * What is stored goes before the rule: the last window of a subject runs to its own end, and the next begins no earlier,
 * whatever was changed since. So windows never overlap. They are added in one order, so that nobody waits in a circle.
 */
export const OPEN_WINDOWS = `
  WITH wanted AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
      WITH ORDINALITY AS w (limit_id, subject, starts_at, ends_at, place)),
  latest AS (
    SELECT wanted.place, wanted.limit_id, wanted.subject, w.id, w.starts_at, w.ends_at
    FROM wanted CROSS JOIN LATERAL (SELECT id, starts_at, ends_at FROM limit_windows w
      WHERE w.limit_id = wanted.limit_id AND w.subject = wanted.subject AND w.starts_at <= $5
      ORDER BY w.starts_at DESC LIMIT 1) w),
  opened AS (
    INSERT INTO limit_windows (limit_id, organization_id, subject, starts_at, ends_at)
    SELECT wanted.limit_id, $6, wanted.subject, greatest(wanted.starts_at, latest.ends_at), wanted.ends_at
    FROM wanted LEFT JOIN latest USING (place)
    WHERE latest.ends_at IS NULL OR latest.ends_at <= $5
    ORDER BY 1, 3
    ON CONFLICT (limit_id, subject, starts_at) DO NOTHING RETURNING limit_id, subject, id, starts_at, ends_at)
  SELECT limit_id, subject, id, starts_at, ends_at FROM latest WHERE ends_at > $5
  UNION ALL SELECT limit_id, subject, id, starts_at, ends_at FROM opened`;

export const instantOrNone = (value: Date | number): Date | null => (typeof value === 'number' ? null : value);

/** The windows of one organization that an instant falls into, of which those that are missing are made. */
export async function openWindows(
  run: RunSql,
  organizationId: string,
  wanted: readonly WantedWindow[],
  at: Date,
): Promise<OpenWindow[]> {
  if (wanted.length === 0) return [];
  const columns = [
    wanted.map((each) => each.limitId),
    wanted.map((each) => each.subject),
    wanted.map((each) => each.startsAt),
    wanted.map((each) => each.endsAt ?? 'infinity'),
  ];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const rows = (await run(OPEN_WINDOWS, [...columns, at, organizationId])) as Row[];
    if (rows.length === wanted.length) return rows.map(windowOfRow);
  }
  throw new Error(`the windows of ${wanted.length} limits could not be opened`);
}

const windowOfRow = (row: Row): OpenWindow => ({
  id: BigInt(row.id),
  limitId: row.limit_id,
  subject: row.subject,
  startsAt: row.starts_at,
  endsAt: instantOrNone(row.ends_at),
});
