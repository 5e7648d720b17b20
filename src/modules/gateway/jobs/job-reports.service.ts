import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { notFound } from '../../../core/errors.js';
import { isUuid, uuidRange } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { Call, Job } from '../../ledger/index.js';
import { Team } from '../../teams/index.js';
import { type JobFilter, JobOrder } from './jobs.inputs.js';

const DURATION = 'CAST(extract(epoch FROM job.completedAt - job.createdAt) * 1000 AS bigint)';
const FIGURES = `(SELECT job_id, count(*) AS calls, CAST(sum(tokens_in + tokens_out) AS bigint) AS tokens
  FROM calls GROUP BY job_id)`;
const CALLED = 'EXISTS (SELECT 1 FROM calls call WHERE call.job_id = job.id AND call.alias = :alias)';
const COLUMNS: SortColumns<JobOrder> = {
  created: ['job.createdAt', 'timestamptz'],
  cost: ['job.costCharged', 'bigint'],
  status: ['job.status', 'text'],
  type: ['job.jobType', 'text'],
  tokens: ['coalesce(figures.tokens, 0)', 'bigint'],
  calls: ['coalesce(figures.calls, 0)', 'bigint'],
  duration: [DURATION, 'bigint', 'nullable'],
  team: ['team.name', 'text', 'nullable'],
  credits: ['job.creditsCharged', 'bigint'],
};

const SUMS = `
  SELECT job_id AS id, count(*)::integer AS calls, sum(tokens_in) AS "tokensIn", sum(tokens_out) AS "tokensOut",
    sum(provider_cost) AS "providerCost"
  FROM calls WHERE job_id = ANY($1) GROUP BY job_id`;

interface Sums {
  readonly id: string;
  readonly calls: number;
  readonly tokensIn: string;
  readonly tokensOut: string;
  readonly providerCost: string;
}

export interface JobFigures {
  readonly callCount: number;
  readonly tokensIn: bigint;
  readonly tokensOut: bigint;
  readonly providerCost: bigint;
}

/** Jobs and calls as administrators see them, with all three faces of their cost. */
@Injectable()
export class JobReports {
  /** @throws DomainError not_found, also for a malformed id and one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Job> {
    const job = isUuid(id) ? await ctx.em.findOneBy(Job, { id }) : null;
    if (!job) throw notFound('Job', id);
    return job;
  }

  list(ctx: Ctx, page: PageRequest, filter: JobFilter = {}, order = JobOrder.CREATED_DESC): Promise<Page<Job>> {
    const query = matching(ctx, filter)
      .leftJoin(Team, 'team', 'team.id = job.teamId')
      .leftJoin(FIGURES, 'figures', 'figures.job_id = job.id');
    if (page.search) {
      const range = uuidRange(page.search.trim());
      const isIt = range ? 'job.id BETWEEN :low AND :high OR ' : '';
      const text = containing(page.search);
      query.andWhere(`(${isIt}job.jobType ILIKE :text OR job.userId ILIKE :text)`, { ...range, text });
    }
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** Newest first, by offset: for clients that know pages by their number. */
  async slice(ctx: Ctx, place: { offset: number; limit: number }, filter: JobFilter): Promise<[Job[], number]> {
    return matching(ctx, filter)
      .orderBy('job.createdAt', 'DESC')
      .addOrderBy('job.id', 'DESC')
      .offset(place.offset)
      .limit(place.limit)
      .getManyAndCount();
  }

  /** Calls of each job, in the order they were made. */
  async callsOf(ctx: Ctx, jobIds: readonly string[]): Promise<Map<string, Call[]>> {
    const calls = await ctx.em
      .createQueryBuilder(Call, 'call')
      .where('call.jobId = ANY(:jobIds)', { jobIds })
      .orderBy('call.createdAt')
      .addOrderBy('call.id')
      .getMany();
    return groupBy(calls, (call) => call.jobId);
  }

  /** Sums over the calls of each job; a job without calls has no entry. */
  async figuresOf(ctx: Ctx, jobIds: readonly string[]): Promise<Map<string, JobFigures>> {
    const rows = await ctx.em.query<Sums[]>(SUMS, [jobIds]);
    return new Map(
      rows.map((row) => [
        row.id,
        {
          callCount: row.calls,
          tokensIn: BigInt(row.tokensIn),
          tokensOut: BigInt(row.tokensOut),
          providerCost: BigInt(row.providerCost),
        },
      ]),
    );
  }
}

function matching(ctx: Ctx, filter: JobFilter): SelectQueryBuilder<Job> {
  const query = ctx.em.createQueryBuilder(Job, 'job').where('true');
  const { organizationId, teamId, projectId, keyId, status, jobType } = filter;
  for (const [column, value] of Object.entries({ organizationId, teamId, projectId, keyId, status, jobType }))
    if (value) query.andWhere(`job.${column} = :${column}`, { [column]: value });
  if (filter.alias) query.andWhere(CALLED, { alias: filter.alias });
  if (filter.from) query.andWhere('job.createdAt >= :from', { from: filter.from });
  if (filter.to) query.andWhere('job.createdAt < :to', { to: filter.to });
  return query;
}
