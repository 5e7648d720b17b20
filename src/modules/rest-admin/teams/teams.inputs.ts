import { wholeOrNone } from '../fields/amounts.js';
import type { MicroCredits } from '../../../core/money.js';
import { JobStatus } from '../../ledger/index.js';
import { BudgetMode, type CreateTeamInput, TeamStatus, type UpdateTeamInput } from '../../teams/index.js';
import {
  CreditsField,
  EnumField,
  InstantField,
  JsonField,
  ListField,
  NumberField,
  SlugField,
  TextField,
} from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

export const MOST_TOKENS = 1_000_000_000_000;
const MOST_ROWS = 200;
const FARTHEST = 1_000_000;

/** What can be set at creation and later alike. */
class TeamSettings {
  @TextField({ optional: true, about: 'Display name.' })
  team_alias?: string | null;

  @JsonField({ optional: true })
  metadata?: Record<string, unknown> | null;

  @EnumField(Object.values(BudgetMode), { optional: true, about: 'job_based when left out at creation.' })
  budget_mode?: BudgetMode | null;

  @CreditsField({ optional: true, about: 'Credits that one dollar draws in mode consumption_usd; 10 when left out.' })
  credits_per_dollar?: MicroCredits | null;

  @NumberField(1, MOST_TOKENS, { optional: true, about: 'For mode consumption_tokens; 10000 when left out.' })
  tokens_per_credit?: number | null;

  @TextField({ optional: true, max: 128, about: 'Model alias of calls that name none.' })
  default_model_alias?: string | null;

  protected settings(): UpdateTeamInput {
    return {
      name: this.team_alias,
      metadata: this.metadata,
      budgetMode: this.budget_mode,
      creditsPerDollar: this.credits_per_dollar,
      tokensPerCredit: wholeOrNone(this.tokens_per_credit),
      defaultAlias: this.default_model_alias,
    };
  }
}

export class CreateTeamBody extends TeamSettings {
  @TextField({ example: 'org_acme' })
  organization_id: string;

  @SlugField({ example: 'acme-analytics', about: 'Unique over all organizations.' })
  team_id: string;

  @ListField({ optional: true, about: 'Model access groups that it gets.' })
  access_groups?: string[] | null;

  @CreditsField({ optional: true, isZeroFine: true, about: 'Credits to begin with.' })
  credits_allocated?: MicroCredits | null;

  input(): CreateTeamInput & { accessGroupIds?: string[] | null; credits?: bigint | null } {
    const { organization_id: organizationId, team_id: id, access_groups, credits_allocated } = this;
    return { ...this.settings(), id, organizationId, accessGroupIds: access_groups, credits: credits_allocated };
  }
}

export class UpdateTeamBody extends TeamSettings {
  @ListField({ optional: true, about: 'Replaces its model access groups as a whole.' })
  access_groups?: string[] | null;

  @CreditsField({ optional: true, isZeroFine: true, about: 'Adds or removes what is missing to this total.' })
  credits_allocated?: MicroCredits | null;

  input(): UpdateTeamInput {
    return this.settings();
  }
}

export class TeamsQuery extends SearchQuery {
  @TextField({ optional: true })
  organization_id?: string | null;

  @EnumField(Object.values(TeamStatus), { optional: true, about: 'Deleted ones are listed only when asked for.' })
  status?: TeamStatus | null;

  @EnumField(Object.values(BudgetMode), { optional: true })
  budget_mode?: BudgetMode | null;

  filter(): { organizationId?: string | null; status?: TeamStatus | null; budgetMode?: BudgetMode | null } {
    return { organizationId: this.organization_id, status: this.status, budgetMode: this.budget_mode };
  }
}

export class SuspendBody {
  @TextField({ optional: true, max: 500 })
  reason?: string | null;
}

export class PauseBody extends SuspendBody {
  @InstantField({ optional: true, about: 'The team resumes by itself then; never when left out.' })
  pause_until?: Date | null;
}

/** The original pages this list by offset. */
export class TeamJobsQuery {
  @NumberField(1, MOST_ROWS, { optional: true, about: 'Rows of the answer; 100 when left out.' })
  limit?: number | null;

  @NumberField(0, FARTHEST, { optional: true, about: 'Rows to skip.' })
  offset?: number | null;

  @EnumField(Object.values(JobStatus), { optional: true })
  status?: JobStatus | null;
}
