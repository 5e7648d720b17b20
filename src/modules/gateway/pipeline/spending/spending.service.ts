import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../core/clock.js';
import type { CallingKey } from '../../../keys/index.js';
import { type Answer, Instance, LedgerService, type NewJob, refusalOf, type SpendPath } from '../../../ledger/index.js';
import { type LimitPath, LimitPaths } from '../../../limits/index.js';
import type { Admission, CallRequest } from '../call.js';
import { clamped } from './clamp.js';
import { exhaustedLimit } from './exhausted-limit.js';
import { reservationOf } from './reservation.js';

/** Limits that change between the look and the decision are looked at again; so is room that others took meanwhile. */
const MAX_TRIES = 8;

/** What came of the question whether a call may be made, and with which bounds. */
export interface Verdict {
  /** As asked for, or with less output, so that it fits. */
  readonly admission: Admission;
  readonly answer: Answer;
}

/** Holds the money of jobs and calls on everything that they are charged to. */
@Injectable()
export class Spending {
  constructor(
    private readonly ledger: LedgerService,
    private readonly paths: LimitPaths,
    private readonly instance: Instance,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns when the job was opened
   * @throws DomainError invalid_api_key, suspended, insufficient_credits, spend_limit_exceeded, ledger_unavailable
   */
  async open(caller: CallingKey, job: NewJob): Promise<Date> {
    let openedAt = job.expiresAt;
    const answer = await this.decided(caller, job.maxCost !== null, (path) => {
      openedAt = path.at;
      return this.ledger.openJob({ keyId: caller.keyId, path, job });
    });
    if (answer) throw this.refusal(answer, job.id);
    return openedAt;
  }

  /**
   * Holds the most that the call can cost; when that does not fit, the most that a shorter answer can cost.
   * @returns the bounds that were held
   * @throws DomainError those of open, not_found and job_closed
   */
  async reserve(request: CallRequest, admission: Admission): Promise<Admission> {
    const verdict = await this.settleOn(request, admission, (reservation) => this.ledger.reserveCall(reservation));
    if (verdict.answer) throw this.refusal(verdict.answer, request.jobId);
    return verdict.admission;
  }

  /** What reserve would decide at this moment, by the same code; nothing is held. */
  wouldReserve(request: CallRequest, admission: Admission): Promise<Verdict> {
    return this.settleOn(request, admission, (reservation) => this.ledger.wouldReserve(reservation));
  }

  /** A refusal of the ledger in the words of the caller. */
  refusal(answer: NonNullable<Answer>, jobId: string): Error {
    return refusalOf(answer, jobId, (exhausted) => exhaustedLimit(this.paths.slot(BigInt(exhausted.slot)), exhausted));
  }

  private async settleOn(
    request: CallRequest,
    admission: Admission,
    decide: (reservation: Parameters<LedgerService['reserveCall']>[0]) => Promise<Answer>,
  ): Promise<Verdict> {
    let verdict: Verdict = { admission, answer: null };
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const hasCeiling = request.opens?.maxCost !== undefined && request.opens.maxCost !== null;
      const answer = await this.decided(request.caller, hasCeiling, (path) =>
        decide(reservationOf(request, verdict.admission, path, this.instance.epoch)),
      );
      verdict = { ...verdict, answer };
      if (answer?.code !== 'exhausted' && answer?.code !== 'job_ceiling') return verdict;
      // Room that came free since is used: what fits is reckoned from the call as it was asked for.
      const shorter = clamped(admission, answer);
      if (!shorter) return verdict;
      verdict = { admission: shorter, answer };
    }
    return verdict;
  }

  /** Decides on the limits as they are: found under another version than the ledger sees, they are looked up again. */
  private async decided(
    caller: CallingKey,
    hasCeiling: boolean,
    decide: (path: SpendPath) => Promise<Answer>,
  ): Promise<Answer> {
    const { organizationId, keyId, teamId, projectId, userId } = caller;
    let answer: Answer = null;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const at = this.clock.now();
      const path = await this.paths.of({ organizationId, keyId, teamId, projectId, userId }, at);
      answer = await decide(spendPath(path, at, hasCeiling));
      if (answer?.code !== 'stale') return answer;
      this.paths.forget(organizationId);
    }
    return answer;
  }
}

/** Credits are a matter of the job, dollars too when it has a ceiling; the rest is the call's. */
function spendPath({ version, slots }: LimitPath, at: Date, hasCeiling: boolean): SpendPath {
  const isOfJob = (unit: string): boolean => unit === 'micro_credit' || (unit === 'nano_usd' && hasCeiling);
  const ids = (ofJob: boolean): bigint[] =>
    slots.filter((slot) => isOfJob(slot.unit) === ofJob).map((slot) => slot.windowId);
  return { version, at, job: ids(true), call: ids(false) };
}
