import {
  AccountKind,
  type AccountFilter,
  type HoldFilter,
  type LedgerEntryFilter,
  LedgerTxKind,
} from '../../ledger/index.js';
import { EnumField, InstantField, TextField } from '../fields/fields.js';
import { PageQuery, SearchQuery } from '../fields/paging.js';

export class AccountsQuery extends SearchQuery {
  @TextField({ optional: true })
  organization_id?: string | null;

  @EnumField(Object.values(AccountKind), { optional: true })
  kind?: AccountKind | null;

  filter(): AccountFilter {
    return { organizationId: this.organization_id, kind: this.kind };
  }
}

export class EntriesQuery extends PageQuery {
  @TextField({ optional: true })
  account_id?: string | null;

  @TextField({ optional: true })
  organization_id?: string | null;

  @EnumField(Object.values(LedgerTxKind), { optional: true })
  kind?: LedgerTxKind | null;

  @TextField({ optional: true, about: 'Refunds of what the job was charged count as of the job.' })
  job_id?: string | null;

  @TextField({ optional: true })
  call_id?: string | null;

  @InstantField({ optional: true })
  from?: Date | null;

  @InstantField({ optional: true, dayEnds: true })
  to?: Date | null;

  filter(): LedgerEntryFilter {
    const { from, to } = this;
    const kinds = this.kind ? [this.kind] : null;
    const place = { accountId: this.account_id, organizationId: this.organization_id };
    return { ...place, kinds, jobId: this.job_id, callId: this.call_id, from, to };
  }
}

export class HoldsQuery extends PageQuery {
  @TextField({ optional: true })
  organization_id?: string | null;

  filter(): HoldFilter {
    return { organizationId: this.organization_id };
  }
}
