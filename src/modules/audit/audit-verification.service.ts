import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Clock } from '../../core/clock.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import { AuditEntry } from './entries/audit-entry.entity.js';
import { AuditLog } from './audit-log.service.js';
import type { ChainHead } from './entries/audit-row.js';
import { AuditVerdict, type AuditVerification } from './audit.views.js';
import { Anchors } from './chain/anchors.js';
import { ChainVerifier } from './chain/chain-verifier.js';
import { type Fault, faultOf } from './chain/fault.js';
import { PLATFORM_CHAIN } from './chain/record.js';
import { isSignedByItsKey } from './chain/signature.js';
import { AuditSigner } from './checkpoints/audit-signer.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';
import { readRecords, type RecordBatch } from './entries/records.js';

const BATCH = 1_000;
const CHECKPOINTS = 10_000;

/** A checkpoint is taken every minute; a row that is older than this and has none is not just waiting for it. */
const DUE_AFTER_MS = 5 * 60_000;

interface Findings {
  readonly fault: Fault | null;
  /** When the first row was written that no checkpoint vouches for, in Unix milliseconds. */
  readonly unanchoredSince: number | null;
}

interface Walk {
  readonly verifier: ChainVerifier;
  readonly anchors: Anchors;
}

/** Verifies the chain of an organization, or of the platform, in the running installation. */
@Injectable()
export class AuditVerifications {
  private isBusy = false;

  constructor(
    private readonly log: AuditLog,
    private readonly checkpoints: Checkpoints,
    private readonly signer: AuditSigner,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found for an organization that the actor may not see; overloaded while another one runs */
  async verify(ctx: Ctx, organizationId: string | null): Promise<AuditVerification> {
    const own = ctx.organizationId === ALL_ORGANIZATIONS ? null : ctx.organizationId;
    const chain = organizationId ?? own ?? PLATFORM_CHAIN;
    if (chain !== PLATFORM_CHAIN) await this.log.requireOrganization(ctx, chain);
    if (this.isBusy) throw new DomainError('overloaded', 'Another verification is running; try again when it is done');
    this.isBusy = true;
    try {
      return await this.verifyChain(ctx, chain);
    } finally {
      this.isBusy = false;
    }
  }

  private async verifyChain(ctx: Ctx, chain: string): Promise<AuditVerification> {
    const anchors = new Anchors(chain);
    const unsound = await this.readCheckpoints(chain, anchors);
    const verifier = new ChainVerifier(anchors);
    // One snapshot, so that rows that are written meanwhile are all seen or none of them.
    const { fault, unanchoredSince } = await ctx.em.transaction('REPEATABLE READ', async (em) =>
      unsound ? { fault: unsound, unanchoredSince: null } : this.walk(em, chain, { verifier, anchors }),
    );
    const { seq = 0, anchoredTo = 0 } = verifier.chains.get(chain) ?? {};
    const now = this.clock.now();
    const isDue = unanchoredSince !== null && now.getTime() - unanchoredSince > DUE_AFTER_MS;
    return {
      verdict: fault ? AuditVerdict.TAMPERED : isDue ? AuditVerdict.UNANCHORED : AuditVerdict.OK,
      at: now,
      rows: verifier.rows - verifier.unchained,
      unchained: verifier.unchained,
      anchoredTo: BigInt(anchoredTo),
      unanchored: seq - anchoredTo,
      checkpoint: anchors.last?.number ?? null,
      fault: fault && { problem: fault.problem, id: fault.id, sequence: fault.seq === null ? null : BigInt(fault.seq) },
    };
  }

  /** Checkpoints of another key are nobody's word here; those of ours must bear our signature. */
  private async readCheckpoints(chain: string, anchors: Anchors): Promise<Fault | null> {
    const signed = await this.checkpoints.ofChain(chain, CHECKPOINTS);
    const ours = signed.filter(({ key }) => key === this.signer.publicKey);
    const forged = ours.find((each) => !isSignedByItsKey(each));
    if (forged) return faultOf(`checkpoint ${forged.statement.number} does not bear a valid signature`);
    return anchors.add(ours.map(({ statement }) => statement));
  }

  private async walk(em: EntityManager, chain: string, { verifier, anchors }: Walk): Promise<Findings> {
    const due = anchors.heads(() => true);
    const anchored = due[0]?.seq ?? 0;
    let unanchoredSince: number | null = null;
    for (let after: string | null = '0'; after !== null;) {
      const { records, lastSeq }: RecordBatch = await readRecords(rowsOf(em, chain), after, BATCH);
      for (const record of records) {
        const fault = verifier.add(record);
        if (fault) return { fault, unanchoredSince };
        if (record.chain_seq === anchored + 1) unanchoredSince = Date.parse(String(record['at']));
      }
      after = lastSeq;
    }
    return { fault: verifier.endsAt(due) ?? (await compareHead(em, chain, verifier)), unanchoredSince };
  }
}

function rowsOf(em: EntityManager, chain: string): SelectQueryBuilder<AuditEntry> {
  const query = em.createQueryBuilder(AuditEntry, 'entry');
  if (chain === PLATFORM_CHAIN) return query.where('entry.organizationId IS NULL');
  return query.where('entry.organizationId = :chain', { chain });
}

/** The rows must end where the head of the chain says that they do. */
async function compareHead(em: EntityManager, chain: string, verifier: ChainVerifier): Promise<Fault | null> {
  const [head] = await em.query<ChainHead[]>('SELECT entries, hash FROM audit_heads WHERE organization_id = $1', [
    chain,
  ]);
  const seq = Number(head?.entries ?? 0);
  const cut = verifier.endsAt([{ chain, seq, hash: head?.hash ?? '' }]);
  const seen = verifier.chains.get(chain);
  if (cut || !seen) return cut;
  if (seen.seq > seq) return { problem: `the chain ends at row ${seq}`, chain, seq: seq + 1, id: null };
  return seen.hash === head?.hash ? null : { problem: 'the chain does not end with it', chain, seq, id: null };
}
