import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, notFound } from '../../core/errors.js';
import { Clock } from '../../core/clock.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { Events } from '../../infra/events/index.js';
import { announceTenantChange } from './tenant-events.js';
import { type Billing, Organization, OrganizationStatus } from './organization.entity.js';
import {
  type CreateOrganizationInput,
  type OrganizationFilter,
  OrganizationOrder,
  type UpdateOrganizationInput,
} from './organizations.inputs.js';

/** Figures that later modules keep; the join is left out by the planner when the list is not sorted by one of them. */
const FIGURES = '(SELECT * FROM organization_figures(:now))';
const COLUMNS: SortColumns<OrganizationOrder> = {
  created: ['organization.createdAt', 'timestamptz'],
  name: ['organization.name', 'text'],
  id: ['organization.id', 'text'],
  status: ['organization.status', 'text'],
  plan: ['organization.plan', 'text'],
  team_count: ['figures.team_count', 'bigint'],
  active_key_count: ['figures.active_key_count', 'bigint'],
  credits_allocated: ['figures.credits_allocated', 'bigint'],
  credits_remaining: ['figures.credits_remaining', 'bigint'],
  credits_used: ['figures.credits_used', 'bigint'],
  total_spent: ['figures.total_spent', 'bigint'],
};

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Organization> {
    const organization = await this.find(ctx, id);
    if (!organization) throw notFound('Organization', id);
    return organization;
  }

  async find(ctx: Ctx, id: string): Promise<Organization | null> {
    const organization = await ctx.em.findOneBy(Organization, { id });
    return organization?.status === OrganizationStatus.DELETED ? null : organization;
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Organization>> {
    const organizations = await ctx.em.findBy(Organization, { id: In(ids) });
    return new Map(organizations.map((organization) => [organization.id, organization]));
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: OrganizationFilter = {},
    order: OrganizationOrder = OrganizationOrder.CREATED_DESC,
  ): Promise<Page<Organization>> {
    const query = ctx.em
      .createQueryBuilder(Organization, 'organization')
      .leftJoin(FIGURES, 'figures', 'figures.organization_id = organization.id')
      .setParameter('now', this.clock.now());
    if (filter.status) query.where('organization.status = :status', { status: filter.status });
    else query.where('organization.status <> :deleted', { deleted: OrganizationStatus.DELETED });
    if (filter.plan) query.andWhere('organization.plan = :plan', { plan: filter.plan });
    if (page.search)
      query.andWhere('(organization.id ILIKE :text OR organization.name ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError conflict when the id is taken, be it by a deleted organization */
  async create(ctx: Ctx, input: CreateOrganizationInput): Promise<Organization> {
    const taken = new DomainError('conflict', `Organization with ID '${input.id}' already exists`, { field: 'id' });
    const values = { id: input.id, name: input.name, metadata: input.metadata ?? {} };
    return insertNew(ctx.em, Organization, { ...values, status: OrganizationStatus.ACTIVE }, taken);
  }

  /** @throws DomainError not_found, forbidden when an actor who is not the platform's gives a plan */
  async update(ctx: Ctx, id: string, input: UpdateOrganizationInput): Promise<Organization> {
    const organization = await this.get(ctx, id);
    if (input.plan && !ctx.may('billing.update'))
      throw new DomainError('forbidden', 'Only the platform sets the plan of an organization');
    if (input.plan && input.plan !== organization.plan) await announceTenantChange(ctx, this.events);
    organization.plan = input.plan ?? organization.plan;
    organization.name = input.name ?? organization.name;
    organization.metadata = input.metadata ?? organization.metadata;
    return ctx.em.save(organization);
  }

  async suspend(ctx: Ctx, id: string): Promise<Organization> {
    return this.setStatus(ctx, id, OrganizationStatus.SUSPENDED);
  }

  async resume(ctx: Ctx, id: string): Promise<Organization> {
    return this.setStatus(ctx, id, OrganizationStatus.ACTIVE);
  }

  /** Says who pays for calls of keys without a team, from the next call on. */
  async setBilling(ctx: Ctx, id: string, billing: Billing): Promise<Organization> {
    const organization = await this.get(ctx, id);
    organization.billing = billing;
    return this.save(ctx, organization);
  }

  /** Turns the organization into a tombstone. That nothing active is left in it is for the caller to see to. */
  async markDeleted(ctx: Ctx, id: string): Promise<Organization> {
    const organization = await this.get(ctx, id);
    organization.status = OrganizationStatus.DELETED;
    organization.deletedAt = this.clock.now();
    return this.save(ctx, organization);
  }

  private async setStatus(ctx: Ctx, id: string, status: OrganizationStatus): Promise<Organization> {
    const organization = await this.get(ctx, id);
    organization.status = status;
    return this.save(ctx, organization);
  }

  private async save(ctx: Ctx, organization: Organization): Promise<Organization> {
    await announceTenantChange(ctx, this.events);
    return ctx.em.save(organization);
  }
}
