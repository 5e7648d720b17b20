import type { Team } from '../../teams/index.js';
import { Amount, Count, Flag, Instant, Json, Many, One, PageAnswer, Text, Texts } from '../fields/answers.js';
import { BalanceView } from '../credits/credits.views.js';

export class TeamRow {
  @Text()
  team_id: string;

  @Text()
  team_alias: string;

  @Text()
  organization_id: string;

  @Text()
  status: string;

  @Text({ nullable: true, about: 'Why it is suspended or paused.' })
  status_reason: string | null;

  @Instant({ nullable: true })
  pause_until: Date | null;

  @Amount()
  credits_allocated: number;

  @Amount()
  credits_used: number;

  @Amount()
  credits_remaining: number;

  @Texts()
  access_groups: string[];

  @Text()
  budget_mode: string;

  @Amount()
  credits_per_dollar: number;

  @Count()
  tokens_per_credit: number;

  @Text({ nullable: true })
  default_model_alias: string | null;

  @Flag({ about: 'Made together with its organization, and protected from deletion.' })
  is_default: boolean;

  @Json()
  metadata: Record<string, unknown>;

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;
}

export class TeamList extends PageAnswer {
  @Many(() => TeamRow)
  teams: TeamRow[];
}

export class TeamDetails extends TeamRow {
  @Texts({ about: 'What its keys may call, sorted.' })
  allowed_model_aliases: string[];

  @One(() => BalanceView)
  credits: BalanceView;
}

export class CreatedTeam extends TeamRow {
  @Texts()
  allowed_model_aliases: string[];

  @Text({ about: 'Shown here and never again.' })
  virtual_key: string;

  @Text()
  message: string;
}

export class UpdatedTeam extends TeamRow {
  @Text()
  message: string;
}

export class TeamAccess {
  @Text()
  team_id: string;

  @Texts()
  access_groups: string[];

  @Texts()
  allowed_model_aliases: string[];

  @Text()
  message: string;
}

export class TeamDone {
  @Text()
  team_id: string;

  @Text()
  status: string;

  @Text({ nullable: true })
  reason: string | null;

  @Instant({ nullable: true })
  pause_until: Date | null;

  @Text()
  message: string;
}

export const teamDone = (team: Team, what: string): TeamDone => ({
  team_id: team.id,
  status: team.status,
  reason: team.statusReason,
  pause_until: team.pauseUntil,
  message: `Team '${team.id}' ${what} successfully`,
});

/** A job as its team sees it. */
export class JobView {
  @Text()
  job_id: string;

  @Text()
  team_id: string;

  @Text()
  organization_id: string;

  @Text({ nullable: true })
  user_id: string | null;

  @Text()
  job_type: string;

  @Text()
  status: string;

  @Instant()
  created_at: Date;

  @Instant({ nullable: true })
  started_at: Date | null;

  @Instant({ nullable: true })
  completed_at: Date | null;

  @Instant()
  expires_at: Date;

  @Json()
  metadata: Record<string, unknown>;

  @Text({ nullable: true })
  error_message: string | null;

  @Flag()
  credit_applied: boolean;

  @Amount({ nullable: true })
  max_cost_usd: number | null;

  @Texts()
  model_groups_used: string[];
}

export class TeamJobs {
  @Text()
  team_id: string;

  @Count({ about: 'Jobs that match, on all pages together.' })
  total: number;

  @Many(() => JobView)
  jobs: JobView[];
}
