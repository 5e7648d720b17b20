import { Column, type ColumnOptions } from 'typeorm';

const exact = {
  to: (value: bigint | null | undefined): string | null | undefined => (value === null ? null : value?.toString()),
  from: (value: string | null): bigint | null => (value === null ? null : BigInt(value)),
};

/** A PostgreSQL bigint as a JavaScript bigint; the driver's own string never reaches the code. */
export const BigIntColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: exact, ...options });

const exactList = {
  to: (values: readonly bigint[] | undefined): string[] | undefined => values?.map(String),
  from: (values: readonly string[] | null): bigint[] => (values ?? []).map(BigInt),
};

/** A PostgreSQL bigint[] as JavaScript bigints. */
export const BigIntArrayColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'bigint', array: true, default: '{}', transformer: exactList, ...options });

export const InstantColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'timestamptz', ...options });

/** A JSON document. */
export const JsonColumn = (options: ColumnOptions = {}): PropertyDecorator =>
  Column({ type: 'jsonb', default: {}, ...options });

const HIDDEN = new WeakMap<object, Set<string>>();

/** Marks a column as secret: it is never recorded in an audit row. */
export function Hidden(): PropertyDecorator {
  return (target, property) => {
    const names = HIDDEN.get(target.constructor) ?? new Set<string>();
    HIDDEN.set(target.constructor, names.add(String(property)));
  };
}

export const isHidden = (entity: object, property: string): boolean => HIDDEN.get(entity)?.has(property) ?? false;
