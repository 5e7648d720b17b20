import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../../core/clock.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, Database, keysetPage } from '../../../infra/database/index.js';
import { Tasks } from '../../../infra/queue/index.js';
import { Log } from '../../../infra/telemetry/index.js';
import { canonicalJson } from '../chain/canonical-json.js';
import { PLATFORM_CHAIN, sha256 } from '../chain/record.js';
import type { Signed } from '../chain/signature.js';
import { type CheckpointStatement, type Head, sortedHeads } from '../chain/statements.js';
import type { AuditHead } from '../audit.views.js';
import { AuditSigner } from './audit-signer.js';
import { CheckpointFile } from './checkpoint-file.js';
import { AuditCheckpoint } from './checkpoint.entity.js';

const EVERY_MS = 60_000;
const NEWEST_FIRST = { expression: 'checkpoint.id', type: 'bigint', direction: 'DESC' } as const;

/** One checkpoint at a time, in whichever process. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtext('audit_checkpoints'))";

/** One statement, so one moment: the chains that have grown since their last anchor, and the rows of all. */
const GROWN = `SELECT h.organization_id AS chain, h.entries AS seq, h.hash,
    (SELECT sum(entries) FROM audit_heads)::bigint AS total
  FROM audit_heads h WHERE h.entries > 0 AND NOT EXISTS (
    SELECT FROM audit_anchors a WHERE a.organization_id = h.organization_id AND a.seq = h.entries)`;
const ANCHOR = `INSERT INTO audit_anchors (organization_id, seq, hash, number)
  SELECT chain, seq, hash, $2 FROM jsonb_to_recordset($1) AS heads (chain text, seq bigint, hash text)`;
const HEADS = `SELECT number, organization_id AS chain, seq, hash FROM audit_anchors WHERE number = ANY($1)`;

interface HeadRow {
  readonly chain: string;
  readonly seq: string;
  readonly hash: string;
}

/** Signs once a minute how far the chains of the audit log have come, so that what is before cannot be rewritten. */
@Injectable()
export class Checkpoints implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly signer: AuditSigner,
    private readonly file: CheckpointFile,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('audit-checkpoint', EVERY_MS, async () => void (await this.take()));
  }

  /** Makes a checkpoint if any chain has grown. Gives the number of the newest, 0 when there is none at all. */
  async take(): Promise<number> {
    const { number, signed } = await this.database.manager(ALL_ORGANIZATIONS).transaction((em) => this.add(em));
    if (signed) {
      this.log.info('audit checkpoint', { ...signed });
      await this.file.append(canonicalJson(signed));
    }
    return number;
  }

  /** Newest first. */
  list(ctx: Ctx, page: PageRequest): Promise<Page<AuditCheckpoint>> {
    const query = ctx.em.createQueryBuilder(AuditCheckpoint, 'checkpoint').where('true');
    if (page.search) query.andWhere('checkpoint.hash ILIKE :text', { text: containing(page.search) });
    return keysetPage(query, page, NEWEST_FIRST);
  }

  /** The heads of checkpoints, as far as the actor may see them. */
  async headsOf(ctx: Ctx, numbers: readonly string[]): Promise<Map<string, AuditHead[]>> {
    const heads = new Map<string, AuditHead[]>(numbers.map((each) => [each, []]));
    for (const { number, chain, seq, hash } of await ctx.em.query<(HeadRow & { number: string })[]>(HEADS, [numbers])) {
      const organizationId = chain === PLATFORM_CHAIN ? null : chain;
      heads.get(number)!.push({ organizationId, sequence: BigInt(seq), hash });
    }
    return heads;
  }

  /** The newest checkpoints that speak of a chain, with all they say: only so can their signatures be checked. */
  async ofChain(chain: string, most: number): Promise<Signed<CheckpointStatement>[]> {
    const em = this.database.manager(ALL_ORGANIZATIONS);
    const rows = await em
      .createQueryBuilder(AuditCheckpoint, 'checkpoint')
      .where('checkpoint.id IN (SELECT number FROM audit_anchors WHERE organization_id = :chain)', { chain })
      .orderBy('checkpoint.id', 'DESC')
      .limit(most)
      .getMany();
    const heads = new Map<string, Head[]>(rows.map((row) => [row.id, []]));
    const found = await em.query<(HeadRow & { number: string })[]>(HEADS, [[...heads.keys()]]);
    for (const { number, ...head } of found) heads.get(number)!.push(headOf(head));
    return rows.map((row) => ({
      statement: statementOf(row, heads.get(row.id)!),
      signature: row.signature,
      key: row.publicKey,
    }));
  }

  private async add(em: EntityManager): Promise<{ number: number; signed: Signed<CheckpointStatement> | null }> {
    await em.query(LOCK);
    const [before] = await em.find(AuditCheckpoint, { order: { id: 'DESC' }, take: 1 });
    const grown = await em.query<(HeadRow & { total: string })[]>(GROWN);
    const number = Number(before?.id ?? 0);
    if (grown.length === 0) return { number, signed: null };
    const checkpoint = {
      id: String(number + 1),
      at: this.clock.now(),
      entries: BigInt(grown[0]!.total),
      previousHash: before?.hash ?? null,
    };
    const statement = statementOf(checkpoint, grown.map(headOf));
    const signed = this.signer.sign(statement);
    const { signature, key: publicKey } = signed;
    const row = { ...checkpoint, hash: sha256(canonicalJson(statement)), signature, publicKey };
    await em.insert(AuditCheckpoint, row);
    await em.query(ANCHOR, [JSON.stringify(statement.heads), row.id]);
    return { number: number + 1, signed };
  }
}

const headOf = ({ chain, seq, hash }: HeadRow): Head => ({ chain, seq: Number(seq), hash });

function statementOf(
  { id, at, entries, previousHash }: Pick<AuditCheckpoint, 'id' | 'at' | 'entries' | 'previousHash'>,
  heads: readonly Head[],
): CheckpointStatement {
  return {
    kind: 'audit checkpoint',
    number: Number(id),
    at: at.toISOString(),
    entries: Number(entries),
    previous_hash: previousHash,
    heads: sortedHeads(heads),
  };
}
