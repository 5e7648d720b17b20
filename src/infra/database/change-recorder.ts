import {
  type EntityManager,
  type EntityMetadata,
  type EntitySubscriberInterface,
  EventSubscriber,
  type InsertEvent,
  type ObjectLiteral,
  type QueryRunner,
  type RemoveEvent,
  type UpdateEvent,
} from 'typeorm';
import { isHidden } from './columns.js';

/** What one mutation did to one thing: its visible columns before and after (null: was not there, is gone). */
export interface Change {
  readonly entity: string;
  readonly id: string;
  readonly organizationId: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

/** Collects the changes of one transaction; without a recording they are not kept. */
export function startRecording(em: EntityManager): Change[] {
  const changes: Change[] = [];
  em.queryRunner!.data = { ...em.queryRunner!.data, changes };
  return changes;
}

/** Adds a change that no entity shows, such as a ledger operation done by an SQL function. */
export function recordChange(em: EntityManager, change: Change): void {
  (em.queryRunner?.data as { changes?: Change[] } | undefined)?.changes?.push(change);
}

/** TypeORM subscriber: notes every entity saved or removed inside a recorded transaction. Bulk updates bypass it. */
@EventSubscriber()
export class ChangeRecorder implements EntitySubscriberInterface<ObjectLiteral> {
  afterInsert(event: InsertEvent<ObjectLiteral>): void {
    this.note(event.queryRunner, event.metadata, undefined, event.entity);
  }

  afterUpdate(event: UpdateEvent<ObjectLiteral>): void {
    this.note(event.queryRunner, event.metadata, event.databaseEntity, event.entity);
  }

  afterRemove(event: RemoveEvent<ObjectLiteral>): void {
    this.note(event.queryRunner, event.metadata, event.databaseEntity, undefined);
  }

  private note(
    runner: QueryRunner,
    metadata: EntityMetadata,
    before: ObjectLiteral | undefined,
    after: ObjectLiteral | undefined,
  ): void {
    const entity = after ?? before;
    if (!entity || metadata.tableName === 'audit_entries') return;
    const id = metadata.primaryColumns.map((column) => String(column.getEntityValue(entity))).join('/');
    const organizationId = metadata.tableName === 'organizations' ? id : (entity.organizationId as string | undefined);
    recordChange(runner.manager, {
      entity: metadata.name,
      id,
      organizationId: organizationId ?? null,
      before: visible(metadata, before),
      after: visible(metadata, after),
    });
  }
}

function visible(metadata: EntityMetadata, entity: ObjectLiteral | undefined): Record<string, unknown> | null {
  if (!entity) return null;
  const columns = metadata.columns.filter((column) => !isHidden(metadata.target as object, column.propertyName));
  return Object.fromEntries(columns.map((column) => [column.propertyName, plain(column.getEntityValue(entity))]));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value ?? null;
}
