import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { DomainError, notFound } from '../../core/errors.js';
import { creditsAsJsonNumber, formatUsd, microCredits, nanoUsd } from '../../core/money.js';
import { asUnavailable, Database } from '../../infra/database/index.js';
import {
  type CloseJob,
  type EndCall,
  type LedgerActor,
  type OpenJob,
  type ReserveCall,
  wireJson,
} from './operations.js';

/** What the deciding SQL functions answer. Amounts are of the account (or ceiling) that decided. */
interface Decision {
  readonly code: string;
  readonly reason: string | null;
  readonly balance: string | null;
  readonly held: string | null;
  readonly required: string | null;
}

/**
 * The operations on money, each one SQL function and so one transaction. They decide on the committed state of key,
 * team, organization, job and account; nothing is decided from a cache. All are safe to repeat with the same id.
 */
@Injectable()
export class LedgerService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a job; under `job_based` it holds one credit from here on.
   * @throws DomainError invalid_api_key, suspended, insufficient_credits, ledger_unavailable
   */
  async openJob(job: OpenJob): Promise<void> {
    const fields = wireJson({ ...job, id: undefined, keyId: undefined, expiresAt: undefined });
    const decision = await this.decide('SELECT * FROM job_open($1, $2, $3, $4, $5)', [
      job.id,
      job.keyId,
      fields,
      job.expiresAt,
      this.clock.now(),
    ]);
    if (decision.code !== 'ok') throw refusal(decision, 'Job', job.id);
  }

  /**
   * Admits a call and holds the most it can cost, on its job and on the paying account, all or nothing.
   * @param epoch of the process that will end the call
   * @throws DomainError not_found, job_closed, spend_limit_exceeded (the job's ceiling), and those of openJob
   */
  async reserveCall(call: ReserveCall, epoch: bigint): Promise<void> {
    const decision = await this.decide('SELECT * FROM call_reserve($1, $2, $3, $4, $5, $6)', [
      call.id,
      call.jobId,
      call.keyId,
      wireJson(call),
      epoch.toString(),
      this.clock.now(),
    ]);
    if (decision.code !== 'ok') throw refusal(decision, 'Job', call.jobId);
  }

  /** Ends a call: releases its hold and posts its cost. False when it had ended before; nothing is done then. */
  async endCall(id: string, end: EndCall, actor: LedgerActor): Promise<boolean> {
    const { code } = await this.decide('SELECT code FROM call_end($1, $2, $3, $4, $5)', [
      id,
      end.state,
      wireJson(end),
      wireJson(actor),
      this.clock.now(),
    ]);
    if (code === 'not_found') throw notFound('Call', id);
    return code === 'ok';
  }

  /**
   * Closes a job and posts its credits, once. False when it was closed before; nothing is done then.
   * @throws DomainError not_found, also for a job of another team
   */
  async closeJob(close: CloseJob, actor: LedgerActor): Promise<boolean> {
    const fields = wireJson({ metadata: close.metadata, errorMessage: close.errorMessage });
    const { code } = await this.decide('SELECT code FROM job_close($1, $2, $3, $4, $5, $6)', [
      close.id,
      close.teamId,
      close.status,
      fields,
      wireJson(actor),
      this.clock.now(),
    ]);
    if (code === 'not_found') throw notFound('Job', close.id);
    return code === 'ok';
  }

  private async decide(text: string, values: unknown[]): Promise<Decision> {
    try {
      const { rows } = await this.database.pool.query<Decision>(text, values);
      return rows[0]!;
    } catch (cause) {
      throw asUnavailable(cause) ?? cause;
    }
  }
}

function refusal(decision: Decision, noun: string, id: string): DomainError {
  switch (decision.code) {
    case 'invalid_api_key':
      return new DomainError('invalid_api_key', 'Invalid API key');
    case 'suspended':
      return new DomainError('suspended', `${decision.reason ?? 'Access is suspended'}. Please contact support.`);
    case 'job_closed':
      return new DomainError('job_closed', `Job is ${decision.reason ?? 'closed'}; it takes no more calls`);
    case 'insufficient_credits':
      return insufficientCredits(decision);
    case 'job_ceiling':
      return ceilingReached(decision);
    default:
      return notFound(noun, id);
  }
}

function insufficientCredits(decision: Decision): DomainError {
  const amount = (text: string | null): number => creditsAsJsonNumber(microCredits(BigInt(text ?? 0)));
  const [remaining, held, required] = [decision.balance, decision.held, decision.required].map(amount);
  const message = `Insufficient credits. Team has ${remaining} credits remaining (${held} held by open jobs), but ${required} required`;
  const details = { credits_remaining: remaining, credits_held: held, credits_required: required };
  return new DomainError('insufficient_credits', message, details);
}

function ceilingReached(decision: Decision): DomainError {
  const amount = (text: string | null): string => formatUsd(nanoUsd(BigInt(text ?? 0)));
  const [limit, used, required] = [decision.balance, decision.held, decision.required].map(amount);
  const message = `The job's ceiling of ${limit} USD leaves too little: ${used} USD are used or held, the call may cost ${required} USD`;
  return new DomainError('spend_limit_exceeded', message, { scope: 'job', limit, used, required });
}
