import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { isUuid, newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { requireOrganizationAuthority, requirePlatformAuthority } from '../people/authority.js';
import { grantable } from '../people/role-grant.js';
import { MappingSource, RoleMapping } from './role-mapping.entity.js';
import { type CreateRoleMappingInput, type RoleMappingFilter, RoleMappingOrder } from './role-mappings.inputs.js';

const COLUMNS: SortColumns<RoleMappingOrder> = {
  created: ['mapping.createdAt', 'timestamptz'],
  name: ['mapping.displayName', 'text'],
  source: ['mapping.source', 'text'],
  value: ['mapping.value', 'text'],
};

/** What the app roles and groups of the directory are worth here; people get it at their next sign-in. */
@Injectable()
export class RoleMappingsService {
  constructor(private readonly organizations: OrganizationsService) {}

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: RoleMappingFilter = {},
    order = RoleMappingOrder.CREATED_DESC,
  ): Promise<Page<RoleMapping>> {
    const query = ctx.em.createQueryBuilder(RoleMapping, 'mapping');
    if (filter.source) query.where('mapping.source = :source', filter);
    if (page.search)
      query.andWhere('(mapping.displayName ILIKE :text OR mapping.value ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError invalid_request, not_found for the organization, forbidden, conflict when it is mapped already */
  async create(ctx: Ctx, input: CreateRoleMappingInput): Promise<RoleMapping> {
    const grant = await grantable(ctx, this.organizations, input);
    const value = valueOf(input);
    const taken = new DomainError('conflict', `'${value}' is mapped to a role there already`, { field: 'value' });
    const displayName = input.displayName ?? value;
    const values = { id: newId('roleMapping'), source: input.source, value, displayName, ...grant };
    return insertNew(ctx.em, RoleMapping, values, taken);
  }

  /** @throws DomainError not_found, forbidden when it grants more than the actor holds */
  async delete(ctx: Ctx, id: string): Promise<RoleMapping> {
    const mapping = await ctx.em.findOneBy(RoleMapping, { id });
    if (!mapping) throw notFound('Role mapping', id);
    requirePlatformAuthority(ctx, mapping.platformRole);
    if (mapping.organizationRole) requireOrganizationAuthority(ctx, mapping.organizationRole);
    await ctx.em.remove(RoleMapping, { ...mapping });
    return mapping;
  }
}

/** Group ids are compared as the directory's own, whatever the case in which somebody typed them. */
function valueOf({ source, value }: CreateRoleMappingInput): string {
  if (source === MappingSource.APP_ROLE) {
    if (/\s/.test(value)) throw invalid('value', 'must be the value of an app role, which holds no spaces');
    return value;
  }
  if (!isUuid(value)) throw invalid('value', 'must be the object id of a group, a UUID');
  return value.toLowerCase();
}
