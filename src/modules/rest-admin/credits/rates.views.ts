import { BudgetMode, type Team, TEAM_DEFAULTS } from '../../teams/index.js';
import { credits, percentOf } from '../fields/amounts.js';
import { Amount, Count, Flag, Many, One, PageAnswer, Text } from '../fields/answers.js';
import type { CreditTotals } from '../reports/platform-reports.service.js';
import type { TeamCredits } from '../../ledger/index.js';

class UsingDefaults {
  @Flag()
  tokens_per_credit: boolean;

  @Flag()
  credits_per_dollar: boolean;
}

export class ConversionRates {
  @Text()
  team_id: string;

  @Count()
  tokens_per_credit: number;

  @Amount()
  credits_per_dollar: number;

  @Text()
  budget_mode: BudgetMode;

  @One(() => UsingDefaults)
  using_defaults: UsingDefaults;
}

export class ChangedRates {
  @Text()
  team_id: string;

  @Text()
  budget_mode: BudgetMode;

  @Amount()
  credits_per_dollar: number;

  @Count()
  tokens_per_credit: number;

  @Text()
  message: string;
}

class CreditFigures {
  @Amount()
  credits_allocated: number;

  @Amount()
  credits_used: number;

  @Amount()
  credits_remaining: number;

  @Amount({ nullable: true, about: 'Used of allocated; null when nothing is allocated.' })
  utilization_percent: number | null;
}

class TeamUtilization extends CreditFigures {
  @Text()
  team_id: string;

  @Text()
  team_alias: string;

  @Text()
  organization_id: string;

  @Text()
  status: string;
}

export class Utilization extends PageAnswer {
  @One(() => CreditFigures, { about: 'Of every team of the organization asked for, or of all.' })
  summary: CreditFigures;

  @Many(() => TeamUtilization)
  teams: TeamUtilization[];
}

export const conversionRates = (team: Team): ConversionRates => ({
  team_id: team.id,
  tokens_per_credit: Number(team.tokensPerCredit),
  credits_per_dollar: credits(team.creditsPerDollar),
  budget_mode: team.budgetMode,
  using_defaults: {
    tokens_per_credit: team.tokensPerCredit === TEAM_DEFAULTS.tokensPerCredit,
    credits_per_dollar: team.creditsPerDollar === TEAM_DEFAULTS.creditsPerDollar,
  },
});

export const changedRates = (team: Team, what: string): ChangedRates => ({
  team_id: team.id,
  budget_mode: team.budgetMode,
  credits_per_dollar: credits(team.creditsPerDollar),
  tokens_per_credit: Number(team.tokensPerCredit),
  message: `${what} updated successfully`,
});

export const creditFigures = ({ allocated, used, remaining }: CreditTotals): CreditFigures => ({
  credits_allocated: credits(allocated),
  credits_used: credits(used),
  credits_remaining: credits(remaining),
  utilization_percent: percentOf(used, allocated),
});

export const teamUtilization = (team: Team, account: TeamCredits): TeamUtilization => ({
  team_id: team.id,
  team_alias: team.name,
  organization_id: team.organizationId,
  status: team.status,
  ...creditFigures(account),
});
