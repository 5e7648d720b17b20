import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { notFound } from '../../core/errors.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, keysetPage } from '../../infra/database/index.js';
import { AuditEntry } from './entries/audit-entry.entity.js';
import { type AuditFilter, AuditOrder } from './audit.inputs.js';
import type { AuditFacets } from './audit.views.js';

const BY_SEQ = { expression: 'entry.seq', type: 'bigint' } as const;
const SEARCHED = ['actorName', 'actorEmail', 'action', 'entityId', 'entityName', 'message', 'address', 'requestId'];
const BY_TEXT = `(${SEARCHED.map((column) => `entry.${column} ILIKE :text`).join(' OR ')})`;

/** Somebody with an id, or anybody of a kind: the master key, for one, has no id. */
const BY_ACTOR = '(entry.actorId = ANY(:actorIds) OR entry.actorKind = ANY(:actorKinds))';

/** How far back the facets look, and how many actors they name. */
const FACET_ENTRIES = 10_000;
const FACET_ACTORS = 200;

interface FacetRow {
  readonly action: string;
  readonly type: string | null;
  readonly kind: string;
  readonly id: string | null;
  readonly name: string;
  readonly email: string | null;
}

/** Reads the audit log. An organization's actor sees its own rows: here, and by row-level security. */
@Injectable()
export class AuditLog {
  list(ctx: Ctx, page: PageRequest, filter: AuditFilter, order = AuditOrder.NEWEST): Promise<Page<AuditEntry>> {
    const query = this.select(ctx, filter, page.search);
    return keysetPage(query, page, { ...BY_SEQ, direction: order === AuditOrder.NEWEST ? 'DESC' : 'ASC' });
  }

  async get(ctx: Ctx, id: string): Promise<AuditEntry> {
    const entry = await this.select(ctx, {}).andWhere('entry.id = :id', { id }).getOne();
    if (!entry) throw notFound('Audit entry', id);
    return entry;
  }

  /** What there is to choose from in a filter. */
  async facets(ctx: Ctx, organizationId: string | null): Promise<AuditFacets> {
    const newest = this.select(ctx, { organizationId })
      .select(['entry.action AS action', 'entry.entityType AS type', 'entry.actorKind AS kind'])
      .addSelect(['entry.actorId AS id', 'entry.actorName AS name', 'entry.actorEmail AS email'])
      .orderBy('entry.seq', 'DESC')
      .limit(FACET_ENTRIES);
    const rows = await newest.getRawMany<FacetRow>();
    const sorted = (values: readonly (string | null)[]): string[] =>
      [...new Set(values)].filter((each) => each !== null).sort();
    const actors = new Map(
      rows.map(({ kind, id, name, email }) => [`${kind} ${id ?? name}`, { kind, id, name, email }]),
    );
    return {
      actions: sorted(rows.map((row) => row.action)),
      entityTypes: sorted(rows.map((row) => row.type)),
      actors: [...actors.values()].sort((a, b) => a.name.localeCompare(b.name)).slice(0, FACET_ACTORS),
    };
  }

  /** @throws DomainError not_found for an organization that has no rows, or none that the actor may see */
  async requireOrganization(ctx: Ctx, organizationId: string): Promise<void> {
    const known = await this.select(ctx, { organizationId }).limit(1).getOne();
    if (!known) throw notFound('Organization', organizationId);
  }

  /** The rows that match, in no order yet. */
  select(ctx: Ctx, filter: AuditFilter, search?: string | null): SelectQueryBuilder<AuditEntry> {
    const query = ctx.em.createQueryBuilder(AuditEntry, 'entry').where('true');
    if (ctx.organizationId !== ALL_ORGANIZATIONS)
      query.andWhere('entry.organizationId = :own', { own: ctx.organizationId });
    const { organizationId, status, entityId, actions, entityTypes, actorIds, actorKinds, from, to } = filter;
    for (const [column, value] of Object.entries({ organizationId, status, entityId }))
      if (value) query.andWhere(`entry.${column} = :${column}`, { [column]: value });
    for (const [column, values] of Object.entries({ action: actions, entityType: entityTypes }))
      if (values?.length) query.andWhere(`entry.${column} = ANY(:${column})`, { [column]: values });
    const actors = { actorIds: actorIds ?? [], actorKinds: actorKinds ?? [] };
    if (actors.actorIds.length + actors.actorKinds.length > 0) query.andWhere(BY_ACTOR, actors);
    if (from) query.andWhere('entry.at >= :from', { from });
    if (to) query.andWhere('entry.at < :to', { to });
    if (search) query.andWhere(BY_TEXT, { text: containing(search) });
    return query;
  }
}
