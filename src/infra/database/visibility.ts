import type { EntityManager, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { ALL_ORGANIZATIONS } from '../../core/ctx.js';

/** A condition about the rows that an organization, the parameter :visibleTo, may see under an alias. */
type Condition = (alias: string) => string;

const CONDITIONS = new WeakMap<object, Condition>();

/** Says which rows of an entity without an organizationId an organization may see. */
export const VisibleWhere =
  (condition: Condition): ClassDecorator =>
  (entity) => {
    CONDITIONS.set(entity, condition);
  };

/** The condition of an entity: its own, or that its organizationId is the one; null for one that belongs to nobody. */
export function conditionOf(em: EntityManager, target: EntityTarget<ObjectLiteral>): Condition | null {
  const metadata = em.dataSource.getMetadata(target);
  const own = CONDITIONS.get(metadata.target as object);
  if (own) return own;
  const isOwned = metadata.columns.some((column) => column.propertyName === 'organizationId');
  return isOwned ? (alias) => `${alias}.organizationId = :visibleTo` : null;
}

/**
 * The first wall: whatever is read by entity through the manager of an organization is narrowed to its rows, whether or
 * not row-level security would do so too. Raw SQL is not, and says itself whose rows it wants.
 */
export function narrow(em: EntityManager, organizationId: string): void {
  if (organizationId === ALL_ORGANIZATIONS) return;
  const create = em.createQueryBuilder.bind(em) as (...args: unknown[]) => SelectQueryBuilder<ObjectLiteral>;
  const createQueryBuilder = (target?: EntityTarget<ObjectLiteral>, alias?: string, runner?: unknown): unknown => {
    const query = create(target, alias, runner);
    const condition = alias === undefined || target === undefined ? null : conditionOf(em, target);
    if (!condition) return query;
    query.expressionMap.extraAppendedAndWhereCondition = condition(alias!);
    return query.setParameter('visibleTo', organizationId);
  };
  Object.defineProperty(em, 'createQueryBuilder', { value: createQueryBuilder });
}
