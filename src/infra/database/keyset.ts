import { type ObjectLiteral, QueryFailedError, type SelectQueryBuilder } from 'typeorm';
import { invalid } from '../../core/errors.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest, pageSize } from '../../core/page.js';

/** How a list is sorted: a column expression, its PostgreSQL type (a cursor holds text), and the direction. */
export interface Order {
  readonly expression: string;
  readonly type: 'text' | 'timestamptz' | 'bigint';
  readonly direction: 'ASC' | 'DESC';
  /** The expression is null in some rows; one that never is can be read from an index in its order. */
  readonly isNullable?: boolean;
}

/** Rows whose sort column is null come last in either direction, as this sentinel. */
const LAST = { ASC: { text: '\u{10FFFF}', timestamptz: 'infinity', bigint: '9223372036854775807' } } as const;
const FIRST = { text: '', timestamptz: '-infinity', bigint: '-9223372036854775808' } as const;

/** SQLSTATE class of values that cannot be read. */
const DATA_EXCEPTION = '22';

/**
 * One page of a query by keyset: stable under inserts, and as fast on the last page as on the first. The id breaks ties.
 * @param query selects the entity under an alias in lower case, with every filter applied and no order; its joins give
 * one row an entity
 * @throws DomainError invalid_request for a bad size or cursor
 */
export async function keysetPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  request: PageRequest,
  order: Order,
): Promise<Page<T>> {
  const size = pageSize(request);
  const total = await countOf(query);
  const nulls = order.direction === 'ASC' ? LAST.ASC[order.type] : FIRST[order.type];
  // CAST, not ::, because the query builder takes `:text` for a parameter of that name.
  const sort = order.isNullable
    ? `coalesce(${order.expression}, CAST('${nulls}' AS ${order.type}))`
    : `(${order.expression})`;
  const id = `CAST(${query.alias}.id AS text)`;
  if (request.after) {
    const cursor = decodeCursor(request.after);
    const beyond = order.direction === 'ASC' ? '>' : '<';
    const value = `CAST(:cursorValue AS ${order.type})`;
    // The first condition says nothing new, but an index knows where to begin by it.
    query.andWhere(`${sort} ${beyond}= ${value} AND (${sort}, ${id}) ${beyond} (${value}, :cursorId)`, {
      cursorValue: cursor.value,
      cursorId: cursor.id,
    });
  }
  const { entities, raw } = await query
    .addSelect(sort, 'keyset_value')
    .addSelect(`CAST(${sort} AS text)`, 'keyset_text')
    .addSelect(id, 'keyset_id')
    .orderBy('keyset_value', order.direction)
    .addOrderBy('keyset_id', order.direction)
    .limit(size + 1)
    .getRawAndEntities<{ keyset_text: string; keyset_id: string }>()
    .catch((error: unknown) => refuseCursor(error, request));
  const last = raw[size - 1];
  return {
    items: entities.slice(0, size),
    total,
    nextCursor: raw.length > size && last ? encodeCursor({ value: last.keyset_text, id: last.keyset_id }) : null,
  };
}

/** Without TypeORM's count of distinct ids, which sorts them all. */
async function countOf<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): Promise<number> {
  const row = await query.clone().select('count(*)', 'total').getRawOne<{ total: string }>();
  return Number(row!.total);
}

/** A cursor that nobody gave out can hold any text, and only the database can tell whether it is an instant. */
function refuseCursor(error: unknown, request: PageRequest): never {
  const code = error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
  if (request.after && code?.startsWith(DATA_EXCEPTION)) throw invalid('after', 'is not a cursor of this list');
  throw error;
}

/** The pattern of a case-insensitive "contains" search, with the wildcards of the text itself taken literally. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** What a list can be sorted by: for `name_asc` and `name_desc`, the expression and type of `name`. */
export type SortColumns<Choice extends string> = Readonly<
  Record<
    `${Choice}` extends `${infer Column}_asc` | `${infer Column}_desc` ? Column : never,
    readonly [expression: string, type: Order['type'], nullable?: 'nullable']
  >
>;

/** The order of a choice such as `name_desc`. */
export function orderOf<Choice extends string>(columns: SortColumns<Choice>, choice: Choice): Order {
  const [, column = '', direction] = /^(.*)_(asc|desc)$/.exec(choice) ?? [];
  const [expression, type, nullable] = columns[column as keyof SortColumns<Choice>];
  return { expression, type, direction: direction === 'asc' ? 'ASC' : 'DESC', isNullable: nullable !== undefined };
}

/** The pair of orders, ascending and descending, of one sort column that is never null. */
export function bothWays(expression: string, type: Order['type']): { asc: Order; desc: Order } {
  return { asc: { expression, type, direction: 'ASC' }, desc: { expression, type, direction: 'DESC' } };
}
