import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../core/clock.js';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, notFound } from '../../core/errors.js';
import { newId } from '../../core/id.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { Events } from '../../infra/events/index.js';
import { announceTenantChange, OrganizationsService } from '../organizations/index.js';
import { MembersService } from '../users/index.js';
import { CachePrice, type Keeping, Project, ProjectStatus } from './project.entity.js';
import {
  type CreateProjectInput,
  type ProjectFilter,
  ProjectOrder,
  type UpdateProjectInput,
} from './projects.inputs.js';

const COLUMNS: SortColumns<ProjectOrder> = {
  created: ['project.createdAt', 'timestamptz'],
  code: ['project.code', 'text'],
  name: ['project.name', 'text'],
  status: ['project.status', 'text'],
};

@Injectable()
export class ProjectsService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly members: MembersService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Project> {
    const project = await ctx.em.findOneBy(Project, { id });
    if (!project || project.status === ProjectStatus.DELETED) throw notFound('Project', id);
    return project;
  }

  /** As get, and not_found for a project of another organization, whoever asks. */
  async getIn(ctx: Ctx, organizationId: string, id: string): Promise<Project> {
    const project = await this.get(ctx, id);
    if (project.organizationId !== organizationId) throw notFound('Project', id);
    return project;
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Project>> {
    const projects = await ctx.em.findBy(Project, { id: In(ids) });
    return new Map(projects.map((project) => [project.id, project]));
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: ProjectFilter = {},
    order = ProjectOrder.CREATED_DESC,
  ): Promise<Page<Project>> {
    const query = ctx.em.createQueryBuilder(Project, 'project');
    if (filter.status) query.where('project.status = :status', { status: filter.status });
    else query.where('project.status <> :deleted', { deleted: ProjectStatus.DELETED });
    if (filter.organizationId) query.andWhere('project.organizationId = :org', { org: filter.organizationId });
    if (filter.ownerId) query.andWhere('project.ownerId = :owner', { owner: filter.ownerId });
    if (page.search)
      query.andWhere('(project.code ILIKE :text OR project.name ILIKE :text OR project.id ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError not_found for organization or owner, conflict when the code is taken in the organization */
  async create(ctx: Ctx, input: CreateProjectInput): Promise<Project> {
    const organization = await this.organizations.get(ctx, input.organizationId);
    if (input.ownerId) await this.members.requireMembers(ctx, organization.id, [input.ownerId]);
    const values: Partial<Project> = {
      id: newId('project'),
      organizationId: organization.id,
      code: input.code,
      name: input.name,
      ownerId: input.ownerId ?? null,
      status: ProjectStatus.ACTIVE,
      metadata: input.metadata ?? {},
      cacheTtlSeconds: null,
      cachePrice: CachePrice.FREE,
      retentionDays: null,
    };
    return insertNew(ctx.em, Project, values, codeTaken(input.code));
  }

  /** @throws DomainError not_found for project or owner, conflict when the code is taken in the organization */
  async update(ctx: Ctx, id: string, input: UpdateProjectInput): Promise<Project> {
    const project = await this.take(ctx, id);
    const { code, ownerId } = input;
    if (code && code !== project.code) {
      await requireFreeCode(ctx, project, code);
      project.code = code;
    }
    if (ownerId !== undefined && ownerId !== project.ownerId) {
      if (ownerId !== null) await this.members.requireMembers(ctx, project.organizationId, [ownerId]);
      project.ownerId = ownerId;
    }
    project.name = input.name ?? project.name;
    project.metadata = input.metadata ?? project.metadata;
    return this.save(ctx, project);
  }

  /** Changes what the project keeps of its calls, from the next call on. @throws DomainError not_found */
  async setKeeping(ctx: Ctx, id: string, values: Partial<Keeping>): Promise<Project> {
    return this.save(ctx, Object.assign(await this.take(ctx, id), values));
  }

  suspend(ctx: Ctx, id: string, reason?: string | null): Promise<Project> {
    return this.setStatus(ctx, id, { status: ProjectStatus.SUSPENDED, statusReason: reason ?? null });
  }

  resume(ctx: Ctx, id: string): Promise<Project> {
    return this.setStatus(ctx, id, { status: ProjectStatus.ACTIVE, statusReason: null });
  }

  /** Turns the project into a tombstone: its keys stop at once, its jobs stay, its code is free again. */
  async markDeleted(ctx: Ctx, id: string): Promise<Project> {
    const project = await this.take(ctx, id);
    return this.save(ctx, Object.assign(project, { status: ProjectStatus.DELETED, deletedAt: this.clock.now() }));
  }

  /** Ids of the projects of an organization that are not deleted; for one that is being deleted. */
  async idsOf(ctx: Ctx, organizationId: string): Promise<string[]> {
    const where = { organizationId, status: In([ProjectStatus.ACTIVE, ProjectStatus.SUSPENDED]) };
    const projects = await ctx.em.find(Project, { where, select: { id: true }, order: { id: 'ASC' } });
    return projects.map((project) => project.id);
  }

  private async setStatus(ctx: Ctx, id: string, values: Pick<Project, 'status' | 'statusReason'>): Promise<Project> {
    return this.save(ctx, Object.assign(await this.take(ctx, id), values));
  }

  /** A project while no other transaction changes it: a late suspension must not bring a deleted one back. */
  private async take(ctx: Ctx, id: string): Promise<Project> {
    await this.get(ctx, id);
    await ctx.em.query('SELECT 1 FROM projects WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.get(ctx, id);
  }

  private async save(ctx: Ctx, project: Project): Promise<Project> {
    await announceTenantChange(ctx, this.events);
    return ctx.em.save(project);
  }
}

async function requireFreeCode(ctx: Ctx, { organizationId }: Project, code: string): Promise<void> {
  const status = In([ProjectStatus.ACTIVE, ProjectStatus.SUSPENDED]);
  if (await ctx.em.existsBy(Project, { organizationId, code, status })) throw codeTaken(code);
}

const codeTaken = (code: string): DomainError =>
  new DomainError('conflict', `Project '${code}' already exists`, { field: 'code' });
