import type { Signed } from './signature.js';

/** The last row of a chain at some moment. */
export interface Head {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

export const sortedHeads = (heads: Iterable<Head>): Head[] => [...heads].sort((a, b) => (a.chain < b.chain ? -1 : 1));

/** Signed every minute in which something was written. */
export interface CheckpointStatement {
  readonly kind: 'audit checkpoint';
  /** 1, 2, 3 and so on. */
  readonly number: number;
  readonly at: string;
  /** Rows in all chains together. */
  readonly entries: number;
  /** Hash of the statement of the checkpoint before; null in the first. */
  readonly previous_hash: string | null;
  /** Of the chains that have grown since the checkpoint before, sorted by name. */
  readonly heads: readonly Head[];
}

/** First line of an export. */
export interface ExportOpening {
  readonly kind: 'audit export';
  readonly id: string;
  readonly at: string;
  /** What was asked for. Empty, or the organization alone: whole chains, in which no row may be missing. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** Number of the checkpoint up to which rows were exported. */
  readonly checkpoint: number;
}

/** Last line of an export. */
export interface ExportClosing {
  readonly kind: 'audit export end';
  /** That of the opening. */
  readonly id: string;
  readonly entries: number;
  /** The last row of each chain in the export, sorted by name. */
  readonly heads: readonly Head[];
  /** SHA-256 over the lines of all rows in their order, each with its newline. */
  readonly digest: string;
}

export type Statement = CheckpointStatement | ExportOpening | ExportClosing;

/** Whether an export left out rows of the chains that it shows. */
export const isPartial = ({ filter }: ExportOpening): boolean =>
  Object.keys(filter).some((name) => name !== 'organization_id');

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const text = (value: unknown): boolean => typeof value === 'string';
const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const instant = (value: unknown): boolean => text(value) && !Number.isNaN(Date.parse(value as string));
const has = (value: unknown, shape: Shape): boolean =>
  isJsonObject(value) && Object.entries(shape).every(([name, test]) => test(value[name]));
const listOf =
  (shape: Shape) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every((each) => has(each, shape));

const HEADS = listOf({ chain: text, seq: count, hash: text });

const SHAPES: Readonly<Record<Statement['kind'], Shape>> = {
  'audit checkpoint': {
    number: count,
    at: instant,
    entries: count,
    previous_hash: (value) => value === null || text(value),
    heads: HEADS,
  },
  'audit export': { id: text, at: instant, filter: isJsonObject, checkpoint: count },
  'audit export end': { id: text, entries: count, heads: HEADS, digest: text },
};

/** A parsed line as a signed statement; null when it is none. Says nothing about the signature. */
export function signedOf(value: unknown): Signed<Statement> | null {
  if (!isJsonObject(value) || !has(value, { statement: isJsonObject, signature: text, key: text })) return null;
  const statement = value['statement'] as Statement;
  return Object.hasOwn(SHAPES, statement.kind) && has(statement, SHAPES[statement.kind])
    ? (value as unknown as Signed<Statement>)
    : null;
}
