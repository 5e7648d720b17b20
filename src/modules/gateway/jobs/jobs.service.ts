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
  wireJson,
} from '../../ledger/index.js';

export interface NewJob {
  readonly teamId: string | null;
  readonly jobType: string;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
  readonly maxCost: NanoUsd | null;
  readonly implicit: boolean;
}

const EXPIRE_EVERY_MS = 60_000;
const EXPIRE_BATCH = 500;
const REAPER: LedgerActor = { kind: 'system', id: null, name: 'expire-jobs', requestId: null };

/** Jobs as the clients of a team see them: a job of another team is one that does not exist. */
@Injectable()
export class JobsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('expire-jobs', EXPIRE_EVERY_MS, () => this.expire());
  }

  /** @throws DomainError forbidden for another team, and those of LedgerService.openJob */
  async open(caller: CallingKey, job: NewJob): Promise<{ id: string; createdAt: Date }> {
    if (job.teamId !== null && job.teamId !== caller.teamId)
      throw new DomainError('forbidden', `API key does not belong to team '${job.teamId}'`, { field: 'team_id' });
    this.checkMetadata('metadata', job.metadata);
    const createdAt = this.clock.now();
    const id = newUuid(createdAt.getTime());
    const { jobTtlMs, implicitJobTtlMs } = this.config.bounds;
    const expiresAt = new Date(createdAt.getTime() + (job.implicit ? implicitJobTtlMs : jobTtlMs));
    const { jobType, userId, metadata, implicit, maxCost } = job;
    await this.ledger.openJob({ id, keyId: caller.keyId, jobType, userId, metadata, implicit, maxCost, expiresAt });
    return { id, createdAt };
  }

  /** @throws DomainError not_found, also for a malformed id and for a job of another team */
  async get(caller: CallingKey, id: string): Promise<Job> {
    const job = isUuid(id) ? await this.em.findOneBy(Job, { id, teamId: caller.teamId }) : null;
    if (!job) throw notFound('Job', id);
    return job;
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
    await this.ledger.closeJob({ id, teamId: caller.teamId, status, metadata, errorMessage }, actor);
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
    const now = this.clock.now();
    const { rows } = await this.database.pool.query<{ id: string; team_id: string }>(
      "SELECT id, team_id FROM jobs WHERE status IN ('pending', 'in_progress') AND expires_at <= $1 LIMIT $2",
      [now, EXPIRE_BATCH],
    );
    const errorMessage = 'Nobody closed the job in time';
    for (const row of rows) {
      const close = { id: row.id, teamId: row.team_id, status: JobStatus.EXPIRED, metadata: {}, errorMessage } as const;
      await this.ledger.closeJob(close, REAPER);
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
