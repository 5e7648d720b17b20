import type { AuditEntriesQueryVariables } from '../../../gql/audit.js';
import { words } from '../../../lib/format.js';
import type { ListState } from '../../../lib/list-state.js';
import { timeRange } from '../../../lib/time-range.js';

export type AuditFilter = NonNullable<AuditEntriesQueryVariables['filter']>;

/** Actors without an id go by their kind: there is but one master key. */
const KINDS: readonly string[] = ['user', 'key', 'master_key', 'system', 'anonymous'];

/** A parameter of several values, separated by commas. */
export const valuesOf = (parameter: string | undefined): string[] => (parameter ?? '').split(',').filter(Boolean);

const some = (values: string[]): string[] | null => (values.length > 0 ? values : null);

/** What the address bar asks for, as the API takes it. */
export function auditFilter(filters: ListState['filters']): AuditFilter {
  const actors = valuesOf(filters.actor);
  return {
    ...timeRange(filters),
    actions: some(valuesOf(filters.action)),
    entityTypes: some(valuesOf(filters.entityType)),
    entityId: filters.entityId ?? null,
    actorIds: some(actors.filter((actor) => !KINDS.includes(actor))),
    actorKinds: some(actors.filter((actor) => KINDS.includes(actor))),
    status: (filters.status as AuditFilter['status']) ?? null,
    organizationId: filters.organizationId ?? null,
  };
}

/** The value by which an actor stands in the address bar. */
export const actorValue = ({ kind, id }: { kind: string; id: string | null }): string => id ?? kind;

/** `AccessGroup` as people read it: "Access group". */
export const typeWords = (type: string): string => words(type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_'));

/** Address of the export of all rows that the address bar asks for. */
export function exportPath({ search, filters }: ListState, format: 'csv' | 'jsonl'): string {
  const filter = auditFilter(filters);
  const parameters = {
    format,
    organization_id: filter.organizationId,
    actions: filter.actions,
    status: filter.status?.toLowerCase(),
    entity_types: filter.entityTypes,
    entity_id: filter.entityId,
    actor_ids: filter.actorIds,
    actor_kinds: filter.actorKinds,
    from: filter.from,
    to: filter.to,
    search: search || null,
  };
  const given = Object.entries(parameters).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  return `/api/audit-logs/export?${new URLSearchParams(given).toString()}`;
}
