import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../core/clock.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLog } from './audit-log.service.js';
import { recordOf } from './audit-row.js';
import { AuditVerdict, type AuditVerification } from './audit.views.js';
import { Anchors } from './chain/anchors.js';
import { ChainVerifier } from './chain/chain-verifier.js';
import { type Fault, faultOf } from './chain/fault.js';
import { PLATFORM_CHAIN } from './chain/record.js';
import { isSignedByItsKey } from './chain/signature.js';
import { AuditSigner } from './checkpoints/audit-signer.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';

const BATCH = 1_000;
const CHECKPOINTS = 10_000;

/** A checkpoint is taken every minute; a row that is older than this and has none is not just waiting for it. */
const DUE_AFTER_MS = 5 * 60_000;

const CHAIN = "coalesce(entry.organizationId, '*') = :chain";
const LATE_UNCHAINED = `SELECT id FROM audit_entries WHERE coalesce(organization_id, '*') = $1 AND chain_seq IS NULL
  AND seq > (SELECT seq FROM audit_entries WHERE coalesce(organization_id, '*') = $1 AND chain_seq = 1) LIMIT 1`;

interface Findings {
  readonly fault: Fault | null;
  /** When the first row was written that no checkpoint vouches for. */
  readonly unanchoredSince: Date | null;
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
    const { unchained, fault, unanchoredSince } = await ctx.em.transaction('REPEATABLE READ', async (em) => {
      const entries = em.createQueryBuilder(AuditEntry, 'entry').where(CHAIN, { chain });
      return {
        unchained: await entries.andWhere('entry.chainSeq IS NULL').getCount(),
        ...(unsound ? { fault: unsound, unanchoredSince: null } : await this.walk(em, chain, { verifier, anchors })),
      };
    });
    const { seq = 0, anchoredTo = 0 } = verifier.chains.get(chain) ?? {};
    const now = this.clock.now();
    const isDue = unanchoredSince !== null && now.getTime() - unanchoredSince.getTime() > DUE_AFTER_MS;
    return {
      verdict: fault ? AuditVerdict.TAMPERED : isDue ? AuditVerdict.UNANCHORED : AuditVerdict.OK,
      at: now,
      rows: verifier.rows,
      unchained,
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

  private async walk(
    em: EntityManager,
    chain: string,
    { verifier, anchors }: { verifier: ChainVerifier; anchors: Anchors },
  ): Promise<Findings> {
    let unanchoredSince: Date | null = null;
    const anchored = anchors.heads(() => true)[0]?.seq ?? 0;
    for (
      let batch = await this.batch(em, chain, 0n);
      batch.length > 0;
      batch = await this.batch(em, chain, batch.at(-1)!.chainSeq!)
    )
      for (const entry of batch) {
        const fault = verifier.add(recordOf(entry));
        if (fault) return { fault, unanchoredSince };
        if (Number(entry.chainSeq) === anchored + 1) unanchoredSince = entry.at;
      }
    const fault = verifier.endsAt(anchors.heads(() => true)) ?? (await this.compareHead(em, chain, verifier));
    return { fault, unanchoredSince };
  }

  private batch(em: EntityManager, chain: string, after: bigint): Promise<AuditEntry[]> {
    return em
      .createQueryBuilder(AuditEntry, 'entry')
      .where(CHAIN, { chain })
      .andWhere('entry.chainSeq > :after', { after: String(after) })
      .orderBy('entry.chainSeq')
      .limit(BATCH)
      .getMany();
  }

  private async compareHead(em: EntityManager, chain: string, verifier: ChainVerifier): Promise<Fault | null> {
    const [head] = await em.query<{ entries: string; hash: string }[]>(
      'SELECT entries, hash FROM audit_heads WHERE organization_id = $1',
      [chain],
    );
    const seen = verifier.chains.get(chain);
    const seq = Number(head?.entries ?? 0);
    const ended = verifier.endsAt([{ chain, seq, hash: head?.hash ?? '' }]);
    if (ended || !seen) return ended;
    if (seen.seq > seq) return { problem: `the chain ends at row ${seq}`, chain, seq: seq + 1, id: null };
    if (seen.hash !== head?.hash)
      return { problem: 'it is not the row that the chain ends with', chain, seq, id: null };
    const [late] = await em.query<{ id: string }[]>(LATE_UNCHAINED, [chain]);
    return late ? { problem: 'it has no place in the chain', chain, seq: seen.seq + 1, id: late.id } : null;
  }
}
