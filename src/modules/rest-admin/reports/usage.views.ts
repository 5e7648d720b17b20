import { ApiProperty } from '@nestjs/swagger';
import { Amount, Count, Many, One, Text } from '../fields/answers.js';

export class UsageSummary {
  @Count({ about: 'Jobs created in the period, in whatever state.' })
  total_jobs: number;

  @Count()
  successful_jobs: number;

  @Count()
  failed_jobs: number;

  @Amount({ about: 'What the tenant is charged.' })
  total_cost_usd: number;

  @Count()
  total_tokens: number;

  @Amount()
  credits_used: number;
}

export class JobTypeUsage {
  @Count()
  count: number;

  @Amount()
  cost_usd: number;
}

class TeamShare {
  @Count()
  jobs: number;

  @Amount()
  cost_usd: number;
}

const mapOf = (name: string): PropertyDecorator =>
  ApiProperty({ type: 'object', additionalProperties: { $ref: `#/components/schemas/${name}` } });

export class OrganizationUsage {
  @Text()
  organization_id: string;

  @Text()
  period: string;

  @One(() => UsageSummary)
  summary: UsageSummary;

  @mapOf('TeamShare')
  by_team: Record<string, TeamShare>;

  @mapOf('JobTypeUsage')
  by_job_type: Record<string, JobTypeUsage>;
}

export class TeamUsageSummary extends UsageSummary {
  @Amount({ about: 'total_cost_usd over total_jobs; 0 without jobs.' })
  avg_cost_per_job: number;
}

export class TeamUsage {
  @Text()
  team_id: string;

  @Text()
  period: string;

  @One(() => TeamUsageSummary)
  summary: TeamUsageSummary;

  @mapOf('JobTypeUsage')
  job_types: Record<string, JobTypeUsage>;
}

/** Schemas that only maps refer to, which Swagger does not find by itself. */
export const SCHEMAS_IN_MAPS = [TeamShare, JobTypeUsage];

class DayCosts {
  @Text({ about: 'Day in UTC.' })
  date: string;

  @Count()
  jobs: number;

  @Amount()
  actual_cost_usd: number;

  @Amount()
  charged_cost_usd: number;

  @Amount()
  credits_charged: number;

  @Amount()
  margin_usd: number;
}

export class OrganizationCosts {
  @Text()
  organization_id: string;

  @Text({ about: 'First moment of the report.' })
  start_date: string;

  @Text({ about: 'The moment after its last.' })
  end_date: string;

  @Amount({ about: 'What the vendors bill.' })
  actual_cost_usd: number;

  @Amount({ about: 'What the organization is charged.' })
  charged_cost_usd: number;

  @Amount()
  credits_charged: number;

  @Amount({ about: 'charged_cost_usd - actual_cost_usd.' })
  margin_usd: number;

  @Amount({ nullable: true, about: 'Margin in percent of what is charged; null when nothing is.' })
  margin_percent: number | null;

  @Many(() => DayCosts, 'Days with jobs, in order.')
  daily: DayCosts[];
}
