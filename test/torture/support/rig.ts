import { randomUUID } from 'node:crypto';
import type { CallPlace } from '../../../src/core/scope.js';
import { nanoUsd } from '../../../src/core/money.js';
import { Events } from '../../../src/infra/events/index.js';
import {
  type Answer,
  type ClosingStatus,
  type EndCall,
  Instance,
  type LedgerActor,
  LedgerService,
  type SpendPath,
} from '../../../src/modules/ledger/index.js';
import { LimitPaths } from '../../../src/modules/limits/index.js';
import type { TestApp } from '../../support/app.js';
import { type Asked, LedgerModel, type ModelCall, type ModelJob, type Outcome } from './model.js';
import type { Tree, TreeLimit } from './tree.js';

export const ACTOR: LedgerActor = { kind: 'system', id: null, name: 'torture', requestId: null };
const MAX_STALE = 20;

export interface CallEnd {
  readonly state: 'settled' | 'voided' | 'recovered';
  readonly outcome: Outcome;
  readonly charged: bigint;
  readonly tokens: bigint;
}

const NO_MORE = { attempts: [], latencyMs: null, finishReason: null, errorCode: null, errorMessage: null };

export const endCallOf = ({ state, outcome, charged, tokens }: CallEnd): EndCall => ({
  ...({ state, outcome } as Pick<EndCall, 'state' | 'outcome'>),
  ...{ modelId: null, providerId: null, priceId: null, usage: {}, usageSource: 'vendor' },
  ...{
    tokensIn: Number(tokens),
    tokensOut: 0,
    providerCost: nanoUsd(charged),
    chargedCost: nanoUsd(charged),
    ...NO_MORE,
  },
});

const ownerOf = ({ key }: ModelJob): { teamId: string | null; projectId: string | null } => ({
  teamId: key.teamId,
  projectId: key.projectId,
});

/** Tells every process that limits have changed, as a mutation does, and waits until all have heard. */
export async function announce(apps: readonly TestApp[], organizationId: string): Promise<void> {
  const word = randomUUID();
  const heard = apps.map(
    ({ app }) =>
      new Promise<void>((resolve) => {
        const unsubscribe = app.get(Events).subscribe('torture', (payload) => {
          if (payload.word !== word) return;
          unsubscribe();
          resolve();
        });
      }),
  );
  for (const event of [
    { topic: 'limits', payload: { organizationId } },
    { topic: 'torture', payload: { word } },
  ])
    await apps[0]!.db.query('SELECT pg_notify($1, $2)', ['tollkeeper_events', JSON.stringify(event)]);
  await Promise.all(heard);
}

/** A tree, the processes that spend on it, and the model that says what they must come to. */
export class Rig {
  readonly model: LedgerModel;
  /** How often each answer was given; `admitted` for those that were none. */
  readonly answers = new Map<string, number>();
  /** Of the process that calls are reserved by; null for the one that the app is. */
  epoch: bigint | null = null;
  private instant: Date;

  constructor(
    private readonly apps: readonly TestApp[],
    readonly tree: Tree,
    start: Date,
  ) {
    this.model = new LedgerModel(tree);
    this.instant = start;
    this.turnTo(start);
  }

  get at(): Date {
    return this.instant;
  }

  get db(): TestApp['db'] {
    return this.apps[0]!.db;
  }

  turnTo(instant: Date): void {
    this.instant = instant;
    for (const app of this.apps) app.clock.standAt(instant);
  }

  announce(): Promise<void> {
    return announce(this.apps, this.tree.organizationId);
  }

  /** Gives money to the account of a team or of the organization. */
  async fund(kind: 'team' | 'organization', scopeId: string, amount: bigint): Promise<void> {
    const account = kind === 'team' ? 'team_credits' : 'organization_balance';
    const tx = JSON.stringify({ kind: kind === 'team' ? 'credit_add' : 'balance_top_up' });
    const values = [randomUUID(), account, scopeId, amount.toString(), tx, JSON.stringify(ACTOR), this.at];
    await this.db.query("SELECT * FROM account_transfer($1, $2, $3, $4, $5, 'torture', $6, $7)", values);
    const name = `account ${kind} ${scopeId}`;
    this.model.given.set(name, (this.model.given.get(name) ?? 0n) + amount);
  }

  async setMode(kind: 'team' | 'organization', scopeId: string, mode: 'hard' | 'soft' | 'unlimited'): Promise<void> {
    const account = kind === 'team' ? 'team_credits' : 'organization_balance';
    await this.db.query('UPDATE accounts SET credit_mode = $3 WHERE kind = $1 AND scope_id = $2', [
      account,
      scopeId,
      mode,
    ]);
    this.model.modes.set(`account ${kind} ${scopeId}`, mode);
  }

  async changeLimit(
    limit: TreeLimit,
    change: Partial<Pick<TreeLimit, 'amount' | 'enforcement' | 'isDeleted'>>,
  ): Promise<void> {
    Object.assign(limit, change);
    const { id, amount, enforcement, isDeleted } = limit;
    const values = [id, amount.toString(), enforcement, isDeleted ? 'deleted' : 'active'];
    await this.db.query('UPDATE limits SET amount = $2, enforcement = $3, status = $4 WHERE id = $1', values);
  }

  async grant(limit: TreeLimit, amount: bigint, startsAt: Date, endsAt: Date): Promise<void> {
    const id = `grant-${limit.id}-${limit.grants.length}`;
    limit.grants.push({ id, amount, startsAt, endsAt, revokedAt: null });
    const values = [id, limit.id, this.tree.organizationId, amount.toString(), startsAt, endsAt];
    await this.db.query(
      `INSERT INTO limit_grants (id, limit_id, organization_id, amount, starts_at, ends_at, reason, actor_kind, actor_name)
       VALUES ($1, $2, $3, $4, $5, $6, 'torture', 'system', 'torture')`,
      values,
    );
  }

  async revoke(limit: TreeLimit): Promise<void> {
    for (const grant of limit.grants) grant.revokedAt ??= this.at;
    await this.db.query('UPDATE limit_grants SET revoked_at = $2 WHERE limit_id = $1 AND revoked_at IS NULL', [
      limit.id,
      this.at,
    ]);
  }

  reserve(asked: Asked, on = 0): Promise<Answer> {
    const opens = 'calls' in asked.job ? null : asked.job;
    const bounds = { costBound: nanoUsd(asked.cost), tokensBound: Number(asked.tokens) };
    const call = { ...CALL, id: asked.callId, jobId: asked.job.id };
    const job = opens && { ...JOB, ...opens, maxCost: opens.maxCost === null ? null : nanoUsd(opens.maxCost) };
    const epoch = this.epoch ?? this.apps[on]!.app.get(Instance).epoch;
    return this.decided(asked, on, (ledger, path) =>
      ledger.reserveCall({ keyId: asked.key.keyId, path, job, call, ...bounds, epoch }),
    );
  }

  note(answer: Answer): void {
    const name = answer?.code ?? 'admitted';
    this.answers.set(name, (this.answers.get(name) ?? 0) + 1);
  }

  open(asked: Asked, on = 0): Promise<Answer> {
    const { id, maxCost, expiresAt } = asked.job;
    const job = { ...JOB, id, expiresAt, maxCost: maxCost === null ? null : nanoUsd(maxCost) };
    return this.decided(asked, on, (ledger, path) => ledger.openJob({ keyId: asked.key.keyId, path, job }));
  }

  end(call: ModelCall, end: CallEnd, on = 0): Promise<boolean> {
    const ids = { callId: call.id, jobId: call.job.id };
    return this.ledger(on).endCall({ ...ids, end: endCallOf(end), close: null }, ACTOR);
  }

  close(job: ModelJob, status: ClosingStatus, on = 0): Promise<boolean> {
    const close = { id: job.id, owner: ownerOf(job), status, metadata: {}, errorMessage: null };
    return this.ledger(on).closeJob(close, ACTOR);
  }

  ledger(on = 0): LedgerService {
    return this.apps[on]!.app.get(LedgerService);
  }

  /** Accounts and windows that are not what the model says, a line each. */
  async differences(): Promise<string[]> {
    const { organizationId } = this.tree;
    const { rows } = await this.db.query<{ name: string; unit: 'token'; posted: string; held: string }>(
      `SELECT w.limit_id || ' ' || w.subject || ' ' || to_char(w.starts_at AT TIME ZONE 'UTC',
          'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS name, l.unit, w.posted, w.held
        FROM limit_windows w JOIN limits l ON l.id = w.limit_id WHERE w.organization_id = $1
       UNION ALL SELECT 'account ' || scope_type || ' ' || scope_id, unit, spent, held FROM accounts
        WHERE organization_id = $1 AND kind IN ('team_credits', 'organization_balance')`,
      [organizationId],
    );
    const found = new Map(rows.map((row) => [row.name, row]));
    const names = new Map([...rows.map((row): [string, 'token'] => [row.name, row.unit]), ...this.model.places()]);
    return [...names].flatMap(([name, unit]) => {
      const { posted, held } = this.model.used(name, unit);
      const row = found.get(name) ?? { posted: '0', held: '0' };
      if (row.posted === posted.toString() && row.held === held.toString()) return [];
      return [`${name}: ${row.posted} posted and ${row.held} held, the model says ${posted} and ${held}`];
    });
  }

  /** The name by which the model knows a slot of the ledger. */
  async nameOf(slot: string): Promise<string> {
    const { rows } = await this.db.query<{ name: string }>(
      `SELECT limit_id || ' ' || subject || ' ' || to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        AS name FROM limit_windows WHERE id = $1
       UNION ALL SELECT 'account ' || scope_type || ' ' || scope_id FROM accounts WHERE id = $1`,
      [slot],
    );
    return rows[0]!.name;
  }

  private async decided(
    { key, at, job }: Asked,
    on: number,
    decide: (ledger: LedgerService, path: SpendPath) => Promise<Answer>,
  ): Promise<Answer> {
    const paths = this.apps[on]!.app.get(LimitPaths);
    const hasCeiling = !('calls' in job) && job.maxCost !== null;
    for (let tries = 0; tries < MAX_STALE; tries++) {
      const answer = await decide(this.ledger(on), await pathOf(paths, key, at, hasCeiling));
      if (answer?.code !== 'stale') return answer;
      paths.forget(key.organizationId);
    }
    throw new Error('the limits changed all the time');
  }
}

const JOB = { jobType: 'torture', userId: null, metadata: {}, implicit: false } as const;
const NAMES = { alias: 'a', purpose: null, modelId: 'm', providerId: 'p', priceId: 'x' } as const;
const CALL = { userId: null, streamed: false, metadata: {}, inputBound: 1, ...NAMES } as const;

async function pathOf(paths: LimitPaths, key: CallPlace, at: Date, hasCeiling: boolean): Promise<SpendPath> {
  const { version, slots } = await paths.of(key, at);
  const isOfJob = (unit: string): boolean => unit === 'micro_credit' || (unit === 'nano_usd' && hasCeiling);
  const ids = (ofJob: boolean): bigint[] =>
    slots.filter((slot) => isOfJob(slot.unit) === ofJob).map((slot) => slot.windowId);
  return { version, at, job: ids(true), call: ids(false) };
}
