/** What one field was before and is after; text that people read. */
export interface FieldDiff {
  /** `metadata.plan` for a field of a field. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly kind: 'added' | 'removed' | 'changed' | 'same';
}

type Columns = Readonly<Record<string, unknown>> | null;

/** One thing that an entry of the audit log says has changed. */
export interface Change {
  readonly entity: string;
  readonly id: string;
  readonly before: Columns;
  readonly after: Columns;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isChange = (value: unknown): value is Change =>
  isObject(value) && typeof value.entity === 'string' && typeof value.id === 'string';

/** The changes of an entry; whatever has another shape is left to the view of the JSON. */
export const changesOf = (changes: unknown): Change[] => (Array.isArray(changes) ? changes.filter(isChange) : []);

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Every field by its path; null is no value. An empty object or list is one. */
function flat(columns: Columns, into = new Map<string, string>(), prefix = ''): Map<string, string> {
  for (const [name, value] of Object.entries(columns ?? {})) {
    if (value === null || value === undefined) continue;
    if (isObject(value) && Object.keys(value).length > 0) flat(value, into, `${prefix}${name}.`);
    else into.set(prefix + name, shown(value));
  }
  return into;
}

function kindOf(before: string | null, after: string | null): FieldDiff['kind'] {
  if (before === after) return 'same';
  if (before === null) return 'added';
  return after === null ? 'removed' : 'changed';
}

/** Field by field, in the order of the columns. */
export function diffOf({ before, after }: Pick<Change, 'before' | 'after'>): FieldDiff[] {
  const [old, fresh] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].map((path) => {
    const [was, is] = [old.get(path) ?? null, fresh.get(path) ?? null];
    return { path, before: was, after: is, kind: kindOf(was, is) };
  });
}
