import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Action } from '../../core/action.js';
import { Clock } from '../../core/clock.js';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import { type Refusal, RefusalRecorder, type Target } from '../../infra/access/index.js';
import { Database, startRecording } from '../../infra/database/index.js';
import { type KeyedRequest, Once } from '../../infra/idempotency/index.js';
import { AuditEntry, AuditStatus } from './entries/audit-entry.entity.js';
import { type ChainHead, draftOf, type Happening, linked } from './entries/audit-row.js';
import { PLATFORM_CHAIN } from './chain/record.js';
import { RefusalLimit } from './refusal-limit.js';

interface Attempt {
  readonly action: Action;
  readonly target: Target;
}

/** Makes the chain if it is new, and locks its head until the transaction ends. */
const LOCK_HEAD = `INSERT INTO audit_heads AS head (organization_id) VALUES ($1)
  ON CONFLICT (organization_id) DO UPDATE SET entries = head.entries RETURNING entries, hash`;
const ADVANCE = 'UPDATE audit_heads SET entries = :entries, hash = :hash WHERE organization_id = :chain';

/** Writes the audit log: rows are linked to a chain for each organization, and one for the platform. */
@Injectable()
export class AuditService implements RefusalRecorder {
  constructor(
    private readonly database: Database,
    private readonly limit: RefusalLimit,
    private readonly once: Once,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs work in one transaction together with its audit row: if the row cannot be written, nothing happened. An
   * attempt that fails leaves a row too, in a transaction of its own.
   * @param keyedAs tells the key of the request, if it has one: a repeat gets the result of the first, and leaves no
   * row, since it did nothing; one that comes while the first still runs waits for it
   */
  async transaction<T>(
    ctx: Ctx,
    action: Action,
    work: (ctx: Ctx) => Promise<T>,
    keyedAs: () => KeyedRequest | null = () => null,
  ): Promise<T> {
    return this.recordingFailure(ctx, { action }, async () => {
      const request = keyedAs();
      return this.database.transaction(ctx, async (inside) => {
        const changes = startRecording(inside.em);
        const once = (): Promise<T> => work(inside);
        const { result, isRepeat } = request
          ? await this.once.run(inside, request, once)
          : { result: await once(), isRepeat: false };
        if (!isRepeat) await this.append(inside, inside.em, { action, status: AuditStatus.SUCCESS, changes });
        return result;
      });
    });
  }

  /** Runs work that is no transaction, because it acts outside, and writes its row afterwards, failed or not. */
  async action<T>(ctx: Ctx, { action, target }: Attempt, work: () => Promise<T>): Promise<T> {
    const result = await this.recordingFailure(ctx, { action, target }, work);
    await this.record(ctx, { action, target, status: AuditStatus.SUCCESS });
    return result;
  }

  /** Reads, and writes the row of the read before its result is given away. */
  async read<T>(ctx: Ctx, { action, target }: Attempt, work: () => Promise<T>): Promise<T> {
    const result = await work();
    await this.record(ctx, { action, target, status: AuditStatus.SUCCESS, details: { asked: target.arguments } });
    return result;
  }

  async refused(ctx: Ctx, { action, target, message }: Refusal): Promise<void> {
    if (ctx.actor.kind === 'anonymous' && !this.limit.allows(ctx.address)) return;
    await this.record(ctx, { action, target, status: AuditStatus.DENIED, message });
  }

  private async recordingFailure<T>(
    ctx: Ctx,
    attempt: Partial<Attempt> & { action: Action },
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const message = error instanceof DomainError ? `${error.code}: ${error.message}` : 'internal error';
      await this.record(ctx, { ...attempt, status: AuditStatus.FAILED, message });
      throw error;
    }
  }

  /** Writes a row in a transaction of its own. It also tells how many attempts the limit has left out before it. */
  private async record(ctx: Ctx, happening: Happening): Promise<void> {
    const leftOut = this.limit.takeLeftOut();
    const details = { ...happening.details, ...(leftOut > 0 && { attemptsLeftOut: leftOut }) };
    try {
      await this.database
        .manager(ALL_ORGANIZATIONS)
        .transaction((em) => this.append(ctx, em, { ...happening, details }));
    } catch (error) {
      this.limit.giveBack(leftOut);
      throw error;
    }
  }

  /** Comes last in its transaction: whoever waits for the head of a chain is then waited for by nobody. */
  private async append(ctx: Ctx, em: EntityManager, happening: Happening): Promise<void> {
    const draft = draftOf(ctx, happening);
    const chain = draft.organizationId ?? PLATFORM_CHAIN;
    const [head] = await em.query<ChainHead[]>(LOCK_HEAD, [chain]);
    const entry = linked(draft, head!, this.clock.now());
    const { chainSeq, hash } = entry;
    // The row and the new head in one round trip, while others wait for the head.
    await em
      .createQueryBuilder()
      .insert()
      .into(AuditEntry)
      .values(entry as never)
      .addCommonTableExpression(ADVANCE, 'advanced')
      .setParameters({ chain, entries: String(chainSeq), hash })
      .updateEntity(false)
      .execute();
  }
}
