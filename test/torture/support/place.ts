import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../../support/database.js';

/** A database that gateways run on, and a way past them into it. */
export interface Place {
  readonly url: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows whose columns the query names
  query<T = any>(sql: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

/** A database of its own on the server of the run. */
export async function openPlace(): Promise<Place> {
  const { url, owner, drop } = await createTestDatabase();
  return {
    url,
    close: drop,
    query: async <T>(sql: string, values: unknown[] = []) => (await owner.query(sql, values)).rows as T[],
  };
}

const POLL_MS = 20;

/** Looks again and again until what is asked is true. @throws Error when that takes longer than the patience */
export async function until(
  what: string,
  patienceMs: number,
  isTrue: () => Promise<boolean> | boolean,
): Promise<number> {
  const startedMs = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedMs > patienceMs) throw new Error(`${what}: not within ${patienceMs / 1_000} s`);
    await sleep(POLL_MS);
  }
  return performance.now() - startedMs;
}

/** Until no call runs any more. */
export const untilAllEnded = (place: Place, patienceMs: number): Promise<number> =>
  until('all calls ended', patienceMs, async () => {
    const [row] = await place.query<{ n: number }>("SELECT count(*)::int AS n FROM calls WHERE state = 'reserved'");
    return row!.n === 0;
  });
