import {
  type CreateOrganizationInput,
  OrganizationStatus,
  PlanTier,
  type UpdateOrganizationInput,
} from '../../organizations/index.js';
import type { MicroCredits } from '../../../core/money.js';
import { CreditsField, EnumField, FlagField, JsonField, ListField, SlugField, TextField } from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

export class CreateOrganizationBody {
  @SlugField({ example: 'org_acme' })
  organization_id: string;

  @TextField({ example: 'ACME Corporation' })
  name: string;

  @JsonField({ optional: true })
  metadata?: Record<string, unknown> | null;

  @FlagField({ optional: true, about: 'Makes the team <organization_id>_default, too; false when left out.' })
  create_default_team?: boolean | null;

  @TextField({ optional: true })
  default_team_name?: string | null;

  @ListField({ optional: true })
  default_team_access_groups?: string[] | null;

  @CreditsField({ optional: true, isZeroFine: true })
  default_team_credits?: MicroCredits | null;

  input(): CreateOrganizationInput & { defaultTeam: DefaultTeam | null } {
    const { organization_id: id, name, metadata } = this;
    return { id, name, metadata, defaultTeam: this.create_default_team ? this.defaultTeam() : null };
  }

  private defaultTeam(): DefaultTeam {
    const { default_team_name: name, default_team_access_groups: accessGroupIds, default_team_credits: credits } = this;
    return { name, accessGroupIds, credits };
  }
}

interface DefaultTeam {
  readonly name?: string | null;
  readonly accessGroupIds?: string[] | null;
  readonly credits?: MicroCredits | null;
}

export class UpdateOrganizationBody {
  @TextField({ optional: true })
  name?: string | null;

  @JsonField({ optional: true, about: 'Replaces the metadata as a whole.' })
  metadata?: Record<string, unknown> | null;

  @EnumField(Object.values(PlanTier), { optional: true, about: 'Set by the platform alone.' })
  plan?: PlanTier | null;

  input(): UpdateOrganizationInput {
    return { name: this.name, metadata: this.metadata, plan: this.plan };
  }
}

export class OrganizationsQuery extends SearchQuery {
  @EnumField(Object.values(OrganizationStatus), {
    optional: true,
    about: 'Deleted ones are listed only when asked for.',
  })
  status?: OrganizationStatus | null;
}
