import { Amount, Count, Many, Text } from '../fields/answers.js';

class BusyTeam {
  @Text()
  team_id: string;

  @Count()
  job_count: number;

  @Amount()
  credits_used: number;
}

export class OrganizationStats {
  @Text()
  organization_id: string;

  @Text()
  organization_name: string;

  @Count()
  total_jobs: number;

  @Count()
  completed_jobs: number;

  @Count()
  failed_jobs: number;

  @Count({ about: 'Pending ones, too.' })
  in_progress_jobs: number;

  @Count({ about: 'Teams that are not deleted, whatever the dates.' })
  total_teams: number;

  @Count()
  total_llm_calls: number;

  @Count()
  successful_calls: number;

  @Count()
  failed_calls: number;

  @Count()
  total_tokens: number;

  @Amount({ about: 'What the organization is charged.' })
  total_cost_usd: number;

  @Amount()
  total_credits_used: number;

  @Many(() => BusyTeam, 'At most 10, the busiest first.')
  top_teams: BusyTeam[];
}

class DaySpend {
  @Text({ about: 'Day in UTC.' })
  date: string;

  @Amount()
  spend: number;
}

class Traffic {
  @Amount()
  spend: number;

  @Count()
  successful: number;

  @Count()
  failed: number;

  @Count()
  tokens: number;
}

class TeamSpend extends Traffic {
  @Text()
  team_id: string;
}

class ProviderUsage extends Traffic {
  @Text({ about: 'Kind of vendor; none for calls that reached no model.' })
  provider: string;
}

class ModelSpend {
  @Text({ about: 'The alias that was called.' })
  model: string;

  @Amount()
  spend: number;

  @Count()
  count: number;
}

export class OrganizationAnalytics {
  @Text()
  organization_id: string;

  @Text()
  organization_name: string;

  @Amount()
  total_spend: number;

  @Count({ about: 'Calls.' })
  total_requests: number;

  @Count()
  successful_requests: number;

  @Count()
  failed_requests: number;

  @Count()
  total_tokens: number;

  @Many(() => DaySpend)
  daily_spend: DaySpend[];

  @Many(() => TeamSpend, 'At most 10, the dearest first.')
  spend_per_team: TeamSpend[];

  @Many(() => ModelSpend, 'At most 10, the dearest first.')
  top_models: ModelSpend[];

  @Many(() => ProviderUsage)
  provider_usage: ProviderUsage[];
}
