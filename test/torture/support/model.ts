import type { CallPlace } from '../../../src/core/scope.js';
import type { Tree, TreeLimit, TreeTeam, Unit } from './tree.js';

export type JobStatus = 'pending' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'expired';
export type Outcome = 'success' | 'error' | 'aborted';

/** Where something is counted: an account, or a window of a limit. */
export interface Place {
  /** `account <kind> <scope>` or `<limit> <subject> <start>`. */
  readonly name: string;
  readonly unit: Unit;
  /** Null for an account. */
  readonly limit: TreeLimit | null;
}

export interface ModelJob {
  readonly id: string;
  readonly key: CallPlace;
  readonly team: TreeTeam | null;
  readonly maxCost: bigint | null;
  readonly places: readonly Place[];
  readonly expiresAt: Date;
  status: JobStatus;
  /** What closing and late calls have charged. */
  charged: bigint;
  isCharged: boolean;
  ceilingHeld: bigint;
  readonly calls: ModelCall[];
}

export interface ModelCall {
  readonly id: string;
  readonly job: ModelJob;
  readonly places: readonly Place[];
  readonly cost: bigint;
  readonly tokens: bigint;
  isRunning: boolean;
  isVoided: boolean;
  isSuccess: boolean;
  charged: bigint;
  tokensUsed: bigint;
}

export interface Asked {
  readonly key: CallPlace;
  readonly at: Date;
  /** An open job, or what opens one. */
  readonly job: ModelJob | { readonly id: string; readonly maxCost: bigint | null; readonly expiresAt: Date };
  readonly callId: string;
  readonly cost: bigint;
  readonly tokens: bigint;
}

/** Why an operation is refused; places are those that lack room, whatever the reason. */
export type Refused = {
  readonly code: 'not_found' | 'job_closed' | 'job_ceiling' | 'exhausted';
  readonly places: string[];
};

const DAY_MS = 86_400_000;
const ONE_CREDIT = 1_000_000n;
const isOpen = (job: ModelJob): boolean => job.status === 'pending' || job.status === 'in_progress';
const sum = (values: readonly bigint[]): bigint => values.reduce((total, each) => total + each, 0n);

/**
 * The ledger told naively: lists of jobs and calls, summed anew for every question, in the words of the design and not
 * of the SQL. All windows are of UTC; zones have specs of their own.
 */
export class LedgerModel {
  readonly jobs: ModelJob[] = [];
  /** Credits or dollars that were given to an account. */
  readonly given = new Map<string, bigint>();
  readonly modes = new Map<string, 'hard' | 'soft' | 'unlimited'>();

  constructor(readonly tree: Tree) {}

  get calls(): ModelCall[] {
    return this.jobs.flatMap((job) => job.calls);
  }

  /** What the ledger must say: null when there is room everywhere. */
  decide(asked: Asked): Refused | null {
    const job = 'calls' in asked.job ? asked.job : this.drafted(asked);
    const isNew = job !== asked.job;
    const { key, cost } = asked;
    const isOwn =
      job.team?.id === (key.teamId ?? undefined) && (key.teamId !== null || job.key.projectId === key.projectId);
    if (!isOwn) return { code: 'not_found', places: [] };
    const call = this.callOf(job, asked);
    const places = [...job.places, ...call.places]
      .filter((place) => {
        const change = (isNew ? this.opening(job, place) : 0n) + this.reserving(call, place);
        return change > 0n && this.isHard(place) && this.free(place, asked.at) < change;
      })
      .map((place) => place.name);
    if (!isOpen(job) || job.expiresAt <= asked.at) return { code: 'job_closed', places };
    if (job.maxCost !== null && this.costOf(job) + this.costHeld(job) + cost > job.maxCost)
      return { code: 'job_ceiling', places };
    return places.length === 0 ? null : { code: 'exhausted', places };
  }

  admit(asked: Asked): ModelCall {
    let job = asked.job as ModelJob;
    if (!('calls' in asked.job)) {
      job = this.drafted(asked);
      this.jobs.push(job);
    }
    job.status = 'in_progress';
    const call = this.callOf(job, asked);
    job.calls.push(call);
    return call;
  }

  /** What opening a job by itself asks for. */
  decideOpen(asked: Asked): Refused | null {
    const job = this.drafted(asked);
    const lacking = job.places.filter((place) => {
      const change = this.opening(job, place);
      return change > 0n && this.isHard(place) && this.free(place, asked.at) < change;
    });
    return lacking.length === 0 ? null : { code: 'exhausted', places: lacking.map((place) => place.name) };
  }

  open(asked: Asked): ModelJob {
    const job = this.drafted(asked);
    this.jobs.push(job);
    return job;
  }

  end(call: ModelCall, end: { state: string; outcome: Outcome; charged: bigint; tokens: bigint }): void {
    const { job } = call;
    call.isRunning = false;
    call.isVoided = end.state === 'voided';
    call.isSuccess = end.outcome === 'success';
    call.charged = end.charged;
    call.tokensUsed = end.tokens;
    if (job.maxCost !== null) {
      const drawn = isOpen(job) ? end.charged : call.cost;
      job.ceilingHeld -= drawn < job.ceilingHeld ? drawn : job.ceilingHeld;
    }
    if (job.status !== 'completed' && job.status !== 'expired') return;
    const late =
      job.team?.budgetMode === 'job_based'
        ? call.isSuccess && !job.isCharged
          ? ONE_CREDIT
          : 0n
        : this.creditsUsed(call);
    job.charged += late;
    job.isCharged ||= late > 0n;
  }

  close(job: ModelJob, status: JobStatus): void {
    const isCharged = (status === 'completed' || status === 'expired') && job.calls.some((call) => call.isSuccess);
    const amount = isCharged ? this.price(job) : 0n;
    const running = this.costHeld(job);
    job.status = status;
    job.charged = amount;
    job.isCharged = amount > 0n;
    if (job.ceilingHeld > running) job.ceilingHeld = running;
  }

  /** What is posted and held on a place, from the lists alone. */
  used(name: string, unit: Unit): { posted: bigint; held: bigint } {
    let [posted, held] = [0n, 0n];
    for (const job of this.jobs) {
      if (job.places.some((place) => place.name === name)) {
        if (unit === 'micro_credit') [posted, held] = [posted + job.charged, held + this.creditsHeld(job)];
        if (unit === 'nano_usd') [posted, held] = [posted + this.costOf(job), held + job.ceilingHeld];
      }
      for (const call of job.calls.filter((each) => each.places.some((place) => place.name === name))) {
        held += call.isRunning ? this.reserving(call, { name, unit, limit: null }) : 0n;
        posted += call.isRunning ? 0n : this.postedBy(call, unit);
      }
    }
    return { posted, held };
  }

  /** Every place that something was ever counted on. */
  places(): Map<string, Unit> {
    const all = this.jobs.flatMap((job) => [...job.places, ...job.calls.flatMap((call) => call.places)]);
    return new Map(all.map((place) => [place.name, place.unit]));
  }

  allowed(limit: TreeLimit, at: Date): bigint {
    const running = limit.grants.filter(
      (grant) => grant.revokedAt === null && grant.startsAt <= at && at < grant.endsAt,
    );
    return limit.amount + sum(running.map((grant) => grant.amount));
  }

  free(place: Place, at: Date): bigint {
    const { posted, held } = this.used(place.name, place.unit);
    const whole = place.limit ? this.allowed(place.limit, at) : (this.given.get(place.name) ?? 0n);
    return whole - posted - held;
  }

  isHard({ name, limit }: Place): boolean {
    return limit ? limit.enforcement === 'hard' && !limit.isDeleted : (this.modes.get(name) ?? 'hard') === 'hard';
  }

  private drafted({ job, key, at }: Asked): ModelJob {
    const { id, maxCost, expiresAt } = job;
    const team = this.tree.teams.find((each) => each.id === key.teamId) ?? null;
    const isOfJob = (unit: Unit): boolean => unit === 'micro_credit' || (unit === 'nano_usd' && maxCost !== null);
    const places = this.placesOf(key, at).filter((place) => isOfJob(place.unit));
    const draft = {
      id,
      key,
      team,
      maxCost,
      expiresAt,
      places,
      status: 'pending',
      charged: 0n,
      isCharged: false,
    } as const;
    return { ...draft, ceilingHeld: maxCost ?? 0n, calls: [] };
  }

  private callOf(job: ModelJob, { key, at, callId, cost, tokens }: Asked): ModelCall {
    const isOfCall = (unit: Unit): boolean => unit !== 'micro_credit' && (unit !== 'nano_usd' || job.maxCost === null);
    const places = this.placesOf(key, at).filter((place) => isOfCall(place.unit));
    const ended = { isVoided: false, isSuccess: false, charged: 0n, tokensUsed: 0n };
    return { id: callId, job, places, cost, tokens, isRunning: true, ...ended };
  }

  private opening(job: ModelJob, { unit }: Place): bigint {
    if (unit === 'micro_credit') return job.team?.budgetMode === 'job_based' ? ONE_CREDIT : 0n;
    return unit === 'nano_usd' ? (job.maxCost ?? 0n) : 0n;
  }

  /** What a call holds more on a place of itself or of its job. */
  private reserving(call: ModelCall, { unit }: Place): bigint {
    if (unit === 'request') return 1n;
    if (unit === 'token') return call.tokens;
    if (unit === 'micro_credit') return this.creditsOf(call.job, call.cost, call.tokens, 'up');
    return call.job.maxCost === null ? call.cost : 0n;
  }

  private postedBy(call: ModelCall, unit: Unit): bigint {
    if (unit === 'request') return call.isVoided ? 0n : 1n;
    return unit === 'token' ? call.tokensUsed : call.charged;
  }

  private costOf = (job: ModelJob): bigint => sum(job.calls.map((call) => call.charged));
  private costHeld = (job: ModelJob): bigint => sum(job.calls.map((call) => (call.isRunning ? call.cost : 0n)));

  private creditsHeld(job: ModelJob): bigint {
    const running = job.calls.filter((call) => call.isRunning);
    const held = sum(running.map((call) => this.creditsOf(job, call.cost, call.tokens, 'up')));
    // A call that still runs after its job was completed may turn out well, and is charged then.
    const isUndecided = job.status === 'completed' || job.status === 'expired';
    if (isUndecided && job.team?.budgetMode === 'job_based' && !job.isCharged && running.length > 0) return ONE_CREDIT;
    if (!isOpen(job)) return held;
    if (job.team?.budgetMode === 'job_based') return ONE_CREDIT;
    return held + sum(job.calls.filter((call) => !call.isRunning).map((call) => this.creditsUsed(call)));
  }

  private creditsUsed = (call: ModelCall): bigint => this.creditsOf(call.job, call.charged, call.tokensUsed, 'up');

  private price(job: ModelJob): bigint {
    if (job.team?.budgetMode === 'job_based') return ONE_CREDIT;
    return this.creditsOf(job, this.costOf(job), sum(job.calls.map((call) => call.tokensUsed)), 'nearest');
  }

  /** Micro-credits of a cost or of tokens; none under job_based and without a team. */
  private creditsOf({ team }: ModelJob, cost: bigint, tokens: bigint, rounding: 'up' | 'nearest'): bigint {
    if (!team || team.budgetMode === 'job_based') return 0n;
    const [numerator, denominator] =
      team.budgetMode === 'consumption_usd'
        ? [cost * team.creditsPerDollar, 1_000_000_000n]
        : [tokens * ONE_CREDIT, team.tokensPerCredit];
    return rounding === 'up'
      ? (numerator + denominator - 1n) / denominator
      : (2n * numerator + denominator) / (2n * denominator);
  }

  /** The payer's account and a window of every limit that binds. */
  private placesOf(key: CallPlace, at: Date): Place[] {
    const windows = this.bindings(key).map(({ limit, subject }): Place => ({
      name: `${limit.id} ${subject} ${startOf(limit.period, at).toISOString()}`,
      unit: limit.unit,
      limit,
    }));
    if (key.teamId !== null)
      return [{ name: `account team ${key.teamId}`, unit: 'micro_credit', limit: null }, ...windows];
    if (!this.tree.isPrepaid) return windows;
    return [{ name: `account organization ${key.organizationId}`, unit: 'nano_usd', limit: null }, ...windows];
  }

  /** Of the limits of one kind, unit, period and enforcement those on the most specific scope, all of them. */
  private bindings(key: CallPlace): { limit: TreeLimit; subject: string }[] {
    const all = this.tree.limits.filter((limit) => !limit.isDeleted).flatMap((limit) => this.candidates(limit, key));
    const scopeOf = ({ limit, subject }: { limit: TreeLimit; subject: string }): string =>
      [limit.scopeType, limit.scopeId, limit.memberId, subject].join(' ');
    const rank = (each: { limit: TreeLimit; subject: string }): string => {
      const { limit, subject } = each;
      const isPair = limit.scopeType.includes('_in_');
      const closeness = isPair ? (limit.memberId === null ? 1 : 0) : 2;
      const depth = limit.scopeType.startsWith('user_in_p') ? 0 : isPair ? 1 : 2;
      return [closeness, depth, limit.amount.toString().padStart(20, '0'), limit.id, subject].join(' ');
    };
    const best = new Map<string, string>();
    return all
      .sort((one, other) => (rank(one) < rank(other) ? -1 : 1))
      .filter((each) => {
        const [kind] = each.limit.scopeType.split('_in_');
        const contest = [kind, each.limit.unit, each.limit.period, each.limit.enforcement].join();
        if (!best.has(contest)) best.set(contest, scopeOf(each));
        return best.get(contest) === scopeOf(each);
      });
  }

  private candidates(limit: TreeLimit, key: CallPlace): { limit: TreeLimit; subject: string }[] {
    const groups = key.userId === null ? [] : (this.tree.groupsOf.get(key.userId) ?? []);
    const ids: Record<string, readonly (string | null)[]> = {
      organization: [key.organizationId],
      group: groups,
      project: [key.projectId],
      team: [key.teamId],
      user: [key.userId],
      key: [key.keyId],
    };
    const [member, place] = limit.scopeType.split('_in_') as [string, string | undefined];
    if (!ids[place ?? member]!.includes(limit.scopeId)) return [];
    if (place === undefined) return [{ limit, subject: '' }];
    const members = ids[member]!.filter((id) => id !== null);
    if (limit.memberId !== null) return members.includes(limit.memberId) ? [{ limit, subject: '' }] : [];
    return members.map((subject) => ({ limit, subject }));
  }
}

function startOf(period: TreeLimit['period'], at: Date): Date {
  const day = Math.floor(at.getTime() / DAY_MS) * DAY_MS;
  if (period === 'total') return new Date(0);
  if (period === 'day') return new Date(day);
  if (period === 'month') return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
  const weekday = (new Date(day).getUTCDay() + 6) % 7;
  return new Date(day - weekday * DAY_MS);
}
