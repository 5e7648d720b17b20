import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import { newId } from '../../../core/id.js';
import { AuditLog } from '../audit-log.service.js';
import { canonicalJson, storableJson } from '../chain/canonical-json.js';
import { type AuditRecord, chainOf } from '../chain/record.js';
import { type ExportClosing, type ExportOpening, type Head, sortedHeads } from '../chain/statements.js';
import { readRecords, RECORD_FIELDS, type RecordBatch } from '../entries/records.js';
import { AuditSigner } from '../checkpoints/audit-signer.js';
import { Checkpoints } from '../checkpoints/checkpoints.service.js';
import type { AuditExportQuery, ExportFormat } from './audit-export.inputs.js';
import { csvLine } from './csv.js';

const BATCH = 1_000;

/** Rows that the checkpoint, or one before it, vouches for, and those older than the chain. */
const COVERED = `(entry.chainSeq IS NULL OR entry.chainSeq <= (SELECT max(anchor.seq) FROM audit_anchors anchor
  WHERE anchor.organization_id = coalesce(entry.organizationId, '*') AND anchor.number <= :checkpoint))`;

/** Writes rows out oldest first, a batch at a time, so that a log of any size needs little memory. */
@Injectable()
export class AuditExports {
  constructor(
    private readonly log: AuditLog,
    private readonly checkpoints: Checkpoints,
    private readonly signer: AuditSigner,
    private readonly clock: Clock,
  ) {}

  /**
   * The chunks of an export. A checkpoint is made first and the export ends with its rows, so that all of it can be
   * verified; rows that are written meanwhile are for the next export.
   * @throws DomainError not_found for an organization that the actor may not see
   */
  async begin(ctx: Ctx, query: AuditExportQuery): Promise<AsyncGenerator<string>> {
    if (query.organization_id) await this.log.requireOrganization(ctx, query.organization_id);
    const own = ctx.organizationId === ALL_ORGANIZATIONS ? {} : { organization_id: ctx.organizationId };
    const opening: ExportOpening = {
      kind: 'audit export',
      id: newId('audit'),
      at: this.clock.now().toISOString(),
      filter: { ...(storableJson(query.stated()) as object), ...own },
      checkpoint: await this.checkpoints.take(),
    };
    const format: ExportFormat = query.format ?? 'jsonl';
    const rows = this.rows(ctx, query, opening.checkpoint);
    return format === 'csv' ? csv(rows) : this.jsonLines(rows, opening);
  }

  private async *rows(ctx: Ctx, query: AuditExportQuery, checkpoint: number): AsyncGenerator<AuditRecord[]> {
    for (let after: string | null = '0'; after !== null;) {
      const selected = this.log.select(ctx, query.filter(), query.search).andWhere(COVERED, { checkpoint });
      const { records, lastSeq }: RecordBatch = await readRecords(selected, after, BATCH);
      yield records;
      after = lastSeq;
    }
  }

  private async *jsonLines(batches: AsyncGenerator<AuditRecord[]>, opening: ExportOpening): AsyncGenerator<string> {
    const digest = createHash('sha256');
    const ends = new Map<string, Head>();
    let entries = 0;
    yield `${canonicalJson(this.signer.sign(opening))}\n`;
    for await (const batch of batches) {
      const text = batch.map((record) => `${canonicalJson(record)}\n`).join('');
      digest.update(text);
      entries += batch.length;
      for (const { chain_seq: seq, hash, ...record } of batch)
        if (seq && hash) ends.set(chainOf(record), { chain: chainOf(record), seq, hash });
      yield text;
    }
    const heads = sortedHeads(ends.values());
    const { id } = opening;
    const closing: ExportClosing = { kind: 'audit export end', id, entries, heads, digest: digest.digest('hex') };
    yield `${canonicalJson(this.signer.sign(closing))}\n`;
  }
}

async function* csv(batches: AsyncGenerator<AuditRecord[]>): AsyncGenerator<string> {
  yield csvLine(RECORD_FIELDS);
  for await (const batch of batches)
    yield batch.map((record) => csvLine(RECORD_FIELDS.map((column) => record[column]))).join('');
}
