import { text } from './text.js';

/** One value of metadata as it is edited: plain text, or JSON for numbers, lists and whatever else. */
export interface MetadataRow {
  readonly key: string;
  readonly value: string;
  readonly isJson: boolean;
}

export type Metadata = Readonly<Record<string, unknown>>;

/** How a value reads: texts as they are, everything else as JSON. */
export const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** By key, since the database keeps no order. */
export const entriesOf = (metadata: Metadata): [string, unknown][] =>
  Object.entries(metadata).sort(([a], [b]) => a.localeCompare(b));

export const rowsOf = (metadata: Metadata): MetadataRow[] =>
  entriesOf(metadata).map(([key, value]) => ({ key, value: shownValue(value), isJson: typeof value !== 'string' }));

/** @throws SyntaxError for a value that is no JSON */
export const metadataOf = (rows: readonly MetadataRow[]): Metadata =>
  Object.fromEntries(
    rows.map(({ key, value, isJson }) => [key.trim(), isJson ? (JSON.parse(value) as unknown) : value]),
  );

function isJsonText(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** The first thing wrong with the rows, in words; null when nothing is. */
export function rowsProblem(rows: readonly MetadataRow[]): string | null {
  const keys = rows.map(({ key }) => key.trim());
  if (keys.includes('')) return text.keyMissing;
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) return text.keyTwice(twice);
  const broken = rows.find(({ value, isJson }) => isJson && !isJsonText(value));
  return broken ? text.valueNotJson(broken.key.trim()) : null;
}

/** The object that a JSON text stands for; null when it is none. */
export function parseObject(json: string): Metadata | null {
  if (!isJsonText(json)) return null;
  const value = JSON.parse(json) as unknown;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Metadata) : null;
}
