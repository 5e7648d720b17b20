import { invalid } from './errors.js';

export const DEFAULT_PAGE_SIZE = 25;
export const MAX_PAGE_SIZE = 200;

/** What a caller asks of a list. `after` is a cursor that an earlier page gave. */
export interface PageRequest {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly search?: string | null;
}

/** One page. `total` counts every match of the filter, not only this page. */
export interface Page<T> {
  readonly items: T[];
  readonly total: number;
  readonly nextCursor: string | null;
}

export function pageSize(request: PageRequest): number {
  const first = request.first ?? DEFAULT_PAGE_SIZE;
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE_SIZE)
    throw invalid('first', `must be a whole number from 1 to ${MAX_PAGE_SIZE}`);
  return first;
}

/** Place of a row in a keyset: the value of the sort column as text (null sorts last), and the id that breaks ties. */
export interface Cursor {
  readonly value: string | null;
  readonly id: string;
}

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.value, cursor.id])).toString('base64url');
}

export function decodeCursor(text: string): Cursor {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [value, id] = parsed as [unknown, unknown];
      if ((typeof value === 'string' || value === null) && typeof id === 'string') return { value, id };
    }
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw invalid('after', 'is not a cursor of this list');
}
