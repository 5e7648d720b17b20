import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from '../../src/modules/audit/chain/canonical-json.js';
import { type AuditRecord, chainOf, GENESIS, recordHash, sha256 } from '../../src/modules/audit/chain/record.js';
import { type Signed, Signer } from '../../src/modules/audit/chain/signature.js';
import type { CheckpointStatement, Head } from '../../src/modules/audit/chain/statements.js';
import { type Outcome, verifyExport } from '../../src/modules/audit/chain/verify-export.js';

/** An audit log that never was in a database: rows of some chains, as they were written, and checkpoints of them. */
export interface Log {
  readonly rows: readonly AuditRecord[];
  readonly checkpoints: readonly Signed<CheckpointStatement>[];
}

export const SIGNER = new Signer('the signing secret of a generated log');
const START_MS = Date.parse('2026-01-01T00:00:00Z');

interface Step {
  readonly chain: number;
  readonly content: Record<string, unknown>;
  readonly isCheckpoint: boolean;
}

const CHAINS = ['*', 'acme', 'zeta'];
const nameOf = (chain: number): object => (CHAINS[chain] === '*' ? {} : { organization_id: CHAINS[chain] });

const content = fc.record({
  actor_name: fc.string({ unit: 'binary', maxLength: 12 }),
  changes: fc.array(fc.record({ before: fc.jsonValue({ maxDepth: 1 }), after: fc.jsonValue({ maxDepth: 1 }) }), {
    maxLength: 2,
  }),
});
const step: fc.Arbitrary<Step> = fc.record({
  chain: fc.nat({ max: CHAINS.length - 1 }),
  content,
  isCheckpoint: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
});

/** Logs of 5 rows to so many. The last checkpoint covers every row. */
export const logsUpTo = (rows: number): fc.Arbitrary<Log> =>
  fc.array(step, { minLength: 5, maxLength: rows, size: 'max' }).map(written);

function written(steps: readonly Step[]): Log {
  const rows: AuditRecord[] = [];
  const checkpoints: Signed<CheckpointStatement>[] = [];
  steps.forEach(({ chain, content: fields, isCheckpoint }, at) => {
    const time = new Date(START_MS + at * 1_000).toISOString();
    const row = { ...fields, ...nameOf(chain), id: `aud_${at}`, at: time, action: 'team.update' };
    rows.push(link(row, lastOf(rows, chainOf(row))));
    if (isCheckpoint || at === steps.length - 1) checkpoints.push(checkpointOf(rows, checkpoints, SIGNER));
  });
  return { rows, checkpoints };
}

export const lastOf = (rows: readonly AuditRecord[], chain: string): AuditRecord | undefined =>
  rows.findLast((row) => chainOf(row) === chain);

/** A row with place, link and hash after another one of its chain. */
export function link(row: AuditRecord, before: AuditRecord | undefined): AuditRecord {
  const place = { chain_seq: (before?.chain_seq ?? 0) + 1, previous_hash: before?.hash ?? GENESIS };
  return { ...row, ...place, hash: recordHash({ ...row, ...place })! };
}

/** All rows of a chain linked anew, as somebody would who has changed one and wants the rest to fit. */
export function restamp(rows: readonly AuditRecord[], chain: string): AuditRecord[] {
  const done: AuditRecord[] = [];
  for (const row of rows) done.push(chainOf(row) === chain ? link(row, lastOf(done, chain)) : row);
  return done;
}

export function checkpointOf(
  rows: readonly AuditRecord[],
  earlier: Log['checkpoints'],
  signer: Signer,
): Signed<CheckpointStatement> {
  const before = earlier.at(-1);
  const known = new Map(earlier.flatMap(({ statement }) => statement.heads.map(({ chain, hash }) => [chain, hash])));
  const heads = headsOf(rows).filter(({ chain, hash }) => known.get(chain) !== hash);
  return signer.sign({
    kind: 'audit checkpoint',
    number: (before?.statement.number ?? 0) + 1,
    at: String(rows.at(-1)!['at']),
    entries: rows.length,
    previous_hash: before ? sha256(canonicalJson(before.statement)) : null,
    heads,
  });
}

function headsOf(rows: readonly AuditRecord[]): Head[] {
  return [...new Set(rows.map(chainOf))].sort().map((chain) => {
    const { chain_seq: seq, hash } = lastOf(rows, chain)!;
    return { chain, seq: seq!, hash: hash! };
  });
}

/** The lines of an export of such rows, signed as the server signs whatever it finds in the database. */
export function exportOf(
  rows: readonly AuditRecord[],
  { checkpoint, filter, signer }: { checkpoint: number; filter: object; signer: Signer },
): string[] {
  const lines = rows.map((row) => canonicalJson(row));
  const digest = createHash('sha256');
  for (const line of lines) digest.update(`${line}\n`);
  const at = new Date(START_MS + 3_600_000).toISOString();
  const opening = signer.sign({ kind: 'audit export', id: 'aud_export', at, filter, checkpoint });
  const heads = headsOf(rows.filter((row) => row.hash !== undefined));
  const end = { kind: 'audit export end', id: 'aud_export', entries: rows.length, heads, digest: digest.digest('hex') };
  return [canonicalJson(opening), ...lines, canonicalJson(signer.sign(end))];
}

interface Circumstances {
  /** Who signs the export; the installation itself when left out. */
  readonly signer?: Signer | undefined;
  /** Keys that are trusted; that of the installation when left out. */
  readonly keys?: readonly string[];
  readonly filter?: object;
}

/** Verifies rows as a database has them now against the checkpoints that were kept elsewhere. */
export function verify(
  rows: readonly AuditRecord[],
  checkpoints: Log['checkpoints'],
  { signer = SIGNER, keys = [SIGNER.publicKey], filter = {} }: Circumstances = {},
): Promise<Outcome> {
  return verifyExport({
    rows: exportOf(rows, { checkpoint: checkpoints.length, signer, filter }),
    checkpoints: checkpoints.length > 0 ? checkpoints.map((each) => canonicalJson(each)) : null,
    keys,
  });
}
