import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { invalid, notFound } from '../../../core/errors.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, keysetPage, orderOf, recordChange, type SortColumns } from '../../../infra/database/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import { TeamsService } from '../../teams/index.js';
import { Account } from '../account.entity.js';
import {
  AccountTransfers,
  entityOf,
  organizationBalance,
  type Owner,
  teamCredits,
} from './account-transfers.service.js';
import { type AccountFilter, AccountOrder, type SetCreditModeInput } from './accounts.inputs.js';

/** PostgreSQL's bigint has at most 19 digits; one less is always one. */
const ACCOUNT_ID = /^\d{1,18}$/;

const COLUMNS: SortColumns<AccountOrder> = {
  created: ['account.createdAt', 'timestamptz'],
  balance: ['account.balance', 'bigint'],
};

/** The accounts of the ledger, whoever they belong to. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly teams: TeamsService,
    private readonly organizations: OrganizationsService,
    private readonly transfers: AccountTransfers,
  ) {}

  /** @throws DomainError not_found */
  async get(ctx: Ctx, id: string): Promise<Account> {
    const account = isAccountId(id) ? await ctx.em.findOneBy(Account, { id }) : null;
    if (!account) throw notFound('Account', id);
    return account;
  }

  /** Those of the ids that the actor may see. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Account>> {
    const query = ctx.em.createQueryBuilder(Account, 'account').where('account.id = ANY(:ids)', { ids });
    return new Map((await query.getMany()).map((account) => [account.id, account]));
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: AccountFilter = {},
    order = AccountOrder.CREATED_DESC,
  ): Promise<Page<Account>> {
    const query = ctx.em.createQueryBuilder(Account, 'account').where('true');
    if (filter.organizationId) query.andWhere('account.organizationId = :org', { org: filter.organizationId });
    if (filter.kind) query.andWhere('account.kind = :kind', { kind: filter.kind });
    if (page.search)
      query.andWhere('(account.name ILIKE :text OR account.scopeId ILIKE :text)', { text: containing(page.search) });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /**
   * Says how far below zero an account may go, from the next hold on; what it owes already stays owed.
   * @throws DomainError invalid_request unless one owner is named, not_found
   */
  async setCreditMode(ctx: Ctx, input: SetCreditModeInput): Promise<Account> {
    const owner = await this.ownerOf(ctx, input);
    // Figures of the account may change at any moment, so nothing but the one column is written, under its lock.
    const { id, organizationId, creditMode } = await this.transfers.open(ctx, owner);
    await ctx.em.query('UPDATE accounts SET credit_mode = $2 WHERE id = $1', [id, input.mode]);
    const [before, after] = [{ creditMode }, { creditMode: input.mode }];
    recordChange(ctx.em, { entity: entityOf(owner), id: owner.id, organizationId, before, after });
    return this.get(ctx, id);
  }

  private async ownerOf(ctx: Ctx, { teamId, organizationId }: SetCreditModeInput): Promise<Owner> {
    if (teamId && organizationId) throw invalid('organizationId', 'must be left out when teamId is given');
    if (teamId) return teamCredits((await this.teams.get(ctx, teamId)).id);
    if (organizationId) return organizationBalance((await this.organizations.get(ctx, organizationId)).id);
    throw invalid('teamId', 'must be given, or organizationId');
  }
}

/** Whether a text can be the id of an account at all. */
export const isAccountId = (id: string): boolean => ACCOUNT_ID.test(id);
