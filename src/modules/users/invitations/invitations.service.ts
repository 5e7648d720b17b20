import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, type SelectQueryBuilder } from 'typeorm';
import { Clock } from '../../../core/clock.js';
import { actorName, type Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { requireOrganizationAuthority, requirePlatformAuthority } from '../people/authority.js';
import { grantable } from '../people/role-grant.js';
import { generateInvitationToken, hashInvitationToken } from './invitation-token.js';
import { Invitation, InvitationStatus } from './invitation.entity.js';
import {
  type CreateInvitationInput,
  type InvitationFilter,
  InvitationOrder,
  type IssuedInvitation,
} from './invitations.inputs.js';

const VALID_DAYS = 7;
const DAY_MS = 86_400_000;

const COLUMNS: SortColumns<InvitationOrder> = {
  created: ['invitation.createdAt', 'timestamptz'],
  email: ['invitation.email', 'text'],
  name: ['invitation.name', 'text'],
  expires: ['invitation.expiresAt', 'timestamptz'],
  invited_by: ['invitation.invitedBy', 'text'],
};

/** As Invitation.statusAt has it. */
const UNUSED = 'invitation.acceptedAt IS NULL AND invitation.revokedAt IS NULL';
const IN_STATUS: Record<InvitationStatus, string> = {
  [InvitationStatus.ACCEPTED]: 'invitation.acceptedAt IS NOT NULL',
  [InvitationStatus.REVOKED]: 'invitation.acceptedAt IS NULL AND invitation.revokedAt IS NOT NULL',
  [InvitationStatus.EXPIRED]: `${UNUSED} AND invitation.expiresAt <= :now`,
  [InvitationStatus.OPEN]: `${UNUSED} AND invitation.expiresAt > :now`,
};

/** One-time links that give a role to a person who is not known here yet. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly clock: Clock,
  ) {}

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: InvitationFilter = {},
    order = InvitationOrder.CREATED_DESC,
  ): Promise<Page<Invitation>> {
    const query: SelectQueryBuilder<Invitation> = ctx.em.createQueryBuilder(Invitation, 'invitation');
    if (filter.status) query.andWhere(`(${IN_STATUS[filter.status]})`, { now: this.clock.now() });
    if (filter.organizationId) query.andWhere('invitation.organizationId = :organizationId', filter);
    if (page.search)
      query.andWhere('(invitation.name ILIKE :text OR invitation.email ILIKE :text)', {
        text: containing(page.search),
      });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  statusOf(invitation: Invitation): InvitationStatus {
    return invitation.statusAt(this.clock.now());
  }

  /** @throws DomainError forbidden for a role beyond the actor's own, conflict while such an invitation is open */
  async create(ctx: Ctx, input: CreateInvitationInput): Promise<IssuedInvitation> {
    const grant = await grantable(ctx, this.organizations, input);
    const now = this.clock.now();
    await this.requireNoneOpen(ctx, input.email, grant.organizationId);
    const token = generateInvitationToken();
    const values: Partial<Invitation> = {
      id: newId('invitation'),
      email: input.email,
      name: input.name,
      ...grant,
      tokenHash: hashInvitationToken(token),
      invitedBy: actorName(ctx.actor),
      expiresAt: new Date(now.getTime() + VALID_DAYS * DAY_MS),
    };
    const taken = new DomainError('conflict', 'Try again');
    return { invitation: await insertNew(ctx.em, Invitation, values, taken), token };
  }

  /** @throws DomainError not_found, conflict when it is not open, forbidden when it grants more than the actor holds */
  async revoke(ctx: Ctx, id: string): Promise<Invitation> {
    const invitation = await ctx.em.findOne(Invitation, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!invitation) throw notFound('Invitation', id);
    requirePlatformAuthority(ctx, invitation.platformRole);
    if (invitation.organizationRole) requireOrganizationAuthority(ctx, invitation.organizationRole);
    const status = this.statusOf(invitation);
    if (status !== InvitationStatus.OPEN) throw new DomainError('conflict', `The invitation is ${status} already`);
    return ctx.em.save(Object.assign(invitation, { revokedAt: this.clock.now() }));
  }

  private async requireNoneOpen(ctx: Ctx, email: string, organizationId: string | null): Promise<void> {
    const open = await ctx.em.existsBy(Invitation, {
      email,
      organizationId: organizationId ?? IsNull(),
      acceptedAt: IsNull(),
      revokedAt: IsNull(),
      expiresAt: MoreThan(this.clock.now()),
    });
    if (!open) return;
    throw new DomainError('conflict', `'${email}' has an open invitation already; revoke it first`, { field: 'email' });
  }
}
