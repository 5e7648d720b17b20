import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { ALL_ORGANIZATIONS } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { isUuid, newUuid } from '../../../core/id.js';
import type { NanoUsd } from '../../../core/money.js';
import { Database } from '../../../infra/database/index.js';
import { Tasks } from '../../../infra/queue/index.js';
import type { CallingKey } from '../../keys/index.js';
import {
  Call,
  type ClosingStatus,
  Job,
  JobStatus,
  type LedgerActor,
  LedgerService,
  type NewJob as PlannedJob,
  wireJson,
} from '../../ledger/index.js';
import { Spending } from '../pipeline/spending/spending.service.js';

export type { PlannedJob };

export interface NewJob {
  /** Chosen beforehand by whoever has to know it if this process dies. */
  readonly id?: string;
  readonly teamId: string | null;
  readonly jobType: string;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
  readonly maxCost: NanoUsd | null;
  readonly implicit: boolean;
}

const EXPIRE_EVERY_MS = 60_000;
const EXPIRE_BATCH = 500;
const EXPIRED = `
  SELECT id, team_id AS "teamId", project_id AS "projectId" FROM jobs
  WHERE status IN ('pending', 'in_progress') AND expires_at <= $1 LIMIT $2`;
interface ExpiredJob {
  readonly id: string;
  readonly teamId: string | null;
  readonly projectId: string | null;
}
const REAPER: LedgerActor = { kind: 'system', id: null, name: 'expire-jobs', requestId: null };

/** Team with team and project with project: people choose the ids of teams, so one may read like that of a project. */
const owns = (caller: CallingKey, job: Job): boolean =>
  job.teamId === caller.teamId && (job.teamId !== null || job.projectId === caller.projectId);

/** Jobs as the clients of a team or project see them: a job of another one is one that does not exist. */
@Injectable()
export class JobsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly spending: Spending,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('expire-jobs', EXPIRE_EVERY_MS, () => this.expire());
  }

  /** @throws DomainError forbidden for a team that is not the key's, and those of Spending.open */
  async open(caller: CallingKey, job: NewJob): Promise<{ id: string; createdAt: Date }> {
    const planned = this.plan(caller, job);
    return { id: planned.id, createdAt: await this.spending.open(caller, planned) };
  }

  /** The job as the ledger will open it. @throws DomainError forbidden for a team that is not the key's */
  plan(caller: CallingKey, job: NewJob): PlannedJob {
    if (job.teamId !== null && job.teamId !== caller.teamId)
      throw new DomainError('forbidden', `API key does not belong to team '${job.teamId}'`, { field: 'team_id' });
    this.checkMetadata('metadata', job.metadata);
    const nowMs = this.clock.nowMs();
    const { jobTtlMs, implicitJobTtlMs } = this.config.bounds;
    const expiresAt = new Date(nowMs + (job.implicit ? implicitJobTtlMs : jobTtlMs));
    const { id = newUuid(nowMs), jobType, userId, metadata, implicit, maxCost } = job;
    return { id, jobType, userId, metadata, implicit, maxCost, expiresAt };
  }

  /** @throws DomainError not_found, also for a malformed id and for a job of another team or project */
  async get(caller: CallingKey, id: string): Promise<Job> {
    const job = await this.find(caller, id);
    if (!job) throw notFound('Job', id);
    return job;
  }

  /** As get; null for a job that does not exist. */
  async find(caller: CallingKey, id: string): Promise<Job | null> {
    const job = isUuid(id) ? await this.em.findOneBy(Job, { id }) : null;
    return job && owns(caller, job) ? job : null;
  }

  calls(job: Job): Promise<Call[]> {
    return this.em.find(Call, { where: { jobId: job.id }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /**
   * Closes a job and gives it back. A job that is closed already stays as it is, so that repeating is harmless.
   * @throws DomainError not_found
   */
  async close(
    caller: CallingKey,
    id: string,
    close: { status: ClosingStatus; metadata: Record<string, unknown>; errorMessage: string | null; requestId: string },
  ): Promise<Job> {
    if (!isUuid(id)) throw notFound('Job', id);
    this.checkMetadata('metadata', close.metadata);
    const { status, metadata, errorMessage } = close;
    const actor = { kind: 'key', id: caller.keyId, name: caller.keyName, requestId: close.requestId };
    await this.ledger.closeJob({ id, owner: caller, status, metadata, errorMessage }, actor);
    return this.get(caller, id);
  }

  /** Merges metadata into the job's, one level deep; allowed after it has closed, too. @throws DomainError */
  async mergeMetadata(caller: CallingKey, id: string, metadata: Record<string, unknown>): Promise<Job> {
    const job = await this.get(caller, id);
    this.checkMetadata('metadata', { ...job.metadata, ...metadata });
    const values = [id, wireJson(metadata), this.clock.now()];
    await this.database.pool.query(
      'UPDATE jobs SET metadata = metadata || $2::jsonb, updated_at = $3 WHERE id = $1',
      values,
    );
    return this.get(caller, id);
  }

  /** Closes jobs that nobody closed in time: with a successful call they are charged, else not. */
  async expire(): Promise<void> {
    const errorMessage = 'Nobody closed the job in time';
    for (;;) {
      const { rows } = await this.database.pool.query<ExpiredJob>(EXPIRED, [this.clock.now(), EXPIRE_BATCH]);
      const close = { status: JobStatus.EXPIRED, metadata: {}, errorMessage } as const;
      // All at once: the ledger takes them in batches.
      await Promise.all(rows.map(({ id, ...owner }) => this.ledger.closeJob({ id, owner, ...close }, REAPER)));
      if (rows.length < EXPIRE_BATCH) return;
    }
  }

  checkMetadata(field: string, metadata: Record<string, unknown>): void {
    const limit = this.config.bounds.jobMetadataBytes;
    if (Buffer.byteLength(JSON.stringify(metadata)) > limit)
      throw invalid(field, `must not be larger than ${limit} bytes`);
  }

  private get em(): ReturnType<Database['manager']> {
    return this.database.manager(ALL_ORGANIZATIONS);
  }
}
