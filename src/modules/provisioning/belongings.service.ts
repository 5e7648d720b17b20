import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/ctx.js';
import { AccessGrantsService } from '../catalog/index.js';
import { GroupsService } from '../groups/index.js';
import { KeysService } from '../keys/index.js';
import { type Project, ProjectsService } from '../projects/index.js';
import type { ProvisionProjectInput } from './belongings.inputs.js';

/** What an organization has besides its teams: projects with their access and keys, and groups. */
@Injectable()
export class Belongings {
  constructor(
    private readonly projects: ProjectsService,
    private readonly groups: GroupsService,
    private readonly grants: AccessGrantsService,
    private readonly keys: KeysService,
  ) {}

  /** @throws DomainError not_found for organization, owner or access group, conflict when the code is taken */
  async createProject(ctx: Ctx, { accessGroupIds, ...fields }: ProvisionProjectInput): Promise<Project> {
    const project = await this.projects.create(ctx, fields);
    if (accessGroupIds?.length) await this.grants.setForProject(ctx, project, accessGroupIds);
    return project;
  }

  /** Leaves a tombstone; every key that names it is revoked. @throws DomainError not_found */
  async deleteProject(ctx: Ctx, id: string): Promise<Project> {
    const deleted = await this.projects.markDeleted(ctx, id);
    await this.keys.revokeAllOf(ctx, { projectId: id });
    return deleted;
  }

  /** Ends the projects and groups of an organization that is being deleted. */
  async endAllOf(ctx: Ctx, organizationId: string): Promise<void> {
    for (const id of await this.projects.idsOf(ctx, organizationId)) await this.deleteProject(ctx, id);
    await this.groups.endAllOf(ctx, organizationId);
  }
}
