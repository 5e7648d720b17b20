import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { notFound } from '../../core/errors.js';
import { asUnavailable, Database } from '../../infra/database/index.js';
import { Events, RECONNECTED } from '../../infra/events/index.js';
import { type Answer, Batcher } from './batch/batcher.js';
import type { Exhausted, Operation } from './batch/operation.js';
import type { CloseJob, Ending, LedgerActor, OpenJob, ReserveCall } from './operations.js';
import { wireJson } from './operations.js';
import { ACCOUNT_CHANGED, LIMITS_CHANGED } from './batch/topics.js';

const PAYER = `
  SELECT a.unit, a.credit_mode AS "creditMode", a.balance, a.held
  FROM key_gates($1, $2) gate JOIN accounts a ON a.id = gate.payer_id`;

export interface Payer {
  readonly unit: 'micro_credit' | 'nano_usd';
  readonly creditMode: string;
  readonly balance: bigint;
  readonly held: bigint;
}

/**
 * A slot with nothing left, and nothing held that could come free, is taken for empty without a look for so long, once
 * it has refused so many calls: a flood of refusals must not keep the ledger from its work.
 */
const EMPTY_MS = 50;
const REFUSALS_BEFORE = 10;
const MAX_EMPTY = 10_000;

interface Empty {
  readonly answer: Exhausted;
  readonly refusals: number;
  readonly untilMs: number;
}

/**
 * The operations on money. They decide on the committed state of key, team, organization, job, accounts and limits,
 * inside the ledger's transaction; the one thing remembered is that a slot was empty. All are safe to repeat with the
 * same id.
 */
@Injectable()
export class LedgerService implements OnModuleInit {
  private readonly empty = new Map<string, Empty>();

  constructor(
    private readonly batcher: Batcher,
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const topic of [ACCOUNT_CHANGED, LIMITS_CHANGED, RECONNECTED])
      this.events.subscribe(topic, () => this.empty.clear());
  }

  /** Opens a job and holds what it needs by itself: one credit under `job_based`, and its ceiling. Null when done. */
  async openJob({ keyId, path, job }: OpenJob): Promise<Answer> {
    const { id, ...fields } = job;
    const place = { key_id: keyId, version: path.version, job_path: path.job };
    return this.batcher.submit({ kind: 'open', at: path.at, job_id: id, ...place, job: fields });
  }

  /** Admits a call and holds the most that it can cost, on all its slots or on none. Null when done. */
  async reserveCall(reserve: ReserveCall): Promise<Answer> {
    const operation = reservation(reserve);
    const known = this.knownEmpty(reserve);
    if (known) return known;
    const answer = await this.batcher.submit(operation);
    if (answer?.code === 'exhausted') this.remember(answer);
    else if (this.empty.size > 0) for (const slot of reserve.path.call) this.empty.delete(slot.toString());
    return answer;
  }

  /** What reserveCall would answer at this moment; nothing is held or changed. */
  async wouldReserve(reserve: ReserveCall): Promise<Answer> {
    const values = [wireJson([{ ord: 0, ...reservation(reserve) }]), this.clock.now()];
    const text = 'SELECT ledger_apply($1, $2, true) AS answers';
    try {
      const { rows } = await this.database.pool.query<{ answers: Answer[] }>({ name: 'ledger_dry', text, values });
      return rows[0]!.answers[0] ?? null;
    } catch (error) {
      throw asUnavailable(error) ?? error;
    }
  }

  /** Ends a call: releases its hold and posts its cost. False when it had ended before; nothing is done then. */
  async endCall({ callId, jobId, end, close }: Ending, actor: LedgerActor): Promise<boolean> {
    const ids = { job_id: jobId, call_id: callId };
    const at = this.clock.now();
    const answer = await this.batcher.submit({ kind: 'end', at, ...ids, outcome: end, actor, ...(close && { close }) });
    if (answer?.code === 'not_found') throw notFound('Call', callId);
    return answer === null;
  }

  /**
   * Closes a job and posts its credits, once. False when it was closed before; nothing is done then.
   * @throws DomainError not_found, also for a job of another owner
   */
  async closeJob({ id, owner, ...close }: CloseJob, actor: LedgerActor): Promise<boolean> {
    const of = owner.teamId === null ? `project ${owner.projectId}` : `team ${owner.teamId}`;
    const place = { at: this.clock.now(), job_id: id, owner: of };
    const answer = await this.batcher.submit({ kind: 'close', ...place, close, actor });
    if (answer?.code === 'not_found') throw notFound('Job', id);
    return answer === null;
  }

  /** The account that the calls of a key draw on; null when they draw on none. @throws DomainError ledger_unavailable */
  async payerOf(keyId: string): Promise<Payer | null> {
    try {
      const { rows } = await this.database.pool.query<Record<keyof Payer, string>>(PAYER, [[keyId], this.clock.now()]);
      const [row] = rows;
      if (!row) return null;
      const { unit, creditMode, balance, held } = row;
      return { unit: unit as Payer['unit'], creditMode, balance: BigInt(balance), held: BigInt(held) };
    } catch (error) {
      throw asUnavailable(error) ?? error;
    }
  }

  private remember(answer: Exhausted): void {
    // What is held can come free any moment; only a slot that nothing can free is known to stay empty.
    if (BigInt(answer.held) > 0n || BigInt(answer.free) > 0n) return;
    if (this.empty.size >= MAX_EMPTY) this.empty.clear();
    const refusals = (this.empty.get(answer.slot)?.refusals ?? 0) + 1;
    this.empty.set(answer.slot, { answer, refusals, untilMs: performance.now() + EMPTY_MS });
  }

  private knownEmpty({ path, costBound, tokensBound }: ReserveCall): Exhausted | null {
    if (this.empty.size === 0) return null;
    for (const slot of path.call) {
      const known = this.empty.get(slot.toString());
      if (!known || known.refusals < REFUSALS_BEFORE || known.untilMs <= performance.now()) continue;
      const { unit } = known.answer;
      if (unit === 'request' || (unit === 'token' ? tokensBound > 0 : costBound > 0n)) return known.answer;
    }
    return null;
  }
}

function reservation(reserve: ReserveCall): Operation {
  const { keyId, path, job, call, costBound, tokensBound, epoch } = reserve;
  const place = { key_id: keyId, version: path.version, job_path: path.job, path: path.call, epoch };
  const bounds = { cost: costBound, tokens: tokensBound };
  const { id: _id, ...opened } = job ?? { id: '' };
  const opening = job && { job: opened as Operation['job'] };
  return { kind: 'reserve', at: path.at, job_id: call.jobId, call_id: call.id, ...place, ...bounds, call, ...opening };
}
