import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { recordChange } from '../../../infra/database/index.js';
import { type Project, ProjectsService } from '../../projects/index.js';
import { CallBodies } from './call-bodies.service.js';
import type { SetProjectCacheArgs, SetProjectRetentionArgs } from './content.inputs.js';
import { ResponseCache } from './response-cache.service.js';

/** What administrators decide about the content that a project keeps. */
@Injectable()
export class ProjectContent {
  constructor(
    private readonly projects: ProjectsService,
    private readonly cache: ResponseCache,
    private readonly bodies: CallBodies,
  ) {}

  /** Turned off, the cache is emptied too. @throws DomainError not_found */
  async setCache(ctx: Ctx, { projectId, ttlSeconds, price }: SetProjectCacheArgs): Promise<Project> {
    const values = { cacheTtlSeconds: ttlSeconds ?? null, ...(price && { cachePrice: price }) };
    const project = await this.projects.setKeeping(ctx, projectId, values);
    if (project.cacheTtlSeconds === null) await this.cache.empty(ctx, projectId);
    return project;
  }

  /** @throws DomainError not_found */
  setRetention(ctx: Ctx, { projectId, days }: SetProjectRetentionArgs): Promise<Project> {
    return this.projects.setKeeping(ctx, projectId, { retentionDays: days ?? null });
  }

  /** @throws DomainError not_found */
  async emptyCache(ctx: Ctx, projectId: string): Promise<Project> {
    const project = await this.projects.get(ctx, projectId);
    recordRemoval(ctx, project, 'cachedAnswers', await this.cache.empty(ctx, projectId));
    return project;
  }

  /** @throws DomainError not_found */
  async deleteBodies(ctx: Ctx, projectId: string): Promise<Project> {
    const project = await this.projects.get(ctx, projectId);
    recordRemoval(ctx, project, 'callBodies', await this.bodies.deleteOf(ctx, projectId));
    return project;
  }
}

/** Rows that hold what people wrote are counted in the audit log, never shown. */
function recordRemoval(ctx: Ctx, { id, organizationId }: Project, what: string, count: number): void {
  recordChange(ctx.em, { entity: 'Project', id, organizationId, before: { [what]: count }, after: { [what]: 0 } });
}
