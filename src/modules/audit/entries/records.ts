import type { SelectQueryBuilder } from 'typeorm';
import type { AuditEntry } from './audit-entry.entity.js';
import type { AuditRecord } from '../chain/record.js';

/** The fields of a row as exports show them and as its hash covers them, in the order of a CSV file. */
const FIELDS = {
  at: 'at',
  organization_id: 'organizationId',
  actor_kind: 'actorKind',
  actor_id: 'actorId',
  actor_name: 'actorName',
  actor_email: 'actorEmail',
  action: 'action',
  status: 'status',
  message: 'message',
  scope_type: 'scopeType',
  scope_id: 'scopeId',
  entity_type: 'entityType',
  entity_id: 'entityId',
  entity_name: 'entityName',
  changes: 'changes',
  details: 'details',
  address: 'address',
  user_agent: 'userAgent',
  request_id: 'requestId',
  id: 'id',
  chain_seq: 'chainSeq',
  previous_hash: 'previousHash',
  hash: 'hash',
} as const satisfies Record<string, keyof AuditEntry>;

type FieldName = keyof typeof FIELDS;
export const RECORD_FIELDS = Object.freeze(Object.keys(FIELDS) as FieldName[]);

export const recordOf = (entry: Omit<AuditEntry, 'seq'>): AuditRecord => asRecord((field) => entry[FIELDS[field]]);

/** A fixed order over all chains, and where the next batch begins. */
export interface RecordBatch {
  readonly records: AuditRecord[];
  readonly lastSeq: string | null;
}

/**
 * The next rows in the order in which they were written. Read as plain rows: entities of one id are merged into one by
 * TypeORM, and a forged copy of a row must not disappear like that.
 * @param query selects audit entries under the alias `entry`
 */
export async function readRecords(
  query: SelectQueryBuilder<AuditEntry>,
  after: string,
  most: number,
): Promise<RecordBatch> {
  query.select('entry.seq', 'seq').andWhere('entry.seq > :after', { after }).orderBy('entry.seq').limit(most);
  for (const field of RECORD_FIELDS) query.addSelect(`entry.${FIELDS[field]}`, field);
  const rows = await query.getRawMany<Record<FieldName | 'seq', unknown>>();
  return {
    records: rows.map((row) => asRecord((field) => row[field])),
    lastSeq: rows.length < most ? null : String(rows.at(-1)!.seq),
  };
}

function asRecord(valueOf: (field: FieldName) => unknown): AuditRecord {
  const fields = RECORD_FIELDS.map((field) => [field, valueOf(field)] as const).filter(([, value]) => value !== null);
  const plain = fields.map(([field, value]) => [field, field === 'chain_seq' ? Number(value) : instantText(value)]);
  return Object.fromEntries(plain) as AuditRecord;
}

const instantText = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value);
