import type { NanoUsd } from '../../../core/money.js';
import { PROVIDER_KINDS } from '../../../providers/index.js';
import {
  ALIAS_NAME,
  ALIAS_NAME_RULE,
  AliasStatus,
  type NewSimpleAlias,
  type SimpleAliasChanges,
} from '../../catalog/index.js';
import { EnumField, ListField, PatternField, TextField, UsdField } from '../fields/fields.js';
import { SearchQuery } from '../fields/paging.js';

/** What can be set at creation and later alike. */
class AliasSettings {
  @ListField({ optional: true, about: 'Model access groups that it is in.' })
  access_groups?: string[] | null;

  @TextField({ optional: true, max: 2_000 })
  description?: string | null;

  @UsdField({ optional: true, about: 'US dollars per million input tokens; 0 is a price.' })
  pricing_input?: NanoUsd | null;

  @UsdField({ optional: true, about: 'US dollars per million output tokens; 0 is a price.' })
  pricing_output?: NanoUsd | null;

  protected settings(): Pick<
    SimpleAliasChanges,
    'accessGroups' | 'description' | 'pricingInputUsd' | 'pricingOutputUsd'
  > {
    return {
      accessGroups: this.access_groups,
      description: this.description,
      pricingInputUsd: this.pricing_input,
      pricingOutputUsd: this.pricing_output,
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

  input(): SimpleAliasChanges {
    const { display_name: displayName, provider, actual_model: actualModel, status } = this;
    return { ...this.settings(), displayName, providerKind: provider, actualModel, status };
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
