import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { notFound } from '../../../core/errors.js';
import { isUuid } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { bothWays, containing, keysetPage, type Order } from '../../../infra/database/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { Call, Job } from '../../ledger/index.js';
import { type JobFilter, JobOrder } from './jobs.inputs.js';

const CREATED = bothWays('job.createdAt', 'timestamptz');
const COST = bothWays('job.costCharged', 'bigint');
const STATUS = bothWays('job.status', 'text');
const ORDERS: Record<JobOrder, Order> = {
  [JobOrder.CREATED_DESC]: CREATED.desc,
  [JobOrder.CREATED_ASC]: CREATED.asc,
  [JobOrder.COST_DESC]: COST.desc,
  [JobOrder.COST_ASC]: COST.asc,
  [JobOrder.STATUS_ASC]: STATUS.asc,
  [JobOrder.STATUS_DESC]: STATUS.desc,
};

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
    const query = matching(ctx, filter);
    if (page.search)
      query.andWhere('(CAST(job.id AS text) ILIKE :text OR job.jobType ILIKE :text OR job.userId ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, ORDERS[order]);
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
}

function matching(ctx: Ctx, filter: JobFilter): SelectQueryBuilder<Job> {
  const query = ctx.em.createQueryBuilder(Job, 'job').where('true');
  const { organizationId, teamId, status, jobType } = filter;
  for (const [column, value] of Object.entries({ organizationId, teamId, status, jobType }))
    if (value) query.andWhere(`job.${column} = :${column}`, { [column]: value });
  if (filter.from) query.andWhere('job.createdAt >= :from', { from: filter.from });
  if (filter.to) query.andWhere('job.createdAt < :to', { to: filter.to });
  return query;
}
