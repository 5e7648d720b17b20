import type { SimpleAlias } from '../../catalog/index.js';
import { usd } from '../fields/amounts.js';
import { Amount, Count, Instant, Many, Numbers, PageAnswer, Text, Texts } from '../fields/answers.js';

class PriceTierView {
  @Count({ about: 'More input tokens, cached ones too, than these.' })
  above_prompt_tokens: number;

  @Amount({ nullable: true })
  pricing_input: number | null;

  @Amount({ nullable: true })
  pricing_output: number | null;
}

export class AliasView {
  @Text()
  model_alias: string;

  @Text()
  display_name: string;

  @Text({ nullable: true })
  provider: string | null;

  @Text({ nullable: true, about: 'Of the first target, when it has several.' })
  actual_model: string | null;

  @Texts()
  access_groups: string[];

  @Text({ nullable: true })
  description: string | null;

  @Amount({ nullable: true, about: 'US dollars per million input tokens, as tenants pay them.' })
  pricing_input: number | null;

  @Amount({ nullable: true, about: 'US dollars per million output tokens, as tenants pay them.' })
  pricing_output: number | null;

  @Many(() => PriceTierView, 'What tenants pay for whole calls with prompts longer than that, ascending.')
  pricing_tiers: PriceTierView[];

  @Text()
  status: string;

  @Text({ nullable: true, about: 'ordered or weighted; null for somebody who may not see models.' })
  routing_strategy: string | null;

  @Numbers({ nullable: true, about: 'Of its targets, in their order; null for somebody who may not see models.' })
  weights: number[] | null;

  @Texts({ about: 'Teams that may call it.' })
  teams_using: string[];

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;
}

export class AliasList extends PageAnswer {
  @Many(() => AliasView)
  models: AliasView[];
}

export class AliasDone {
  @Text()
  model_alias: string;

  @Text()
  message: string;
}

const price = (value: bigint | null): number | null => (value === null ? null : usd(value));

export const aliasView = (simple: SimpleAlias, teamsUsing: readonly string[]): AliasView => ({
  model_alias: simple.alias.name,
  display_name: simple.alias.displayName,
  provider: simple.providerKind,
  actual_model: simple.actualModel,
  access_groups: [...simple.accessGroups],
  description: simple.alias.description,
  pricing_input: price(simple.pricingInputUsd),
  pricing_output: price(simple.pricingOutputUsd),
  pricing_tiers: simple.pricingTiers.map(({ abovePromptTokens, inputUsd, outputUsd }) => ({
    above_prompt_tokens: abovePromptTokens,
    pricing_input: price(inputUsd),
    pricing_output: price(outputUsd),
  })),
  status: simple.alias.status,
  routing_strategy: simple.weights && simple.alias.routingStrategy,
  weights: simple.weights && [...simple.weights],
  teams_using: [...teamsUsing],
  created_at: simple.alias.createdAt,
  updated_at: simple.alias.updatedAt,
});
