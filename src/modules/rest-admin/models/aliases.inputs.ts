import type { NanoUsd } from '../../../core/money.js';
import { PROVIDER_KINDS } from '../../../providers/index.js';
import {
  ALIAS_NAME,
  ALIAS_NAME_RULE,
  AliasStatus,
  MAX_THRESHOLD,
  MAX_TARGETS,
  MAX_TIERS,
  MAX_WEIGHT,
  type NewSimpleAlias,
  RoutingStrategy,
  type SimpleAliasChanges,
  type SimplePriceTier,
} from '../../catalog/index.js';
import {
  EnumField,
  ListField,
  NumberField,
  NumbersField,
  PartsField,
  PatternField,
  TextField,
  UsdField,
} from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

class PriceTierBody {
  @NumberField(1, MAX_THRESHOLD, { about: 'More input tokens, cached ones too, than these.', example: 200_000 })
  above_prompt_tokens: number;

  @UsdField({ optional: true, about: 'As without the tier when left out.' })
  pricing_input?: NanoUsd | null;

  @UsdField({ optional: true, about: 'As without the tier when left out.' })
  pricing_output?: NanoUsd | null;

  tier(): SimplePriceTier {
    const { above_prompt_tokens: abovePromptTokens, pricing_input: input, pricing_output: output } = this;
    return { abovePromptTokens, inputUsd: input ?? null, outputUsd: output ?? null };
  }
}

/** What can be set at creation and later alike. */
class AliasSettings {
  @ListField({ optional: true, about: 'Model access groups that it is in.' })
  access_groups?: string[] | null;

  @TextField({ optional: true, max: 2_000 })
  description?: string | null;

  @UsdField({
    optional: true,
    about:
      'US dollars per million input tokens; 0 is a price. A new one holds for prompts of any length, unless pricing_tiers are given too.',
  })
  pricing_input?: NanoUsd | null;

  @UsdField({
    optional: true,
    about:
      'US dollars per million output tokens; 0 is a price. A new one holds for prompts of any length, unless pricing_tiers are given too.',
  })
  pricing_output?: NanoUsd | null;

  @PartsField(() => PriceTierBody, {
    optional: true,
    most: MAX_TIERS,
    about: 'Prices of calls with long prompts, ascending, in the place of all that there were; none of them: [].',
  })
  pricing_tiers?: PriceTierBody[] | null;

  @EnumField(Object.values(RoutingStrategy), { optional: true, about: 'How a call finds the order of its targets.' })
  routing_strategy?: RoutingStrategy | null;

  protected settings(): Pick<
    SimpleAliasChanges,
    'accessGroups' | 'description' | 'pricingInputUsd' | 'pricingOutputUsd' | 'pricingTiers' | 'routingStrategy'
  > {
    return {
      routingStrategy: this.routing_strategy,
      accessGroups: this.access_groups,
      description: this.description,
      pricingInputUsd: this.pricing_input,
      pricingOutputUsd: this.pricing_output,
      pricingTiers: this.pricing_tiers?.map((tier) => tier.tier()),
    };
  }
}

export class CreateAliasBody extends AliasSettings {
  @PatternField(ALIAS_NAME, ALIAS_NAME_RULE, { example: 'gpt-4o' })
  model_alias: string;

  @TextField({ example: 'GPT-4o' })
  display_name: string;

  @EnumField(PROVIDER_KINDS)
  provider: string;

  @TextField({ about: 'The name by which the vendor knows the model.', example: 'gpt-4o-2024-11-20' })
  actual_model: string;

  input(): NewSimpleAlias {
    const { model_alias: alias, display_name: displayName, provider, actual_model: actualModel } = this;
    return { ...this.settings(), alias, displayName, providerKind: provider, actualModel };
  }
}

const SETTABLE = [AliasStatus.ACTIVE, AliasStatus.INACTIVE];

export class UpdateAliasBody extends AliasSettings {
  @TextField({ optional: true })
  display_name?: string | null;

  @EnumField(PROVIDER_KINDS, { optional: true })
  provider?: string | null;

  @TextField({ optional: true })
  actual_model?: string | null;

  @EnumField(SETTABLE, { optional: true })
  status?: AliasStatus.ACTIVE | AliasStatus.INACTIVE | null;

  @NumbersField(0, MAX_WEIGHT, {
    optional: true,
    most: MAX_TARGETS,
    about: 'For weighted routing, one for each of its targets in their order; 0 is a fallback only.',
  })
  weights?: number[] | null;

  input(): SimpleAliasChanges {
    const { display_name: displayName, provider, actual_model: actualModel, status, weights } = this;
    return { ...this.settings(), displayName, providerKind: provider, actualModel, status, weights };
  }
}

export class AliasesQuery extends SearchQuery {
  @EnumField(Object.values(AliasStatus), { optional: true, about: 'Deleted ones are listed only when asked for.' })
  status?: AliasStatus | null;

  @TextField({ optional: true })
  provider?: string | null;

  @TextField({ optional: true })
  access_group?: string | null;

  filter(): { status?: AliasStatus | null; providerKind?: string | null; accessGroupId?: string | null } {
    return { status: this.status, providerKind: this.provider, accessGroupId: this.access_group };
  }
}
