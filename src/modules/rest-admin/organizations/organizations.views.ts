import type { Organization } from '../../organizations/index.js';
import { Amount, Count, Instant, Json, Many, One, PageAnswer, Text, Texts } from '../fields/answers.js';
import { TeamRow } from '../teams/teams.views.js';

export class OrganizationView {
  @Text()
  organization_id: string;

  @Text()
  name: string;

  @Json()
  metadata: Record<string, unknown>;

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;

  @Text()
  status: string;
}

export class DefaultTeamView {
  @Text()
  team_id: string;

  @Text()
  team_alias: string;

  @Text({ about: 'Shown here and never again.' })
  virtual_key: string;

  @Texts()
  access_groups: string[];

  @Texts()
  allowed_model_aliases: string[];

  @Amount()
  credits_allocated: number;
}

export class CreatedOrganization extends OrganizationView {
  @One(() => DefaultTeamView, { nullable: true })
  default_team: DefaultTeamView | null;
}

export class OrganizationRow extends OrganizationView {
  @Text()
  plan: string;

  @Count()
  team_count: number;

  @Amount({ about: 'Of its teams that are not deleted.' })
  total_credits_allocated: number;
}

export class OrganizationList extends PageAnswer {
  @Many(() => OrganizationRow)
  organizations: OrganizationRow[];
}

class UsageInBrief {
  @Count()
  total_jobs: number;

  @Amount()
  total_cost_usd: number;

  @Amount()
  credits_used: number;
}

export class OrganizationDetails extends OrganizationRow {
  @Many(() => TeamRow, 'The newest 200 of them; GET /{id}/teams pages through all.')
  teams: TeamRow[];

  @One(() => UsageInBrief, { about: 'Over all of time.' })
  usage_summary: UsageInBrief;
}

export class OrganizationTeams extends PageAnswer {
  @Text()
  organization_id: string;

  @Count()
  team_count: number;

  @Many(() => TeamRow)
  teams: TeamRow[];
}

export class OrganizationDone {
  @Text()
  organization_id: string;

  @Text()
  status: string;

  @Text()
  message: string;
}

export const organizationView = (organization: Organization): OrganizationView => ({
  organization_id: organization.id,
  name: organization.name,
  metadata: organization.metadata,
  created_at: organization.createdAt,
  updated_at: organization.updatedAt,
  status: organization.status,
});

export const organizationDone = ({ id, status }: Organization, what: string): OrganizationDone => ({
  organization_id: id,
  status,
  message: `Organization '${id}' ${what} successfully`,
});
