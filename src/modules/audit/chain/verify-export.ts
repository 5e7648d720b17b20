import { createHash } from 'node:crypto';
import { Anchors } from './anchors.js';
import { canonicalOrNull } from './canonical-json.js';
import { ChainVerifier } from './chain-verifier.js';
import { type Fault, faultOf } from './fault.js';
import type { AuditRecord } from './record.js';
import { fingerprint, isSignedByItsKey, type Signed } from './signature.js';
import {
  type CheckpointStatement,
  type ExportClosing,
  type ExportOpening,
  type Head,
  isJsonObject,
  isPartial,
  signedOf,
  type Statement,
} from './statements.js';

/** How much the clocks of two servers may differ: a checkpoint that is older than an export by more came before it. */
const CLOCK_SKEW_MS = 120_000;

type Lines = AsyncIterable<string> | Iterable<string>;

export interface Evidence {
  /** Lines of an export, in the format JSON lines. */
  readonly rows: Lines;
  /** Lines with checkpoints that were kept elsewhere than the rows; null when there are none. */
  readonly checkpoints: Lines | null;
  /** Public keys that the person who verifies trusts. */
  readonly keys: readonly string[];
}

export interface Outcome {
  readonly verdict: 'ok' | 'tampered' | 'unanchored';
  readonly fault: Fault | null;
  /** Why the verdict is not ok although nothing is wrong, and other things worth knowing. */
  readonly notes: readonly string[];
  readonly rows: number;
  readonly unchained: number;
  readonly chains: number;
  /** Of each chain whose end no checkpoint vouches for: the first row that none does. */
  readonly unanchored: readonly { readonly chain: string; readonly since: number }[];
}

/** The evidence is no export, or holds no checkpoint. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/**
 * Verifies an export offline, in one pass and in memory that does not grow with its rows.
 * @throws UnreadableError
 */
export async function verifyExport({ rows, checkpoints, keys }: Evidence): Promise<Outcome> {
  const notes: string[] = [];
  const anchors = new Anchors();
  const trust = new Trust(keys);
  const fault = checkpoints && (await readCheckpoints(checkpoints, { anchors, trust, notes }));
  const reader = new ExportReader(anchors, trust);
  const found = fault ?? (await reader.read(rows));
  return conclude(reader, { found, trust, notes, hasCheckpoints: checkpoints !== null });
}

/** Whose signatures count: those of the trusted keys, or, when none was named, those of the first key that is met. */
class Trust {
  private first: string | null = null;

  constructor(private readonly keys: readonly string[]) {}

  get isPinned(): boolean {
    return this.keys.length > 0;
  }

  get keyMet(): string | null {
    return this.first;
  }

  check(signed: Signed<unknown>, what: string): Fault | null {
    if (!isSignedByItsKey(signed)) return faultOf(`${what} does not bear a valid signature`);
    this.first ??= signed.key;
    const trusted = this.isPinned ? this.keys : [this.first];
    if (trusted.includes(signed.key)) return null;
    return faultOf(`${what} is signed by a foreign key, ${fingerprint(signed.key)}`);
  }
}

interface Checks {
  readonly anchors: Anchors;
  readonly trust: Trust;
  readonly notes: string[];
}

async function readCheckpoints(lines: Lines, { anchors, trust, notes }: Checks): Promise<Fault | null> {
  const statements: CheckpointStatement[] = [];
  let unreadable = 0;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const signed = signedOf(parse(line));
    const statement = signed?.statement;
    if (statement?.kind !== 'audit checkpoint') {
      unreadable++;
      continue;
    }
    const fault = trust.check(signed!, `checkpoint ${statement.number}`);
    if (fault) return fault;
    statements.push(statement);
  }
  if (statements.length === 0) throw new UnreadableError('the file of checkpoints holds none');
  if (unreadable > 0) notes.push(`${unreadable} lines of the file of checkpoints hold none and were passed over`);
  return anchors.add(statements);
}

class ExportReader {
  verifier: ChainVerifier;
  opening: ExportOpening | null = null;
  private readonly digest = createHash('sha256');
  private lineNumber = 0;
  private closing: ExportClosing | null = null;

  constructor(
    private readonly anchors: Anchors,
    private readonly trust: Trust,
  ) {
    this.verifier = new ChainVerifier(anchors);
  }

  async read(lines: Lines): Promise<Fault | null> {
    for await (const line of lines) {
      this.lineNumber++;
      const fault = this.readLine(line);
      if (fault) return fault;
    }
    if (this.lineNumber === 0) throw new UnreadableError('the file is empty');
    return this.end();
  }

  private readLine(line: string): Fault | null {
    const value = parse(line);
    if (this.lineNumber === 1 && !isJsonObject(value))
      throw new UnreadableError('the file is no export of the audit log: its first line is no JSON object');
    if (this.closing) return this.lineFault('stands after the closing statement');
    const signed = signedOf(value);
    if (!signed && !isRecord(value)) return this.lineFault('is neither a row nor a statement');
    // Another spelling, such as one with a member twice, could show other readers something else than this one.
    if (canonicalOrNull(value) !== line) return this.lineFault('is not written as exports are');
    if (signed) return this.statement(signed);
    return this.row(line, value as AuditRecord);
  }

  private row(line: string, record: AuditRecord): Fault | null {
    this.digest.update(`${line}\n`);
    return this.verifier.add(record);
  }

  private statement(signed: Signed<Statement>): Fault | null {
    const { statement } = signed;
    const fault = this.trust.check(signed, `the statement in line ${this.lineNumber}`);
    if (fault) return fault;
    if (statement.kind === 'audit export' && this.lineNumber === 1) {
      this.opening = statement;
      this.verifier = new ChainVerifier(this.anchors, isPartial(statement));
      return null;
    }
    if (statement.kind !== 'audit export end') return this.lineFault('holds a statement that does not belong there');
    this.closing = statement;
    return null;
  }

  private end(): Fault | null {
    const { opening, closing, verifier } = this;
    if (!opening) return faultOf('the opening statement is missing');
    const fault = verifier.endsAt(this.due(opening));
    if (fault) return fault;
    if (!closing) return faultOf(`the file is cut off after line ${this.lineNumber}: its closing statement is missing`);
    if (closing.id !== opening.id) return faultOf('the closing statement is that of another export');
    const cut = verifier.endsAt(closing.heads);
    if (cut || (closing.entries === verifier.rows && closing.digest === this.digest.digest('hex'))) return cut;
    return faultOf(
      `the rows are not those that were exported: those were ${closing.entries}, these are ${verifier.rows}`,
    );
  }

  /** What checkpoints saw before the export was made must be in it. */
  private due({ checkpoint, at: exportedAt, filter }: ExportOpening): Head[] {
    const before = Date.parse(exportedAt) - CLOCK_SKEW_MS;
    const only = filter['organization_id'];
    return this.anchors
      .heads(({ number, at }) => number <= checkpoint || Date.parse(at) < before)
      .filter(({ chain }) => only === undefined || chain === only);
  }

  private lineFault(problem: string): Fault {
    return faultOf(`line ${this.lineNumber} ${problem}`);
  }
}

interface Findings {
  readonly found: Fault | null;
  readonly trust: Trust;
  readonly notes: string[];
  readonly hasCheckpoints: boolean;
}

function conclude(reader: ExportReader, { found, trust, notes, hasCheckpoints }: Findings): Outcome {
  const { verifier, opening } = reader;
  const partial = opening !== null && isPartial(opening);
  const unanchored = [...verifier.chains]
    .map(([chain, { seq, anchoredTo }]) => ({ chain, seq, since: anchoredTo + 1 }))
    .filter(({ seq, since }) => since <= seq)
    .map(({ chain, since }) => ({ chain, since }));
  if (verifier.unchained > 0)
    notes.push(`${verifier.unchained} rows are older than the chain; nothing tells whether they were changed`);
  if (!hasCheckpoints) notes.push('no checkpoints were given: pass --checkpoints');
  if (!trust.isPinned && trust.keyMet)
    notes.push(`nobody vouches for the key ${fingerprint(trust.keyMet)}: pass --public-key`);
  if (partial) notes.push('the export is filtered: rows that a filter left out cannot be missed');
  const isOk = unanchored.length === 0 && hasCheckpoints && trust.isPinned && !partial;
  const verdict = found ? 'tampered' : isOk ? 'ok' : 'unanchored';
  const { rows, unchained, chains } = verifier;
  return { verdict, fault: found, notes, rows, unchained, chains: chains.size, unanchored };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Not JSON: the caller says where.
  }
}

const isRecord = (value: unknown): value is AuditRecord =>
  isJsonObject(value) &&
  typeof value['id'] === 'string' &&
  ['string', 'undefined'].includes(typeof value['organization_id']);
