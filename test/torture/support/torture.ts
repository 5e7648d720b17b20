import { appendFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

export interface TortureOptions {
  /** The full figures, for a release; else a form of seconds. */
  readonly long: boolean;
  /** Every random choice comes from it: the same seed gives the same case. */
  readonly seed: number;
}

export interface TortureResult {
  /** What was measured, in a line. */
  readonly figure: string;
  readonly passed: boolean;
  /** What the case needs is not here: its row says so, instead of ok. */
  readonly isSkipped?: true;
  /** What went wrong, or a table worth reading; printed when the case misses, and in the long form. */
  readonly details: readonly string[];
}

export interface TortureCase {
  readonly id: string;
  readonly title: string;
  /** The figure to reach, as a line. */
  readonly target: string;
  run(options: TortureOptions): Promise<TortureResult>;
}

const OPTIONS: TortureOptions = {
  long: process.env.TORTURE_LONG === '1',
  seed: Number(process.env.TORTURE_SEED ?? '1'),
};
const MAX_DETAILS = 60;

/** Makes a case a spec of its own, which also writes its row of the table. A case that throws has missed. */
export function torture({ id, title, target, run }: TortureCase): void {
  it(`${id} ${title}`, async () => {
    const startedMs = performance.now();
    const result = await run(OPTIONS).catch((error: unknown): TortureResult => {
      const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { figure: 'broke off', passed: false, details: thrown.split('\n') };
    });
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const details = result.details.slice(0, MAX_DETAILS);
    record({ id, title, target, ...result, details, seconds });
    // Without the guard a case that passes is the one that fails: scripts/torture.mjs reads that from the row.
    if (process.env.TORTURE_WITHOUT_GUARD === '1') return;
    expect({ figure: result.figure, details, passed: result.passed }).toEqual({
      figure: result.figure,
      details,
      passed: true,
    });
  });
}

function record(row: object): void {
  const file = process.env.TORTURE_ROWS;
  if (file) appendFileSync(file, `${JSON.stringify(row)}\n`);
}
